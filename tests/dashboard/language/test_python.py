"""No module of the desk holds a sentence for people that it does not make sayable."""

import ast
import re

from tests.dashboard.language.extraction import MANY, ONE, ROOT

# What these say is for whoever runs the desk: commands, set-up, and the log.
TERMINAL = (
    "commands.py", "dashboard/exporting/export.py", "dashboard/joining.py", "dashboard/terminal.py",
    "dashboard/staff/typed_passwords.py", "dashboard/signing.py",
)  # fmt: skip
# Raised for an operator, or to be caught; and what goes to the log.
FOR_OTHERS = (
    "AnswerRefusedError", "ConfigurationError", "ProviderAwayError", "SetUpError", "TypeError",
    "ValueError", "compile", "derive_key", "error", "exception", "info", "text", "warning",
)  # fmt: skip
# What the history keeps, in the words of no reader; and what single sign-on notes in the log.
KEPT = frozenset(
    {
        "Undo of change …", "second factor removed", "second factor set up", "staff role changed",
        "(no known code)", "as many calls of it as may are under way", "the answer takes too long",
        "… answered with status …, or no JSON object", "… is not on the staff, or disabled",
    }
)  # fmt: skip
SHARED = (
    "api_key_errors.py", "api_key_rules.py", "changes.py", "documents.py", "errors.py",
    "filenames.py", "passwords.py", "reasons.py", "result_conditions.py", "staff.py",
)  # fmt: skip
WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]{2,}[,;:]? [a-z]+")


class Sentences(ast.NodeVisitor):
    """Finds texts of at least three words that nothing translates."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def visit_Call(self, node):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in (*ONE, *MANY, *FOR_OTHERS):
            self.generic_visit(node)

    def visit_Expr(self, node):
        # Docstrings say nothing to whoever uses the desk.
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_JoinedStr(self, node):
        parts = [str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values]
        self._look_at("".join(parts))

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            self._look_at(node.value)

    def _look_at(self, text: str) -> None:
        if WORDS.search(text) and text not in KEPT:
            self.found.append(text)


def list_sentences(source: str) -> list[str]:
    finder = Sentences()
    finder.visit(ast.parse(source))
    return finder.found


def test_each_sentence_of_a_module_can_be_translated():
    paths = [*(ROOT / "dashboard").rglob("*.py"), *(ROOT / "vision_tasks" / one for one in SHARED)]
    names = {path: str(path.relative_to(ROOT)) for path in paths}
    found = {
        name: texts
        for path, name in names.items()
        if not name.endswith(TERMINAL) and (texts := list_sentences(path.read_text("utf-8")))
    }
    assert found == {}


def test_sentences_are_found_wherever_they_stand():
    source = '''
"""Not this one of course."""
raise InvalidFieldError("name", f"must not be {x} at all.")
errors["name"] = "This is not right at all."
flash(sentence("But this one is fine."))
_logger.warning("And this is for the log.")
'''
    assert list_sentences(source) == ["must not be … at all.", "This is not right at all."]

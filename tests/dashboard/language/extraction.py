"""Collects the texts of the desk; `python -m tests.dashboard.language.extraction` updates es.po."""

import ast
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "dashboard/templates/vision_tasks"
SPANISH = ROOT / "dashboard/language/es.po"
ONE = frozenset({"gettext", "sentence", "Lazy", "_"})
MANY = frozenset({"ngettext", "sentences"})

# These two put together what others wrote.
_MAKERS = ("vision_tasks/sentences.py", "dashboard/language/texts.py")

Text = str | tuple[str, str]


def collect() -> dict[Text, str]:
    """Return each text, with the file where it was seen first."""
    found: dict[Text, str] = {}
    for path, source in _read(("dashboard", "vision_tasks"), "py"):
        for text in _list_of_python(ast.parse(source), path):
            found.setdefault(text, path)
    for path, source in _read((str(TEMPLATES.relative_to(ROOT)),), "html"):
        for text in _list_of_template(Environment().parse(source), path):
            found.setdefault(text, path)
    return found


def read_spanish() -> Catalog:
    with SPANISH.open("rb") as file:
        return read_po(file, locale="es")


def update() -> None:
    """Add what is new to es.po, remove what is not said any more, and keep its head."""
    wanted = Catalog()
    for text in collect():
        wanted.add(text)
    spanish = read_spanish()
    spanish.update(wanted, no_fuzzy_matching=True)
    body = BytesIO()
    write_po(
        body, spanish, width=100, no_location=True, omit_header=True, sort_output=True,
        ignore_obsolete=True,
    )  # fmt: skip
    head = SPANISH.read_text("utf-8").partition("\n\n")[0]
    SPANISH.write_text(f"{head}\n\n{body.getvalue().decode().strip()}\n", "utf-8")


def _read(folders: tuple[str, ...], ending: str) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob(f"*.{ending}")):
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def _list_of_python(tree: ast.AST, path: str) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            count = _count_messages(node.func.id)
            values = [
                one.value if isinstance(one, ast.Constant) else None for one in node.args[:count]
            ]
            if count and not (path in _MAKERS and None in values):
                yield _take(values, count, path)


def _list_of_template(tree: nodes.Template, path: str) -> Iterator[Text]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            count = _count_messages(call.node.name)
            if count:
                values = [
                    one.value if isinstance(one, nodes.Const) else None for one in call.args[:count]
                ]
                yield _take(values, count, path)


def _count_messages(name: str) -> int:
    return 1 if name in ONE else 2 if name in MANY else 0


def _take(values: Sequence[object], count: int, path: str) -> Text:
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < count:
        raise ValueError(f"{path} says a text that is not written where it is said")
    return texts[0] if count == 1 else (texts[0], texts[1])


if __name__ == "__main__":
    update()

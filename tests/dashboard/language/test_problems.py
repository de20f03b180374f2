"""What goes wrong is said in words that a catalog can have."""

import pytest

from dashboard import problems
from dashboard.access import AccessDeniedError, Action
from dashboard.signing_in import access, code_entry, sign_in
from dashboard.tokens import TOKEN_REFUSED
from vision_tasks.revisions import SchemaState, Standing
from vision_tasks.sentences import Sentence

KNOWN = sorted(problems._TITLES, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", KNOWN, ids=lambda kind: kind.__name__)
def test_the_title_of_every_error_can_be_translated(kind):
    assert isinstance(problems._TITLES[kind][1], Sentence)


def test_errors_of_http_can_be_translated():
    texts = [text for pair in problems._HTTP_PROBLEMS.values() for text in pair]
    assert [text for text in texts if not isinstance(text, Sentence)] == []


@pytest.mark.parametrize("action", Action)
def test_what_somebody_may_not_do_can_be_translated(action):
    text = AccessDeniedError(action).args[0]
    assert isinstance(text.values["deed"], Sentence)


@pytest.mark.parametrize("standing", Standing)
def test_what_is_wrong_with_the_schema_can_be_translated(standing):
    for database in (None, "0001"):
        assert isinstance(SchemaState(database, "0002", standing).explain("upgrade"), Sentence)


@pytest.mark.parametrize(
    "module", [access, code_entry, sign_in], ids=lambda module: module.__name__
)
def test_the_problems_of_forms_can_be_translated(module):
    found = [one for one in vars(module).values() if isinstance(one, problems.Problem)]
    for problem in (*found, TOKEN_REFUSED):
        assert isinstance(problem.title, Sentence)
        assert isinstance(problem.text, Sentence)

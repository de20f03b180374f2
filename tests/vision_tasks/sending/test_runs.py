import re
from uuid import UUID

import pytest

from vision_tasks.errors import ConfigurationError
from vision_tasks.sending.runs import Identities, choose_run


def _make_id(run: str, name: str, occurrence: int = 1) -> str:
    identities = Identities(choose_run(None, run))
    return identities.format_id(identities.digest(name.encode()), occurrence)


def test_a_run_without_a_name_gets_one_that_nobody_else_has() -> None:
    first, second = choose_run(None, None), choose_run(None, None)
    assert first.name != second.name
    assert not first.may_repeat
    assert first.name in first.advice


def test_a_name_that_was_printed_is_taken_up_again() -> None:
    name = choose_run(None, None).name
    resumed = choose_run(name, None)
    assert resumed.name == name
    assert resumed.may_repeat


@pytest.mark.parametrize("change", [lambda name: name[:-1], lambda name: name[1:], str.upper])
def test_a_name_with_a_slip_in_it_is_no_new_run(change) -> None:
    with pytest.raises(ConfigurationError, match="--resume"):
        choose_run(change(choose_run(None, None).name), None)


def test_a_changed_digit_in_a_name_is_seen() -> None:
    name = choose_run(None, None).name
    for place, character in enumerate(name):
        changed = name[:place] + ("1" if character == "0" else "0") + name[place + 1 :]
        with pytest.raises(ConfigurationError):
            choose_run(changed, None)


@pytest.mark.parametrize("name", ["", "two words", "ñ", "x" * 101, "a\n"])
def test_a_name_of_ones_own_is_plain(name: str) -> None:
    with pytest.raises(ConfigurationError, match="--name"):
        choose_run(None, name)


def test_an_id_is_a_uuid_of_version_4() -> None:
    for number in range(200):
        task_id = _make_id("run", f"{number}.jpg")
        assert UUID(task_id).version == 4
        assert re.fullmatch(r"[0-9a-f-]{36}", task_id)
        assert str(UUID(task_id)) == task_id


def test_an_id_never_changes_from_one_release_to_the_next() -> None:
    assert _make_id("run", "a.jpg") == "314a4a6f-f88c-4f41-a24c-ffee7be38448"
    assert _make_id("run", "a.jpg", 2) == "e48b2319-f612-4d0c-8c11-983521b200e9"


def test_ids_differ_by_run_name_and_occurrence() -> None:
    ids = {
        _make_id(run, name, occurrence)
        for run in ("a", "b")
        for name in ("1", "2")
        for occurrence in (1, 2, 3)
    }
    assert len(ids) == 12

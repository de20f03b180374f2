"""What is asked of a result: read from text, and answered by PostgreSQL."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from tests.databases import Databases
from vision_tasks.database import create_sync_engine
from vision_tasks.errors import InvalidFieldError
from vision_tasks.models import Task
from vision_tasks.result_conditions import (
    ResultCondition,
    format_equality,
    format_json_path,
    parse_conditions,
)
from vision_tasks.task_filters import match_result

RESULTS = {
    "timeout": {"error": "timeout", "objects": 0},
    "many": {"objects": 12, "label": "car", "boxes": [{"score": 0.9}, {"score": 0.2}]},
    "few": {"objects": 3, "label": "car and bus", "boxes": [{"score": 0.5}]},
    "odd": {"odd key": -3.0, "a.b": True, "objects": "12", "nothing": None},
    "empty": {"boxes": []},
    "array": [{"error": "timeout"}, {"error": 7}],
    "word": "timeout",
    "null": None,
}


@pytest.fixture(scope="module")
def engine(databases: Databases, template: str):
    with databases.create(template=template) as own:
        engine = create_sync_engine(own, application="test")
        with engine.begin() as connection:
            for name, result in RESULTS.items():
                connection.execute(
                    text("INSERT INTO tasks (filename, result) VALUES (:name, (:result)::jsonb)"),
                    {"name": name, "result": json.dumps(result)},
                )
            connection.execute(text("INSERT INTO tasks (filename) VALUES ('none')"))
        yield engine
        engine.dispose()


def found(engine: Engine, asked: str) -> set[str]:
    conditions = [match_result(Task.result, one) for one in parse_conditions(asked, "result")]
    with engine.connect() as connection:
        return set(connection.execute(select(Task.filename).where(*conditions)).scalars())


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("objects > 3", {"many"}),
        ("objects >= 3", {"many", "few"}),
        ("objects<1", {"timeout"}),
        ("objects = 3.0", {"few"}),
        ("objects != 3", {"timeout", "many"}),
        ('objects = "12"', {"odd"}),
        ("error = timeout", {"timeout", "array"}),
        ('error == "timeout"', {"timeout", "array"}),
        ("error = 7", {"array"}),
        ('label = "car and bus"', {"few"}),
        ("label = car and objects > 3", {"many"}),
        ("boxes.score > 0.8", {"many"}),
        ("boxes[0].score < 0.6", {"few"}),
        ("boxes[*].score <= 0.5", {"many", "few"}),
        ('"odd key" = -3', {"odd"}),
        ('"a.b" = true', {"odd"}),
        ("nothing = null", {"odd"}),
        ("nothing exists", set()),
        ("error exists", {"timeout", "array"}),
        ("error missing", {"many", "few", "odd", "empty", "word", "null", "none"}),
        ("boxes exists", {"many", "few", "empty"}),
        ("boxes missing", {"timeout", "odd", "array", "word", "null", "none"}),
        ("boxes.score missing and boxes exists", {"empty"}),
        ("error missing and objects <> 3", {"many"}),
        ("label >= b", {"many", "few"}),
    ],
)
def test_the_tasks_are_found_that_hold_it(engine: Engine, asked: str, names: set[str]) -> None:
    assert found(engine, asked) == names


@pytest.mark.parametrize(
    "asked",
    [
        "",
        " ",
        "objects",
        "objects >",
        "> 3",
        "objects = ",
        "a..b = 1",
        ".a = 1",
        "a. = 1",
        "a[x] = 1",
        "a[-1] = 1",
        "a = 1 or b = 2",
        "a = 1 and",
        "a = 1 and and b = 2",
        "label = car and bus",
        "a => 1",
        'a = "x',
        'a = "x" y',
        "a = 1' OR '1'='1",
        "$.a == 1",
        "a = NaN and b",
        'a = "\\ud800"',
        'a = "\\u0000"',
        "a = \x00",
        'a = "x\ny"',
        "a = x\r\ny",
        "a = 1" * 300,
        " and ".join(["a = 1"] * 6),
    ],
)
def test_what_cannot_be_read_is_refused_and_named(asked: str) -> None:
    with pytest.raises(InvalidFieldError, match=r"^result ") as refused:
        parse_conditions(asked, "result")
    assert refused.value.field == "result"


def test_an_index_knows_whole_values_only() -> None:
    (known,) = parse_conditions("a.b = 3", "result")
    assert known == ResultCondition('$."a"."b"', "=", "3")
    assert known.is_indexed
    for unknown in ("a = -3", "a > 3", "a != 3", "a exists"):
        assert not parse_conditions(unknown, "result")[0].is_indexed


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)


@settings(max_examples=60, deadline=None)
@given(value=TEXTS)
def test_any_text_can_be_asked_for_and_finds_its_task_alone(engine: Engine, value: str) -> None:
    (condition,) = parse_conditions(format_equality("error", value), "result")
    with engine.begin() as connection:
        insert = text("INSERT INTO tasks (filename, result) VALUES ('any', (:result)::jsonb)")
        connection.execute(insert, {"result": json.dumps({"error": value})})
        matching = select(Task.filename).where(match_result(Task.result, condition))
        names = set(connection.execute(matching).scalars())
        connection.rollback()
    assert names == {"any"} | ({"timeout", "array"} if value == "timeout" else set())


def test_a_path_with_dots_leads_down() -> None:
    assert format_json_path("error.code") == '$."error"."code"'

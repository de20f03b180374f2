"""A tree as rows: what is open, what is folded together, what has its whole apart."""

import json
from typing import Any

import pytest

from dashboard.result_view import ResultView
from dashboard.result_view.rows import GROUP_SIZE, OPEN_ROWS
from vision_tasks.result_conditions import parse_conditions


def read(text: str) -> ResultView:
    view = ResultView.read(text)
    assert view is not None
    return view


def list_shown(value):
    """List the rows that are seen when the page opens, by path, and all of them."""
    view = read(json.dumps(value))
    shown: list[str | None] = []
    closed: list[bool] = []
    for row in view.rows:
        if row.kind == "end":
            closed.pop()
            continue
        if not any(closed):
            shown.append(row.path or row.name)
        if row.is_parent:
            closed.append(not row.is_open)
    assert closed == []
    return shown, view


def find(text, path):
    (row,) = [row for row in read(text).rows if row.path == path]
    return row


def test_a_small_result_is_open():
    shown, view = list_shown({"boxes": [{"x": 1, "label": "cat"}], "error": None})
    assert shown == [None, "boxes", "boxes[0]", "boxes[0].x", "boxes[0].label", "error"]
    assert view.is_whole


def test_a_long_array_is_closed_and_its_neighbours_are_not():
    shown, _ = list_shown({"mask": list(range(300)), "box": {"x": 1}})
    assert shown == [None, "mask", "box", "box.x"]


def test_no_more_is_open_than_one_can_look_over():
    shown, _ = list_shown({f"k{n}": list(range(20)) for n in range(20)})
    assert 20 < len(shown) <= OPEN_ROWS + 1


def test_entries_of_a_long_array_are_folded_by_the_hundred():
    shown, view = list_shown(list(range(250)))
    groups = [row for row in view.rows if row.kind == "group"]
    assert [row.name for row in groups] == ["0 … 99", "100 … 199", "200 … 249"]
    assert [row.is_open for row in groups] == [True, False, False]
    assert len(shown) == 1 + len(groups) + GROUP_SIZE


def test_what_is_left_out_is_counted():
    view = read(json.dumps({"rows": [[n] * 9 for n in range(1_900)]}))
    assert not view.is_whole
    (row,) = [row for row in view.rows if row.path == "rows"]
    assert (row.count, row.missing) == (1_900, 1_701)
    assert sum(row.kind not in ("end", "group") for row in view.rows) <= 2_000


@pytest.mark.parametrize("text", ["x" * 500, "one\ntwo", "\n" + "x" * 500])
def test_a_long_text_begins_in_its_row_and_is_there_whole(text):
    row = find(json.dumps({"trace": text}), "trace")
    assert row.whole == text
    assert len(row.text) < 200
    assert text.lstrip().startswith(row.text.removeprefix('"'))


@pytest.mark.parametrize("text", ["short", 'a\\nb "quoted"', "\u6f22", ""])
def test_a_short_text_stands_as_it_is_written(text):
    row = find(json.dumps({"a": text}, ensure_ascii=False), "a")
    assert (row.whole, row.text) == (None, json.dumps(text, ensure_ascii=False))


def test_what_turns_text_around_is_written_by_number():
    text = '{"a\u202e": "photo\u202egpj.exe", "b": "\u2066' + "x" * 300 + '"}'
    rows = read(text).rows
    assert not any("\u202e" in f"{r.name}{r.text}{r.path}" for r in rows)
    assert find(text, "b").whole.startswith("\\u2066x")
    (row,) = [row for row in rows if row.text == '"photo\\u202egpj.exe"']
    # What is searched for is the text itself.
    assert row.condition is not None
    assert json.loads(row.condition.partition(" = ")[2]) == "photo\u202egpj.exe"


@pytest.mark.parametrize(
    ("text", "path", "condition"),
    [
        ('{"error": "timeout"}', "error", 'error = "timeout"'),
        ('{"n": 12.50}', "n", "n = 12.50"),
        ('{"n": -0.5}', "n", "n = -0.5"),
        ('{"a": {"b": null}}', "a.b", "a.b = null"),
        ('{"a": {"odd key": true}}', 'a."odd key"', 'a."odd key" = true'),
        ('{"a\\"b": 1}', '"a\\"b"', '"a\\"b" = 1'),
        ('{"": 1}', '""', '"" = 1'),
        ('{"1a": 1}', '"1a"', '"1a" = 1'),
        ('{"gr\u00f6\u00dfe": 1}', "gr\u00f6\u00dfe", "gr\u00f6\u00dfe = 1"),
        ('{"tags": ["a"]}', "tags[0]", 'tags = "a"'),
        ('{"boxes": [{"x": 1}]}', "boxes[0].x", "boxes.x = 1"),
        ('{"m": [[[1]]]}', "m[0][0][0]", "m[*][*] = 1"),
        ('{"m": [[{"x": 1}]]}', "m[0][0].x", "m[*].x = 1"),
        ('[{"x": 1}]', "[0].x", "x = 1"),
        ("[1]", "[0]", None),
        ("1", "", None),
        ('[[{"x": 1}]]', "[0][0].x", None),
        ('{"n": 1' + "0" * 150 + "}", "n", None),
        ('{"t": "' + "x" * 300 + '"}', "t", None),
    ],
)
def test_a_value_leads_to_the_tasks_that_have_it_too(text, path, condition):
    assert find(text, path).condition == condition
    if condition is not None:
        assert len(parse_conditions(condition, "result")) == 1


@pytest.mark.parametrize("names", [["k" * 150_000], ["é" * 2_500] * 60])
def test_however_long_its_names_are_a_result_does_not_grow_a_thousandfold(names):
    value: Any = list(range(1_900))
    for name in names:
        value = {name: value}
    rows = read(json.dumps(value, ensure_ascii=False)).rows
    assert max(len(row.path) for row in rows) < 310
    assert {row.condition for row in rows} == {None}

"""A result on the page of its task: every digit, however deep, and inert."""

import json

import pytest

from tests.dashboard.forms import read_page, read_text
from tests.factories import add_task


def test_every_digit_of_a_result_is_in_its_tree_and_in_its_raw_text(client, cursor):
    task_id = add_task(cursor, result='{"n": 12345678901234567890.10, "e": 1e-20, "z": -0.0}')
    page = client.get(f"/admin/tasks/{task_id}/")
    for digits in ("12345678901234567890.10", "0.00000000000000000001", "0.0"):
        assert f'<bdi class="desk-number">{digits}</bdi>' in page.get_data(as_text=True)
    assert read_text(page).count("12345678901234567890.10") == 3  # the third is its search


@pytest.mark.parametrize("depth", [63, 64, 3_000])
def test_however_deep_a_result_goes_its_page_is_shown(client, cursor, depth):
    task_id = add_task(cursor, result="[" * depth + "7" + "]" * depth)
    page = client.get(f"/admin/tasks/{task_id}/")
    assert page.status_code == 200
    assert "7" + "]" * 10 in "".join(read_text(page).split())
    assert ("in the raw text only" in read_text(page)) == (depth >= 64)


def test_of_a_large_result_a_part_is_laid_out_and_the_rest_is_in_its_text(client, cursor):
    task_id = add_task(cursor, result=json.dumps({"boxes": [{"x": n} for n in range(2_500)]}))
    page = client.get(f"/admin/tasks/{task_id}/")
    assert "too large to be unfolded whole" in read_text(page)
    assert "(the first 999 here)" in read_text(page)
    assert read_text(page).count('"x": 2499') == 1
    assert len(page.data) < 1_000_000


def test_markup_in_a_result_is_inert(client, cursor):
    strange = '</pre></bdi><script>alert(1)</script>"'
    task_id = add_task(cursor, result=json.dumps({strange: [strange, strange * 20]}))
    page = client.get(f"/admin/tasks/{task_id}/").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "alert(1)" in page


@pytest.mark.parametrize(
    ("result", "other"),
    [
        ({"error": "timeout"}, {"error": "timeouts"}),
        ({"a": {"odd key.": [True]}}, {"a": {"odd key.": [1]}}),
        ({"m": [[{"x": -1.5}]]}, {"m": [[{"x": 1.5}]]}),
        ({"m": [[[7]]]}, {"m": [[[8]]]}),
        ({'quo"ted\\': '100% & "more"+'}, {'quo"ted\\': "100%"}),
        ({"none": None}, {"none": False}),
        ([{"x": "\u202e"}], [{"x": "x"}]),
    ],
)
def test_a_value_leads_to_the_tasks_that_have_the_same(client, cursor, result, other):
    task_id = add_task(cursor, "one.jpg", result=json.dumps(result))
    add_task(cursor, "other.jpg", result=json.dumps(other))
    page = read_page(client.get(f"/admin/tasks/{task_id}/"))
    (url,) = [v["href"] for _, v in page.tags if v.get("class") == "desk-like"]
    found = client.get(url)
    assert found.status_code == 200
    assert "one.jpg" in read_text(found)
    assert "other.jpg" not in read_text(found)

"""Everything that matches a filter, as a file."""

import json
import random
from datetime import UTC, datetime

import pytest
from psycopg2.extras import execute_values

from tests.dashboard.exporting import reference
from tests.dashboard.exporting.exports import export, read_csv, read_lines
from tests.factories import add_task, read_task
from vision_tasks.lifecycle import TaskStatus

RESULT = '{"score": 0.10, "big": 12345678901234567890123, "text": "é\\n\\"漢"}'
HOSTILE = "=+-@;,|\"'\\/ \t\r\n\v\x01\x02\x1c\x7f\x85\xa0\u200b\u2028\ufeff\uff1d\u3000aé漢😀\u202e"
FORMULA = '=HYPERLINK("http://evil.example")'


def test_csv_holds_a_row_for_each_task_newest_first(client, cursor):
    old = add_task(cursor, 'old é, "x"\r\n.jpg', result=RESULT)
    new = add_task(cursor, "new.jpg", status=TaskStatus.FAILED)
    row = read_task(cursor, old)
    answer = export(client)
    assert answer.status_code == 200
    assert [one["id"] for one in read_csv(answer)] == [str(new), str(old)]
    last = read_csv(answer)[1]
    moments = [last.pop(name) for name in ("created_at", "updated_at")]
    assert last == {
        "id": str(old),
        "status": "PENDING",
        "filename": 'old é, "x"\r\n.jpg',
        "result": row["result"],
        "version": "1",
    }
    assert [datetime.fromisoformat(moment) for moment in moments] == [
        row["created_at"],
        row["updated_at"],
    ]
    assert all(moment.endswith("Z") for moment in moments)


def test_its_order_is_that_of_the_list(client, cursor):
    ids = [add_task(cursor, f"{n}.jpg") for n in range(3)]
    cursor.execute("UPDATE tasks SET filename = 'x.jpg' WHERE id = %s", (str(ids[1]),))
    rows = read_csv(export(client, sort="updated"))
    assert [row["id"] for row in rows] == [str(ids[n]) for n in (1, 2, 0)]


def test_csv_is_what_rfc_4180_says_with_a_mark_for_spreadsheets(client, cursor):
    add_task(cursor)
    data = export(client).get_data()
    assert data.startswith(
        b"\xef\xbb\xbfid,status,filename,result,version,created_at,updated_at\r\n"
    )
    assert data.endswith(b"Z\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == 2


def test_no_cell_of_the_csv_is_a_formula(client, cursor):
    add_task(cursor, FORMULA)
    add_task(cursor, f" \uff1d{FORMULA}", result="-1")
    rows = read_csv(export(client))
    assert [row["filename"] for row in rows] == [f"' \uff1d{FORMULA}", f"'{FORMULA}"]
    assert rows[0]["result"] == "'-1"


def test_json_lines_lose_nothing(client, cursor):
    tasks = {
        add_task(cursor, FORMULA, result=RESULT),
        add_task(cursor, "a\r\nb\x01\u202e.jpg", result="null"),
        add_task(cursor, "none.jpg"),
    }
    stored = {str(task): read_task(cursor, task) for task in tasks}
    answer = export(client, "jsonl")
    lines = read_lines(answer)
    assert {line["id"] for line in lines} == set(stored)
    for line in lines:
        row = stored[line["id"]]
        assert line["filename"] == row["filename"]
        assert line["version"] == row["version"]
        assert datetime.fromisoformat(line["created_at"]) == row["created_at"]
        assert ("result" in line) is (row["result"] is not None)
    text = answer.get_data(as_text=True)
    assert '"score": 0.10' in text
    assert "12345678901234567890123" in text
    assert '"result": null' in text


def test_every_byte_is_as_if_each_task_were_written_alone(client, cursor):
    chosen = random.Random(7)
    names = ["", "\\.", "a\\nb", *("".join(chosen.choices(HOSTILE, k=5)) for _ in range(1_500))]
    results = [None, "null", "-0.10", "true", "[]", '"=1"', '{"a": [-1]}', RESULT]
    results += [json.dumps("".join(chosen.choices(HOSTILE, k=5))) for _ in range(500)]
    moments = [datetime(1, 1, 2, tzinfo=UTC), datetime(2026, 5, 17, 1, 2, 3, 40, tzinfo=UTC)]
    tasks = [(name, chosen.choice(results), chosen.choice(moments)) for name in names]
    execute_values(
        cursor,
        "INSERT INTO tasks (filename, result, created_at) VALUES %s",
        tasks,
        template="(%s, %s::jsonb, %s)",
    )
    assert export(client).get_data() == reference.write_csv(cursor).encode()
    assert export(client, "jsonl").get_data() == reference.write_lines(cursor).encode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"status": "FAILED"}, ["cat-2.jpg"]),
        ({"search": "cat"}, ["cat-2.jpg", "cat-1.jpg"]),
        ({"search": "dog", "status": "FAILED"}, []),
        ({"created_from": "2000-01-01", "created_to": "2000-01-02"}, []),
        ({"page_size": "20", "search": "%"}, []),
    ],
)
def test_only_what_the_filter_of_the_list_lets_through(client, cursor, query, names):
    add_task(cursor, "cat-1.jpg")
    add_task(cursor, "cat-2.jpg", status=TaskStatus.FAILED)
    add_task(cursor, "dog.jpg")
    for chosen, read in (("csv", read_csv), ("jsonl", read_lines)):
        assert [row["filename"] for row in read(export(client, chosen, **query))] == names


def test_more_than_one_piece_comes_whole_and_in_order(client, cursor):
    cursor.execute(
        "INSERT INTO tasks (filename) SELECT number || '.jpg' FROM generate_series(1, 1234) number"
    )
    rows = read_csv(export(client))
    assert len({row["id"] for row in rows}) == 1234
    moments = [row["created_at"] for row in rows]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize(
    ("chosen", "media_type"), [("csv", "text/csv"), ("jsonl", "application/x-ndjson")]
)
def test_it_is_a_file_to_keep_and_nothing_that_a_browser_keeps(client, cursor, chosen, media_type):
    add_task(cursor)
    answer = export(client, chosen)
    assert answer.mimetype == media_type
    name = f"tasks-{datetime.now(UTC):%Y-%m-%d}.{chosen}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"

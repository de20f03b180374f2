"""No page says anything that no catalog was asked for, wherever links or addresses lead."""

import json

import pytest

from tests.dashboard.bulk.orders import add_many
from tests.dashboard.forms import read_export_form
from tests.dashboard.language.crawling import crawl
from tests.dashboard.language.pages import HISTORY, KEYS, STAFF, STRANGER, TASKS, change
from tests.dashboard.language.reading import find_unsaid, strip_said
from tests.dashboard.language.test_python import WORDS
from tests.dashboard.people import add_person
from tests.dashboard.signing_in.forms import EMAIL, LOGIN
from tests.dashboard.test_views import read_hidden, save
from tests.factories import add_task
from tests.keys import add_key
from vision_tasks.lifecycle import TaskStatus

SCANNED = {"objects": 3, "error": "timeout", "boxes": [[1, 2], [3, 4]], "deep": {"a": None}}
QUERIES = [
    "status=NO", "status=PENDING&status=FAILED", "created_from=x", "created_to=2026-02-30",
    "created_from=2026-02-02&created_to=2026-02-01", "search=%00", f"search={'x' * 300}",
    "page_size=7", "older_than=x", "newer_than=y", "older_than=x&newer_than=y",
    "search=nothing+like+it", "updated_from=x", "updated_to=x", "result=x", "result=a+%3D+{",
    "id=x", "order=x", "zone=x", "view=x", "at=x", "jump=x", "changed_from=x", "changed_to=x",
    "task=x", "batch=x", "actor=%00", f"action={'x' * 200}", "action=%00", "actor=nobody",
    "changed_from=2026-02-02&changed_to=2026-02-01", "task=x&task=y",
]  # fmt: skip
ADDRESSES = [
    "/admin/nowhere", f"{TASKS}x/", f"{TASKS}{STRANGER}/", f"{HISTORY}999999/", f"{HISTORY}x/",
    f"{TASKS}bulk/{STRANGER}/", f"{TASKS}bulk/x/", f"{KEYS}nobody/rotate", f"{STAFF}x/",
    f"{STAFF}{STRANGER}/", f"{TASKS}bulk/prepare", f"{TASKS}{STRANGER}/edit",
]  # fmt: skip


def test_every_page_that_links_lead_to(reader, cursor):
    for status in TaskStatus:
        add_task(cursor, f"{status.value}.jpg".lower(), status=status, result=json.dumps(SCANNED))
    add_many(cursor, 60)
    add_key(cursor, "ingest-1", key="vt_before", scopes=["tasks:read"])
    add_person(cursor, "viewer", email=EMAIL)
    gone = add_task(cursor, "gone.jpg")
    change(cursor, gone, "status = 'PROCESSING', result = '[1]'")
    change(cursor, gone, "status = 'COMPLETED', filename = 'gone2.jpg', result = '[2]'")
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(gone),))
    for url, page in crawl(reader.client, "/admin/", TASKS, HISTORY, KEYS, STAFF, LOGIN):
        assert page.status_code < 400, url
        reader.read(url, page)


def test_lists_that_are_empty(reader):
    for url in ("/admin/", TASKS, HISTORY, KEYS, f"{TASKS}new", f"{TASKS}export"):
        assert reader.get(url).status_code == 200


def test_filters_that_cannot_be_read(reader):
    for query in QUERIES:
        for place in (TASKS, HISTORY, f"{TASKS}export"):
            reader.get(f"{place}?{query}")


def test_addresses_that_lead_nowhere(reader):
    for url in ADDRESSES:
        reader.get(url)
        reader.post(url)


def test_views(reader, cursor):
    add_task(cursor)
    client = reader.client
    for name in ("", "x" * 81, "a\u202eb"):
        assert reader.read(name[:3], save(client, name)).status_code == 400
    for _ in range(2):
        reader.read("mine", save(client, EMAIL))
    reader.post(f"{TASKS}views", name="x", query="status=FAILED")
    token = read_hidden(client.get(f"{TASKS}?status=FAILED"))
    reader.read("no list", client.post(f"{TASKS}views", data={**token, "query": "status=NONE"}))
    reader.get(f"{TASKS}?status=FAILED")
    reader.post(f"{TASKS}views/{STRANGER}/remove")


def test_exports(reader, cursor):
    add_task(cursor)
    form = read_export_form(reader.get(f"{TASKS}export?status=PENDING"))
    for wrong in ({"format": "no"}, {"csrf_token": "x"}, {"status": "NO"}):
        page = reader.client.post(f"{TASKS}export", data={**form.fields, **wrong})
        reader.read(str(wrong), page)


@pytest.mark.parametrize(
    "path", ["live", "tasks/live", f"tasks/export/{STRANGER}", "tasks/live?status=NO"]
)
def test_what_scripts_ask_for(reader, cursor, path):
    add_task(cursor)
    answer = reader.get(f"/admin/{path}")
    texts = list_texts(answer.get_json()) if answer.is_json else []
    assert [text for text in texts if WORDS.search(strip_said(text))] == []


def list_texts(value):
    """List the texts in JSON, however deep; what is a page of its own is read as one."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in list_texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in list_texts(one)]
    if isinstance(value, str):
        return find_unsaid(value) if "<" in value else [value]
    return []

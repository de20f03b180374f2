"""No address gives a 500, whatever is sent to it, and none but a POST changes anything."""

from itertools import product
from urllib.parse import quote, urlencode

from tests.dashboard.forms import read_form, read_page
from tests.factories import add_task, read_task

HOSTILE = (
    "\x00",
    "\\",
    "'\"--",
    "9" * 25,
    "-1",
    "\ud800",
    "💥" * 300,
    "[" * 5_000,
    "%00%",
    "{{7*7}}",
)
NAMES = (
    "status",
    "created_from",
    "created_to",
    "search",
    "page_size",
    "older_than",
    "newer_than",
    "back",
    "version",
    "base",
    "theirs",
    "yours",
    "filename",
    "result",
    "choice_status",
    "page",
)
MARKUP = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}</textarea><b>")


def addresses(app, task_id):
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "filename" not in rule.arguments:
            for value in (str(task_id), "x\x00"):
                yield adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, value))


def encode(text):
    return quote(text, errors="surrogatepass")


def test_no_address_gives_a_500(app, client, cursor):
    task_id = add_task(cursor, result="[1]")
    before = read_task(cursor, task_id)
    for url in {*addresses(app, task_id), "/nowhere", "/admin/tasks/static/../../app.py"}:
        for value in HOSTILE:
            query = "&".join(f"{name}={encode(value)}" for name in NAMES)
            for method in ("GET", "POST"):
                status = client.open(f"{url}?{query}", method=method).status_code
                assert status < 500, (method, url, value)
        for method in ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            assert client.open(url, method=method).status_code < 500
    for name, value in product(NAMES, HOSTILE):
        assert client.get(f"/admin/tasks/?{name}={encode(value)}").status_code < 500, (name, value)
    assert read_task(cursor, task_id) == before


def test_no_form_gives_a_500_even_with_a_valid_token(client, cursor):
    task_id = add_task(cursor, result="[1]")
    before = read_task(cursor, task_id)
    token = read_form(client.get("/admin/tasks/new")).fields["csrf_token"]
    for page, value in product((f"{task_id}/edit", f"{task_id}/delete", "nothing/edit"), HOSTILE):
        for kept in (NAMES, [name for name in NAMES if name != "theirs"]):
            body = urlencode(
                {"csrf_token": token} | dict.fromkeys(kept, value.encode("utf-8", "surrogatepass"))
            )
            response = client.post(
                f"/admin/tasks/{page}", data=body, content_type="application/x-www-form-urlencoded"
            )
            assert response.status_code in (400, 404), (page, value)
    for content, kind in (
        (b"\xff\x00", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (b"a", "multipart/form-data"),
        (b"&".join([b"a=1"] * 5_000), "application/x-www-form-urlencoded"),
    ):
        assert (
            client.post(f"/admin/tasks/{task_id}/edit", data=content, content_type=kind).status_code
            == 400
        )
    assert read_task(cursor, task_id) == before


def test_a_get_changes_nothing_and_the_list_takes_no_post(client, cursor):
    task_id = add_task(cursor)
    before = read_task(cursor, task_id)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    for page in ("edit", "delete"):
        client.get(f"/admin/tasks/{task_id}/{page}", query_string={**form.fields, "filename": "x"})
    client.get("/admin/tasks/new", query_string={**form.fields, "filename": "x"})
    assert client.post("/admin/tasks/").status_code == 405
    assert client.post(f"/admin/tasks/{task_id}/").status_code == 405
    cursor.execute("SELECT count(*) FROM tasks")
    assert cursor.fetchone() == (1,)
    assert read_task(cursor, task_id) == before


def test_markup_is_inert_on_every_page(client, cursor):
    for text in MARKUP:
        task_id = add_task(cursor, text, result=f'["{text.replace(chr(34), "")}"]')
        form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
        cursor.execute("UPDATE tasks SET result = '[]', filename = filename || '!'")
        pages = [form.send(client, filename=text + "?", result='["<b>"]', back=text)]
        pages += [
            client.get(f"/admin/tasks/{url}")
            for url in (
                "",
                f"{task_id}/",
                f"{task_id}/edit",
                f"{task_id}/delete",
                f"?search={quote(text)}",
            )
        ]
        # What it showed of the task before is kept for a moment.
        client.application.extensions.pop("vision_tasks_overview", None)
        pages.append(client.get("/admin/"))
        for page in pages:
            tags = read_page(page).tags
            assert not [
                values for tag, values in tags if "onerror" in values or "onclick" in values
            ]
            assert not [tag for tag, _ in tags if tag in ("b", "img")]
            assert all("src" in values for tag, values in tags if tag == "script")
            assert "7*7" in page.get_data(as_text=True) or text not in MARKUP[2:]
        cursor.execute("DELETE FROM tasks")

"""The headers of every answer of the standalone app, whichever part of it wrote it."""

import re

import pytest
from werkzeug.routing import Rule

from dashboard import create_app
from tests.dashboard.forms import read_page
from tests.factories import add_task
from vision_tasks.config import Settings

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CLOSED = ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'")


def read_policy(answer):
    (policy,) = answer.headers.getlist("Content-Security-Policy")
    return dict(part.split(" ", 1) for part in policy.split("; "))


def read_nonce(answer):
    found = re.fullmatch(r"'nonce-([\w-]{22})'", read_policy(answer)["script-src"])
    assert found is not None
    return found[1]


def build(rule: Rule, task_id) -> list[str]:
    if "filename" in rule.arguments:
        return [rule.rule.replace("<path:filename>", name) for name in ("desk.css", "none.css")]
    return [re.sub(r"<[^>]+>", value, rule.rule) for value in (str(task_id), "none")]


def check(answer):
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "camera=()" in answer.headers["Permissions-Policy"]
    policy = answer.headers["Content-Security-Policy"]
    assert [part for part in CLOSED if part not in policy] == []
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "Strict-Transport-Security" not in answer.headers
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        read_nonce(answer)
        assert read_policy(answer)["form-action"] == "'self'"
        assert answer.headers["Cache-Control"] == "no-store"
    else:
        assert read_policy(answer)["form-action"] == "'none'"
        assert "Cache-Control" in answer.headers


def test_every_address_carries_them_whatever_its_answer(app, client, cursor):
    task_id = add_task(cursor)
    seen = set()
    rules = list(app.url_map.iter_rules())
    urls = [url for rule in rules for url in build(rule, task_id)]
    for url in dict.fromkeys([*urls, "/nowhere", "/admin", "/admin/tasks/static/../x"]):
        for method in METHODS:
            with client.open(url, method=method) as answer:
                check(answer)
                seen.add(answer.status_code)
    assert {200, 303, 308, 400, 404, 405} <= seen
    assert 500 not in seen


def test_a_strange_host_and_a_fault_of_ours_are_answered_with_them(app):
    app.testing = False
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    client = app.test_client()
    for page, status in (
        (client.get("/broken"), 500),
        (client.get("/admin/", headers={"Host": "evil.example"}), 400),
    ):
        assert page.status_code == status
        check(page)


def test_what_is_answered_without_a_key_carries_them(tmp_path):
    (tmp_path / "file").touch()
    app = create_app(Settings(_env_file=None, DATA_DIRECTORY=tmp_path / "file" / "data"))
    answer = app.test_client().get("/admin/")
    assert answer.status_code == 503
    assert answer.headers["Cache-Control"] == "no-store"
    check(answer)


def test_a_nonce_is_of_one_answer_only(client):
    assert len({read_nonce(client.get("/admin/tasks/")) for _ in range(5)}) == 5


@pytest.mark.parametrize("path", ["", "tasks/", "tasks/new", "tasks/nothing/"])
def test_each_script_and_style_sheet_of_a_page_carries_its_nonce(client, path):
    page = client.get(f"/admin/{path}")
    nonce = read_nonce(page)
    loaded = [
        values
        for tag, values in read_page(page).tags
        if tag == "script" or values.get("rel") == "stylesheet"
    ]
    assert len(loaded) > 5
    assert {values.get("nonce") for values in loaded} == {nonce}


@pytest.mark.parametrize("path", ["", "tasks/", "tasks/new", "tasks/nothing/"])
def test_no_page_holds_a_style_a_handler_or_a_script_of_its_own(client, path):
    for tag, values in read_page(client.get(f"/admin/{path}")).tags:
        assert [name for name in values if name == "style" or name.startswith("on")] == []
        assert tag != "style"
        assert tag != "script" or values["src"]
        assert not values.get("href", "").startswith("javascript:")


def test_files_are_kept_but_asked_about(client):
    with client.get("/admin/tasks/static/desk.css") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["ETag"]


def test_only_a_secure_answer_asks_to_stay_secure(client):
    for url in ("/", "/admin/", "/admin/tasks/static/desk.css", "/nowhere"):
        with client.get(url, base_url="https://localhost") as answer:
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        with client.get(url) as answer:
            assert "Strict-Transport-Security" not in answer.headers

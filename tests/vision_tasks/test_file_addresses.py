"""Where the file of a task is: templates that can be used, and filenames that stay labels."""

from itertools import product
from urllib.parse import unquote, urlsplit
from uuid import UUID

import pytest
from pydantic import ValidationError

from vision_tasks.config import Settings
from vision_tasks.file_addresses import check_template, format_file_url, get_origin

TASK_ID = UUID("00000000-0000-4000-8000-00000000000a")
BASE = "https://files.example/data"
PIECES = (".", "..", "/", "\\", "%2e", "%2f", "a", "?", "#", ":", "@", " ", "\n", "\u202e")


@pytest.mark.parametrize(
    ("template", "origin"),
    [
        ("https://files.example/{path}", "https://files.example"),
        ("HTTPS://Files.Example:8443/a/{filename}?v=1", "https://files.example:8443"),
        ("http://127.0.0.1:9000/{id}.jpg", "http://127.0.0.1:9000"),
        ("http://file_server/{path}", "http://file_server"),
        ("https://files.example:/{path}", "https://files.example"),
        ("https://xn--bcher-kva.example/{id}/{path}", "https://xn--bcher-kva.example"),
    ],
)
def test_a_template_has_an_origin_that_a_policy_can_name(template, origin):
    assert get_origin(check_template(template)) == origin


@pytest.mark.parametrize(
    "template",
    [
        "",
        "{path}",
        "/files/{path}",
        "//files.example/{path}",
        "ftp://files.example/{path}",
        "javascript:alert({id})",
        "data:image/png;base64,{id}",
        "https:///{path}",
        "https://{filename}/x",
        "https://files.example.{id}/x",
        "https://files.example:{id}/x",
        "https://user@files.example/{path}",
        "https://user:secret@files.example/{path}",
        "https://@files.example/{path}",
        "https://files.example",
        "https://files.example/{name}",
        "https://files.example/{}",
        "https://files.example/{path",
        "https://files.example/{path}}",
        "https://files.example/{{path}}",
        "https://files.example/{path:>10}",
        "https://files.example/{path.__class__}",
        "https://files.example:99999/{path}",
        "https://files.example:x/{path}",
        "https://[::1]/{path}",
        "https://[::1/{path}",
        "https://*/{path}",
        "https://*.example/{path}",
        "https://b\u00fccher.example/{path}",
        "https://files.example./{path}",
        "https://files..example/{path}",
        "https://ex%61mple/{path}",
        "https://files.example; script-src */{path}",
        "https://files.example,https://evil.example/{path}",
        "https://files.example/ {path}",
        "https://files.example/\n{path}",
        "https://files.example\\@evil.example/{path}",
        'https://files.example/"{path}',
        "https://files.example/<{path}>",
        "https://files.example/{path}\x00",
        "https://files.example/'{path}'",
    ],
)
def test_a_template_that_could_not_be_used_is_refused(template):
    with pytest.raises(ValueError, match=r"^[a-z]"):
        check_template(template)


def test_the_setting_says_what_is_wrong_and_repeats_no_password():
    with pytest.raises(ValidationError) as caught:
        Settings(FILE_URL_TEMPLATE="https://me:hunter2@files.example/{path}")
    assert "FILE_URL_TEMPLATE" in str(caught.value)
    assert "a name or a password" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "filename", "url"),
    [
        ("path", "cam 1/cat.jpg", "cam%201/cat.jpg"),
        ("path", "./cam/cat.jpg", "cam/cat.jpg"),
        ("path", "a?b#c&d=e;f", "a%3Fb%23c%26d%3De%3Bf"),
        ("path", "50%25.jpg", "50%2525.jpg"),
        ("path", "Stra\u00dfe/\u6f22.jpg", "Stra%C3%9Fe/%E6%BC%A2.jpg"),
        ("path", "<b>\"'\n.jpg", "%3Cb%3E%22%27%0A.jpg"),
        ("path", "a\\b.jpg", "a%5Cb.jpg"),
        ("path", "...", "..."),
        ("path", "..jpg", "..jpg"),
        ("filename", "cam/cat.jpg", "cam%2Fcat.jpg"),
        ("filename", "{id}.jpg", "%7Bid%7D.jpg"),
        ("id", "../../etc/passwd", str(TASK_ID)),
        ("id", "/", str(TASK_ID)),
    ],
)
def test_a_filename_is_quoted_into_its_field(field, filename, url):
    assert format_file_url(f"{BASE}/{{{field}}}", TASK_ID, filename) == f"{BASE}/{url}"


@pytest.mark.parametrize(
    "filename",
    [
        "..",
        ".",
        "./",
        "././x.jpg",
        "/etc/passwd",
        "//evil.example/x.jpg",
        "a//b.jpg",
        "a/",
        "../x.jpg",
        "a/../../x.jpg",
        "a/./x.jpg",
        "a/..",
        "..\\x.jpg",
        "a\\..\\..\\x.jpg",
        "\\\\evil.example\\x.jpg",
        "a/..\\x.jpg",
    ],
)
@pytest.mark.parametrize("template", [f"{BASE}/{{path}}", f"{BASE}/{{id}}/{{filename}}"])
def test_a_filename_that_could_lead_elsewhere_has_no_address(filename, template):
    assert format_file_url(template, TASK_ID, filename) is None


@pytest.mark.parametrize("field", ["path", "filename"])
def test_no_filename_leaves_its_place(field):
    for filename in map("".join, product(PIECES, repeat=3)):
        url = format_file_url(f"{BASE}/{{{field}}}?v=1", TASK_ID, filename)
        if url is None:
            continue
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc, parts.query) == ("https", "files.example", "v=1")
        assert unquote(parts.path).removeprefix("/data/") in (filename, filename.removeprefix("./"))
        assert {unquote(step) for step in parts.path.split("/")[1:]}.isdisjoint((".", "..", ""))

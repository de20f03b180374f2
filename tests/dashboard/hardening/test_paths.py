"""Where a redirect may lead."""

import pytest

from dashboard.hardening import is_safe_path

GOOD = [
    "/",
    "/admin/",
    "/admin/tasks/?status=FAILED&search=a%2Fb%20c&created_from=2026-01-01",
    "/admin/tasks/?next=https://example.org/",
    "/admin/tasks/7c9e6679-7425-40de-944b-e07fc1f90ae7/#result",
    "/admin/a:b",
    "/a@b",
    "/caf%C3%A9",
]
BAD = [
    "",
    " ",
    "admin/",
    "?status=FAILED",
    "#top",
    "./admin/",
    "../admin/",
    "//evil.example",
    "///evil.example",
    "////evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "http:evil.example",
    "https:evil.example",
    "http:/evil.example",
    "http:///evil.example",
    "https://evil.example/",
    "HTTPS://evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "/admin/\r\nSet-Cookie: a=b",
    "/admin/\x00",
    "/\x7f/evil.example",
    "/%2fevil.example",
    "/%2Fevil.example",
    "/%5cevil.example",
    "/%5Cevil.example",
    "/%09/evil.example",
    "/%0d%0aLocation:%20//evil.example",
    "/%00",
    "/%20/evil.example",
    "/%e2%80%8b/evil.example",
    "/%c2%a0/evil.example",
    "%2f%2fevil.example",
    "%68ttp:evil.example",
    "/.//evil.example",
    "/admin/..//evil.example",
    "/admin/%2e%2e//evil.example",
    "/admin/%2f/evil.example",
    "/\u2215evil.example",
    "\uff0f\uff0fevil.example",
    "/caf\u00e9",
    "/\u202egpj.example",
    "/\ud800",
    "/" + "a" * 2_000,
]


@pytest.mark.parametrize("text", GOOD)
def test_a_path_of_this_site_is_safe(text):
    assert is_safe_path(text)


@pytest.mark.parametrize("text", BAD)
def test_what_a_browser_could_take_for_another_site_is_not(text):
    assert not is_safe_path(text)

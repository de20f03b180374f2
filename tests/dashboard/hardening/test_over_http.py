"""Proxies in front of the dashboard as it is served."""

import httpx
import pytest

from tests.servers import serve_dashboard

FORWARDED = {
    "Host": "inner:5000",
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "localhost",
}


@pytest.mark.parametrize(("trusted", "status"), [("127.0.0.1", 308), ("10.0.0.1", 400)])
def test_a_proxy_is_believed_where_it_is_named(settings, monkeypatch, trusted, status):
    monkeypatch.setenv("TRUSTED_PROXIES", trusted)
    with serve_dashboard(settings) as url:
        answer = httpx.get(f"{url}/admin/tasks", headers=FORWARDED)
    assert answer.status_code == status
    if status == 308:
        assert answer.headers["Location"] == "https://localhost/admin/tasks/"
    assert ("Strict-Transport-Security" in answer.headers) is (status == 308)

"""A browser that somebody has come to by the provider is known, as after a password."""

import pytest

from tests.dashboard.forms import read_form
from tests.dashboard.single_sign_on.conftest import sign_in


@pytest.mark.usefixtures("ana")
def test_nobody_keeps_its_owner_waiting_for_their_password(browser, cursor):
    assert sign_in(browser).status_code == 303
    read_form(browser.get("/admin/logout")).send(browser)
    form = read_form(browser.get("/admin/login"))
    assert form.send(browser, email="ana@example.org", password="not it").status_code == 400
    cursor.execute("SELECT split_part(subject, ':', 1) FROM sign_in_delays")
    assert cursor.fetchall() == [("device",)]

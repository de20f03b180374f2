"""Failing to sign in, from any address, and what is counted of it."""

from tests.dashboard.forms import read_text
from tests.dashboard.signing_in.forms import EMAIL, send_sign_in

WRONG = "not the password"


def send_from(app, address, email=EMAIL, password=WRONG):
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return send_sign_in(client, email, password)


def read_wait(page):
    assert page.status_code == 429
    seconds = int(page.headers["Retry-After"])
    assert f"in {seconds} second" in read_text(page)
    return seconds


def fail(app, cursor, times, *, email=EMAIL, address="192.0.2.1"):
    """Fail so many times, the last time just now."""
    assert send_from(app, address, email).status_code == 400
    # One was looked at, which is slow on purpose; the others are counted only.
    cursor.execute(
        "UPDATE sign_in_delays SET failures = %s, failed_at = clock_timestamp() WHERE failures = 1",
        (times,),
    )


def count_failures(cursor):
    cursor.execute("SELECT split_part(subject, ':', 1), failures FROM sign_in_delays ORDER BY 1, 2")
    return cursor.fetchall()

"""After wrong passwords the next try has to wait, longer each time, and never for ever."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.dashboard.forms import read_form
from tests.dashboard.people import PASSWORD, add_person
from tests.dashboard.signing_in.failures import WRONG, count_failures, fail, read_wait, send_from
from tests.dashboard.signing_in.forms import EMAIL, LOGIN, move, send_sign_in


@pytest.fixture(autouse=True)
def _ana(cursor):
    add_person(cursor, email=EMAIL, password=PASSWORD)


def test_three_tries_are_free(app, anonymous):
    for _ in range(3):
        assert send_sign_in(anonymous, password=WRONG).status_code == 400
    assert send_sign_in(app.test_client()).status_code == 429


def read_waits(app, cursor, numbers, address, email, *, before="192.0.2.1"):
    fail(app, cursor, 1, address=before)
    for number in numbers:
        cursor.execute(
            "UPDATE sign_in_delays SET failures = %s, failed_at = clock_timestamp()", (number,)
        )
        yield read_wait(send_from(app, address, email))


def test_the_wait_doubles_up_to_a_minute_for_an_account_from_one_site(app, cursor):
    numbers = (*range(3, 12), 2_000_000_000)
    waits = read_waits(app, cursor, numbers, "2001:db8:0:1::1", EMAIL, before="2001:db8::1")
    assert list(waits) == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_who_has_mistyped_waits_for_nobody_who_guesses_elsewhere(app, cursor):
    fail(app, cursor, 3, address="198.51.100.1")
    move(cursor, "sign_in_delays", "failed_at", "50 minutes")
    # Each guess is the last thing that happened to the account.
    for number in range(1, 4):
        assert send_from(app, f"203.0.113.{number}").status_code == 400
    assert send_from(app, "198.51.100.1", password=PASSWORD).status_code == 303


def test_guessing_from_however_many_addresses_keeps_nobody_out_elsewhere(app, cursor):
    for number in range(1, 5):
        fail(app, cursor, 2_000_000, address=f"192.0.2.{number}")
    # Their owner, in a browser that is not known, who mistypes it at that.
    assert send_from(app, "203.0.113.9").status_code == 400
    assert send_from(app, "203.0.113.9").status_code == 400
    assert send_from(app, "203.0.113.9", password=PASSWORD).status_code == 303


def test_the_wait_doubles_up_to_five_minutes_for_an_address(app, cursor):
    waits = read_waits(app, cursor, (*range(3, 14), 2_000_000_000), "192.0.2.1", "jo@example.org")
    assert list(waits) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_all_of_a_network_of_ipv6_is_one_address(app):
    for number in range(3):
        send_from(app, f"2001:db8::{number}", f"nobody-{number}@example.org")
    assert send_from(app, "2001:db8::ffff", "other@example.org").status_code == 429
    assert send_from(app, "2001:db8:0:1::1", "other@example.org").status_code == 400


def test_all_of_a_site_of_ipv6_wait_once_they_have_failed_often(app):
    # With one of each network, which no count of an address would ever see again.
    for number in range(12):
        page = send_from(app, f"2001:db8:0:{number:x}::1", f"nobody-{number}@example.org")
        assert page.status_code == 400
    assert read_wait(send_from(app, "2001:db8:0:ffff::1", "other@example.org")) == 1
    assert send_from(app, "2001:db8:1::1", "other@example.org").status_code == 400


def test_the_wait_doubles_up_to_a_minute_for_a_site(app, cursor):
    fail(app, cursor, 1, address="2001:db8:0:1::1")
    waits = []
    for failures in (*range(11, 20), 2_000_000_000):
        cursor.execute(
            "UPDATE sign_in_delays SET failures = %s, failed_at = clock_timestamp()"
            " WHERE subject LIKE 'site%%'",
            (failures,),
        )
        page = send_from(app, "2001:db8:0:2::1", f"nobody-{failures}@example.org")
        waits.append(0 if page.status_code == 400 else read_wait(page))
    assert waits == [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_codes_are_counted_for_a_site_as_passwords_are(app, cursor):
    cursor.execute("UPDATE staff SET two_factor_method = 'totp', totp_secret = 's'")
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "2001:db8:0:1::1"
    form = read_form(client.get(send_sign_in(client).location))
    assert form.send(client, code="no code").status_code == 400
    assert count_failures(cursor) == [("address", 1), ("codes", 1), ("pair", 0), ("site", 1)]


def test_the_right_password_during_a_wait_is_not_looked_at(app, cursor):
    fail(app, cursor, 5)
    before = count_failures(cursor)
    page = send_from(app, "192.0.2.1", password=PASSWORD)
    assert read_wait(page) == 4
    assert read_form(page).fields["email"] == EMAIL
    assert count_failures(cursor) == before
    cursor.execute("SELECT count(*) FROM staff_sessions")
    assert cursor.fetchone() == (0,)


def test_tries_during_a_wait_make_it_no_longer(app, cursor):
    fail(app, cursor, 4)
    for _ in range(5):
        assert read_wait(send_from(app, "192.0.2.1")) <= 2
    move(cursor, "sign_in_delays", "failed_at", "2 seconds")
    assert send_from(app, "192.0.2.1", password=PASSWORD).status_code == 303


def test_a_name_that_nobody_has_waits_as_one_that_somebody_has(app, cursor):
    for email, address in ((EMAIL, "192.0.2.1"), ("nobody@example.org", "192.0.2.2")):
        fail(app, cursor, 5, email=email, address=address)
        assert read_wait(send_from(app, address, email)) == 4
        assert read_wait(send_from(app, address, email.upper())) == 4
        cursor.execute("DELETE FROM sign_in_delays WHERE subject LIKE 'address%'")
        assert read_wait(send_from(app, address, email)) == 4


def test_success_begins_anew_for_the_account_and_not_for_the_address(app, cursor):
    fail(app, cursor, 4, address="192.0.2.1")
    move(cursor, "sign_in_delays", "failed_at", "6 minutes")
    assert send_from(app, "192.0.2.1", password=PASSWORD).status_code == 303
    assert count_failures(cursor) == [("address", 4)]


def test_success_keeps_nobody_at_the_same_address_waiting(app, cursor):
    add_person(cursor, email="jo@example.org", password=PASSWORD)
    fail(app, cursor, 6, address="192.0.2.1")
    move(cursor, "sign_in_delays", "failed_at", "9 seconds")
    assert send_from(app, "192.0.2.1", "jo@example.org", PASSWORD).status_code == 303
    assert send_from(app, "192.0.2.1", "jo@example.org", PASSWORD).status_code == 303


def test_failures_of_an_hour_ago_count_no_more(app, cursor):
    fail(app, cursor, 8)
    move(cursor, "sign_in_delays", "failed_at", "1 hour")
    for _ in range(3):
        assert send_from(app, "203.0.113.9").status_code == 400
    assert read_wait(send_from(app, "203.0.113.9")) == 1


def test_what_counts_no_more_is_removed_when_somebody_signs_in(app, cursor):
    fail(app, cursor, 3, email="nobody@example.org")
    move(cursor, "sign_in_delays", "failed_at", "1 hour")
    assert send_from(app, "203.0.113.9", password=PASSWORD).status_code == 303
    assert count_failures(cursor) == []


def test_a_clock_that_was_set_back_keeps_nobody_out(app, cursor):
    fail(app, cursor, 8)
    move(cursor, "sign_in_delays", "failed_at", "-1 hour")
    assert send_from(app, "203.0.113.9", password=PASSWORD).status_code == 303


def test_no_more_tries_at_once_pass_than_are_free(app, cursor):
    clients = [app.test_client() for _ in range(12)]
    forms = [read_form(client.get(LOGIN)) for client in clients]
    for number, client in enumerate(clients):
        # Networks of one site.
        client.environ_base["REMOTE_ADDR"] = f"2001:db8:0:{number}::1"
    with ThreadPoolExecutor(6) as pool:
        pages = list(
            pool.map(
                lambda pair: pair[1].send(pair[0], email=EMAIL, password=WRONG),
                zip(clients, forms, strict=True),
            )
        )
    looked_at = [page.status_code for page in pages].count(400)
    # Hashing takes its time, so the wait of one second may have passed once or twice.
    assert 3 <= looked_at <= 5
    cursor.execute("SELECT failures FROM sign_in_delays WHERE subject LIKE 'pair%'")
    assert cursor.fetchone() == (looked_at,)


def test_what_is_counted_tells_neither_names_nor_addresses(app, cursor):
    send_from(app, "192.0.2.77")
    cursor.execute("SELECT string_agg(subject, ' ') FROM sign_in_delays")
    (subjects,) = cursor.fetchone()
    assert "192.0.2.77" not in subjects
    assert "ana" not in subjects

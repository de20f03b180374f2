"""The page of one member of staff, and its buttons."""

from tests.dashboard.forms import read_page


def url_of(staff_id, deed=""):
    return f"/admin/staff/{staff_id}/{deed}"


def form_of(client, staff_id, deed):
    page = client.get(url_of(staff_id))
    (form,) = [form for form in read_page(page).forms if form.action == url_of(staff_id, deed)]
    return form


def deeds_on(page):
    return [form.action.rsplit("/", 1)[1] for form in read_page(page).forms]


def do(client, staff_id, deed, **changes):
    return form_of(client, staff_id, deed).send(client, **changes)


def read_row(cursor, staff_id):
    cursor.execute(
        "SELECT role, is_active, password_hash, two_factor_method, totp_secret FROM staff"
        " WHERE id = %s",
        (str(staff_id),),
    )
    return cursor.fetchone()


def count_live(cursor, staff_id):
    cursor.execute(
        "SELECT count(*) FROM staff_sessions WHERE staff_id = %s AND ended_at IS NULL",
        (str(staff_id),),
    )
    return cursor.fetchone()[0]

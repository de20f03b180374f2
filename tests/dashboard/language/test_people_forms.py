"""Keys, staff and accounts say nothing that no catalog was asked for, whatever goes wrong."""

from typing import Any

from flask import session as flask_session
from pydantic import SecretStr

from dashboard import create_app
from dashboard.tokens import make_token
from tests.dashboard.bulk.orders import find_form
from tests.dashboard.forms import read_form
from tests.dashboard.language.pages import HISTORY, KEYS, STAFF, STRANGER, TASKS, Reader, speak
from tests.dashboard.people import PASSWORD, add_person, add_session, sign_in, use_session
from tests.dashboard.signing_in.apps import CodeApp
from tests.dashboard.signing_in.forms import EMAIL, LOGIN, move, send_sign_in
from tests.keys import add_key


def test_keys(reader, cursor):
    client = reader.client
    form = read_form(reader.get(f"{KEYS}new"))
    wrongs: list[dict[str, Any]] = [
        {"name": "A b"}, {"scope": []}, {"days": "0"}, {"csrf_token": "x"},
    ]  # fmt: skip
    for wrong in wrongs:
        reader.read(str(wrong), form.send(client, **{"name": "ingest-1", **wrong}))
    for _ in range(2):
        reader.read("made", form.send(client, name="ingest-1", days="9"))
    rotation = read_form(reader.get(f"{KEYS}ingest-1/rotate"))
    reader.read("no number", rotation.send(client, hours="x"))
    for hours in ("1", "0"):
        reader.read("rotated", rotation.send(client, hours=hours))
    reader.get(KEYS)
    reader.read("rotated", read_form(client.get(f"{KEYS}ingest-1/rotate")).send(client))
    revocation = read_form(reader.get(f"{KEYS}ingest-1/revoke"))
    for _ in range(2):
        reader.read("revoked", revocation.send(client))
    add_key(cursor, "old", key="vt_old", scopes=["tasks:read"])
    cursor.execute(
        "UPDATE api_keys SET expires_at = created_at + interval '1 microsecond' WHERE name = 'old'"
    )
    for url in (KEYS, f"{KEYS}ingest-1/rotate", HISTORY):
        reader.get(url)


def test_staff(reader, cursor):
    client = reader.client
    form = read_form(reader.get(f"{STAFF}new"))
    for wrong in ({"email": "x"}, {"email": "x" * 400}, {"role": "no"}, {"csrf_token": "x"}):
        page = client.post(f"{STAFF}new", data={**form.fields, "email": EMAIL, **wrong})
        reader.read(str(wrong), page)
    for password in ("short", "x" * 999, "a\tb" * 9, "a" * 12, EMAIL, "passwordpassword"):
        page = form.send(client, email=EMAIL, how="typed", password=password)
        reader.read(password[:9], page)
    for _ in range(2):
        reader.read("added", form.send(client, email=EMAIL))
    reader.read("again", read_form(client.get(f"{STAFF}new")).send(client, email=EMAIL))
    cursor.execute("SELECT id FROM staff WHERE email = %s", (EMAIL,))
    url = f"{STAFF}{cursor.fetchone()[0]}/"
    page = reader.get(url)
    for deed in ("role", "password", "disable", "sessions"):
        for _ in range(2):
            reader.read(deed, find_form(page, f"/{deed}").send(client))
        page = reader.get(url)
    reader.read("enabled", find_form(page, "/enable").send(client))
    cursor.execute("SELECT id FROM staff WHERE role = 'admin'")
    own = f"{STAFF}{cursor.fetchone()[0]}/"
    reader.read("own", client.post(f"{own}disable", data=find_form(page, "/role").fields))
    for place in (own, STAFF, HISTORY):
        reader.get(place)


def test_somebodys_account(app, reader, cursor):
    client = reader.client = speak(
        use_session(
            app, add_session(cursor, add_person(cursor, "editor", email=EMAIL, password=PASSWORD))
        )
    )
    for url in ("", "password", "second-factor"):
        reader.get(f"/admin/account/{url}")
    for url in (KEYS, STAFF, f"{TASKS}{STRANGER}/delete"):
        assert reader.get(url).status_code == 403
    form = read_form(client.get("/admin/account/password"))
    for typed in (
        ("x", "y" * 5, "z"),
        ("x", "a new long password", "z"),
        ("x", *["a new long password"] * 2),
    ):
        names = ("password", "new_password", "new_password_again")
        reader.read(str(typed), form.send(client, **dict(zip(names, typed, strict=True))))
    setting_up = reader.get("/admin/account/second-factor")
    form = read_form(setting_up)
    reader.read("wrong", form.send(client, password="x", code="1"))
    reader.read("wrong", form.send(client, password=PASSWORD, code="1"))
    phone = CodeApp(setting_up)
    reader.read("on", form.send(client, password=PASSWORD, code=phone.make_code()))
    form = read_form(reader.get("/admin/account/second-factor"))
    reader.read("wrong", form.send(client, code="1"))
    reader.read("off", form.send(client, code=phone.make_code(1)))


def test_signing_in_and_out(app, reader, cursor):
    staff_id = add_person(cursor, "editor", email=EMAIL, password=PASSWORD)
    client = reader.client = speak(app.test_client())
    reader.get(LOGIN)
    reader.read("wrong", send_sign_in(client, password="x"))
    reader.read("long", send_sign_in(client, email="x" * 999))
    reader.post(LOGIN)
    cursor.execute("UPDATE sign_in_delays SET failures = 30, failed_at = clock_timestamp()")
    assert reader.read("too soon", send_sign_in(client)).status_code == 429
    cursor.execute("DELETE FROM sign_in_delays")
    send_sign_in(client)
    reader.get("/admin/logout")
    form = read_form(client.get(f"{TASKS}new"))
    move(cursor, "staff_sessions", "last_seen_at", "31 minutes")
    assert reader.read("kept", form.send(client, filename="a.jpg")).status_code == 403
    reader.get(LOGIN)
    send_sign_in(client)
    reader.read("out", read_form(client.get("/admin/logout")).send(client))
    cursor.execute(
        "UPDATE staff SET two_factor_method = 'totp', totp_secret = 'x' WHERE id = %s",
        (str(staff_id),),
    )
    reader.get(f"{LOGIN}/code")
    page = reader.read("code", send_sign_in(client))
    reader.read("no code", read_form(page).send(client, code="1"))


def test_signing_in_by_a_provider(settings):
    # Nobody listens there.
    provider = {
        "OIDC_ISSUER": "http://127.0.0.1:9",
        "OIDC_CLIENT_ID": "desk",
        "OIDC_CLIENT_SECRET": SecretStr("secret"),
        "OIDC_NAME": EMAIL,
    }
    for more in ({"PASSWORD_SIGN_IN": False}, {"TWO_FACTOR_REQUIRED": True}):
        app = create_app(settings.model_copy(update=provider | more))
        app.testing = True
        reader = Reader(app.test_client(), settings.PROJECT_NAME)
        for url in (LOGIN, f"{LOGIN}/sso", f"{LOGIN}/sso/callback?state=x", f"{LOGIN}/code"):
            reader.get(url)
        reader.read("no passwords", send_without_form(reader.client))
        reader.client = speak(sign_in(app))
        for url in ("", "password", "second-factor"):
            reader.get(f"/admin/account/{url}")
        reader.get(f"{STAFF}new")
        app.extensions["vision_tasks"].engine.dispose()
        assert reader.found == {}


def send_without_form(client):
    with client.session_transaction() as session:
        session["csrf_token"] = "0" * 40
    with client.application.test_request_context():
        flask_session["csrf_token"] = "0" * 40
        token = make_token()
    return client.post(LOGIN, data={"email": EMAIL, "password": PASSWORD, "csrf_token": token})

"""Keys as the pages show them, and as they are stored."""

import re

from tests.dashboard.forms import read_text

KEYS = "/admin/api-keys/"
NEW = f"{KEYS}new"
ROTATE = f"{KEYS}ingest-1/rotate"
REVOKE = f"{KEYS}ingest-1/revoke"


def find_secret(page):
    (secret,) = re.findall(r"vt_\w{43}", read_text(page))
    return secret


def read_key(cursor, name="ingest-1"):
    cursor.execute(
        "SELECT secret_hash, scopes, expires_at - created_at, previous_hash, revoked_at IS NOT NULL"
        " FROM api_keys WHERE name = %s",
        (name,),
    )
    secret_hash, scopes, holds, previous_hash, is_revoked = cursor.fetchone()
    return (
        bytes(secret_hash),
        scopes,
        holds and holds.days,
        previous_hash and bytes(previous_hash),
        is_revoked,
    )

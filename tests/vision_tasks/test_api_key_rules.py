"""What a key looks like, and what it may be called and allow."""

import math
import re
from datetime import timedelta

import pytest

from vision_tasks.api_key_rules import (
    Scope,
    check_expiry,
    check_grace,
    check_key_name,
    check_scopes,
    hash_secret,
    make_secret,
)
from vision_tasks.errors import InvalidFieldError


def test_a_secret_has_256_bits_and_a_prefix_that_a_scanner_can_look_for() -> None:
    secrets = {make_secret().get_secret_value() for _ in range(1_000)}
    assert len(secrets) == 1_000
    for secret in secrets:
        assert re.fullmatch(r"vt_[A-Za-z0-9]{43}", secret)
    assert 43 * math.log2(len({character for secret in secrets for character in secret[3:]})) > 256


def test_a_secret_shows_itself_to_whoever_asks_for_it_only() -> None:
    secret = make_secret()
    assert secret.get_secret_value() not in f"{secret} {secret!r}"


def test_a_hash_says_nothing_of_the_secret_and_takes_any_text() -> None:
    hashes = {hash_secret(text) for text in ("", "vt_a", "vt_A", "é", "\ud800", "x" * 10_000)}
    assert len(hashes) == 6
    assert {len(one) for one in hashes} == {32}


@pytest.mark.parametrize("name", ["a", "0", "ingest-1", "a.b_c-d", "x" * 64])
def test_a_plain_name_is_accepted(name: str) -> None:
    assert check_key_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "x" * 65, "A", "é", "a b", "a\n", "a/b", "-h", ".", "..", "_a", "a\x00", "a:b", "<b>"],
)
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidFieldError, match="name must have 1 to 64"):
        check_key_name(name)


def test_scopes_come_once_each_and_in_their_order() -> None:
    assert check_scopes(["tasks:write", "tasks:read", "tasks:write"]) == (Scope.READ, Scope.WRITE)


@pytest.mark.parametrize("scopes", [[], [""], ["tasks"], ["tasks:read", "tasks:all"], ["*"]])
def test_scopes_that_are_none_are_refused(scopes: list[str]) -> None:
    with pytest.raises(InvalidFieldError, match="tasks:read, tasks:write, tasks:delete"):
        check_scopes(scopes)


def test_a_key_holds_for_days_or_for_ever() -> None:
    assert (check_expiry(None), check_expiry(7)) == (None, timedelta(days=7))
    for days in (0, -1, 3_651, 10**18):
        with pytest.raises(InvalidFieldError, match="days"):
            check_expiry(days)


def test_a_grace_has_an_end() -> None:
    assert check_grace(0) == timedelta(0)
    for hours in (-1, 721, 10**18):
        with pytest.raises(InvalidFieldError, match="hours"):
            check_grace(hours)

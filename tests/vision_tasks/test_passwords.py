"""What may be a password, and what is kept of it."""

import re
import time
import unicodedata

import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from passlib.context import CryptContext  # type: ignore[import-untyped]

from vision_tasks.errors import InvalidFieldError
from vision_tasks.passwords import (
    MAX_CHARACTERS,
    check_password_rules,
    hash_password,
    is_password,
    make_password,
)

EMAIL = "ana.almeida@example.org"
PASSWORD = "seven quiet herons"
MEGABYTE = "0123456789abcdef" * 65_536


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


def test_a_password_is_kept_as_argon2id_with_the_parameters_of_the_rfc(password_hash: str) -> None:
    assert password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert extract_parameters(password_hash) == RFC_9106_LOW_MEMORY


def test_no_two_hashes_of_a_password_are_alike(password_hash: str) -> None:
    assert hash_password(PASSWORD) != password_hash


def test_only_the_password_is_the_password(password_hash: str) -> None:
    assert is_password(PASSWORD, password_hash)
    for other in ("", PASSWORD.upper(), f"{PASSWORD} ", "\x00", "\udc80" * 12):
        assert not is_password(other, password_hash)


def test_the_password_libraries_of_the_login_can_verify_a_hash(password_hash: str) -> None:
    context = CryptContext(schemes=["argon2"])
    assert context.verify(PASSWORD, password_hash)
    assert not context.verify("another one", password_hash)


@pytest.mark.parametrize("stored", [None, "", "plain", "$argon2id$v=19$m=1$", "$2b$12$abc"])
def test_nothing_is_the_password_of_somebody_without_one(stored: str | None) -> None:
    assert not is_password(PASSWORD, stored)


def test_nobody_takes_as_long_as_somebody(password_hash: str) -> None:
    def measure(stored: str | None) -> float:
        start = time.process_time()
        is_password(PASSWORD, stored)
        return time.process_time() - start

    nobody, somebody = (min(measure(stored) for _ in range(3)) for stored in (None, password_hash))
    assert 0.5 < nobody / somebody < 2


def test_half_a_character_is_not_taken_for_a_question_mark() -> None:
    assert not is_password("is this one \udcff", hash_password("is this one ?"))


def test_how_a_keyboard_composes_a_character_does_not_matter() -> None:
    composed = "pequeño corazón"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert is_password(decomposed, hash_password(composed))


def test_a_megabyte_is_refused_without_being_hashed(password_hash: str) -> None:
    start = time.process_time()
    assert not is_password(MEGABYTE, password_hash)
    assert not is_password(MEGABYTE, None)
    with pytest.raises(InvalidFieldError, match="at most 128"):
        check_password_rules(MEGABYTE, email=EMAIL)
    assert time.process_time() - start < 0.05


@pytest.mark.parametrize(
    "text",
    [
        PASSWORD,
        "Zwölf Boxkämpfer!",
        "x1y2z3" * 2,
        ("abcdef" * 30)[:MAX_CHARACTERS],
        unicodedata.normalize("NFD", "한국어사람들" * 21),
        "tmhz-3wh4-g6f2-v5ua-b555",
    ],
)
def test_a_good_password_will_do(text: str) -> None:
    check_password_rules(text, email=EMAIL)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "at least 12"),
        ("short1short", "at least 12"),
        (unicodedata.normalize("NFD", "ñóáéíúàèìò"), "at least 12"),
        (("abcdef" * 30)[: MAX_CHARACTERS + 1], "at most 128"),
        ("ﷺ" * 20, "at most 128"),
        ("aaaaaaaaaaaaaaaaaaaa", "different"),
        ("121212121212", "different"),
        ("a tab\tin the middle", "control"),
        ("a nul\x00in the middle", "control"),
        ("half a pair \ud800 here", "control"),
        ("broken bytes \udcff here", "control"),
        ("Ana.Almeida@example.org", "email"),
        ("administrator", "first"),
        ("Password1234", "first"),
        ("\uff30assword1234", "first"),
    ],
)
def test_a_bad_password_is_refused_and_never_repeated(text: str, reason: str) -> None:
    with pytest.raises(InvalidFieldError, match=reason) as refusal:
        check_password_rules(text, email=EMAIL)
    assert refusal.value.field == "password"
    assert not text or text not in str(refusal.value)


def test_the_name_before_the_at_sign_is_no_password() -> None:
    with pytest.raises(InvalidFieldError, match="email"):
        check_password_rules("Maria.Fernandez", email="maria.fernandez@example.org")


def test_a_password_that_is_made_can_be_read_out_and_not_guessed() -> None:
    made = {make_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){4}[a-hjkmnp-z2-9]{4}", password)

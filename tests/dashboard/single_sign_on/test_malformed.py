"""Answers that are no answers: one sentence for the person, one line for the operator."""

import base64
import json
import math
from typing import Any

import pytest
from joserfc import jws

from dashboard.single_sign_on.errors import AnswerRefusedError, ProviderAwayError
from dashboard.single_sign_on.provider import Metadata, Provider
from dashboard.single_sign_on.tokens import get_verified_email, verify_id_token
from tests.dashboard.forms import read_text
from tests.dashboard.single_sign_on.conftest import Journey
from tests.dashboard.single_sign_on.provider import CLIENT_ID, CLIENT_SECRET, KEY

PUBLIC = KEY.as_dict(private=False)
SENTENCES = {
    400: "The answer of the sign-in service could not be verified",
    503: "The sign-in service does not answer as it should",
}
DEEP = "[" * 5_000 + "]" * 5_000
WRONG: list[Any] = [None, True, 5, -1.5, "x", "\ud800", [], ["x"], [[5]], {}, {"x": {}}]
HEADER = {"alg": "RS256", "kid": "first"}


def sign(claims):
    return jws.serialize_compact(HEADER, json.dumps(claims), KEY)


def replace_header(token, header):
    part = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    return f"{part}.{token.partition('.')[2]}"


@pytest.fixture
def verify(provider):
    """Look at a token as the desk does; True if it was taken."""
    metadata = Metadata(**provider.describe(), takes_secret_in_form=False)
    claims = {"iss": provider.issuer, "aud": CLIENT_ID, "sub": "1", "iat": 0, "exp": 2**33}
    claims |= {"nonce": "n", "email": "ana@example.org", "email_verified": True}

    def look(changes, answer=(), make=sign):
        given = {"id_token": make(claims | changes), "access_token": "opaque", **dict(answer)}
        try:
            known = verify_id_token(metadata, given, client_id=CLIENT_ID, nonce="n")
            get_verified_email(metadata, given, known).encode()
        except (AnswerRefusedError, ProviderAwayError) as exc:
            reason = exc.reason
        else:
            return True
        assert reason.isprintable()
        assert len(reason) < 400
        return False

    return look


@pytest.fixture
def replying(provider, path, reply):
    """The provider answers at one path with what is no answer."""
    del provider.claims["email"]
    provider.replies[path] = (200, reply)


def test_what_is_good_is_taken(verify):
    assert verify({})


@pytest.mark.parametrize(
    "keys",
    [
        {},
        *({"keys": value} for value in WRONG),
        {"keys": [None, 5, "x", [], {}]},
        {"keys": [{"kty": ["RSA"]}, {"kty": {}}, {"kty": "RSA"}, {"kty": "EC", "crv": []}]},
        {"keys": [{"kty": "RSA"}] * 5_000},
        {"keys": [{**PUBLIC, "n": "A" * 200_000}]},
    ],
)
def test_keys_that_are_none_prove_nothing(verify, provider, keys):
    provider.replies["/jwks"] = (200, json.dumps(keys).encode())
    assert not verify({})


@pytest.mark.parametrize("member", ["kty", "n", "e"])
def test_a_key_with_a_member_of_a_wrong_type_proves_nothing(verify, provider, member):
    for value in WRONG:
        provider.keys = [{**PUBLIC, member: value}]
        assert not verify({})


@pytest.mark.parametrize("member", ["kid", "use", "alg", "key_ops", "x5c", "d"])
def test_what_else_a_key_holds_breaks_nothing(verify, provider, member):
    for value in WRONG:
        provider.keys = [{**PUBLIC, member: value}]
        verify({})


def test_a_key_among_others_that_are_none_still_counts(verify, provider):
    provider.keys = ["x", 5, None, [], {"kty": "RSA", "n": 5}, {"kty": []}, *provider.keys]
    assert verify({})


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "exp", "iat", "nbf", "nonce", "at_hash"])
def test_a_claim_of_a_wrong_type_breaks_nothing(verify, name):
    for value in (*WRONG, math.inf, -math.inf, math.nan, 10**400, ["x", 5], "x\r\ny" * 1_000):
        verify({name: value})


@pytest.mark.parametrize("name", ["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "zip"])
def test_a_header_of_a_wrong_type_breaks_nothing(verify, name):
    for value in WRONG:
        header = {**HEADER, name: value}
        assert not verify({}, make=lambda claims, given=header: replace_header(sign(claims), given))


def test_a_token_of_a_wrong_type_proves_nothing(verify):
    for value in WRONG:
        assert not verify({}, {"id_token": value})
        verify({"at_hash": "x"}, {"access_token": value})


def test_claims_that_are_nested_without_an_end_prove_nothing(verify):
    for payload in (DEEP, "[]", "5", '"x"', "{", f'{{"iss": {DEEP}}}', '{"exp": 1e999}', "\udcff"):
        data = payload.encode(errors="surrogateescape")
        assert not verify(
            {}, make=lambda _claims, data=data: jws.serialize_compact(HEADER, data, KEY)
        )


@pytest.mark.parametrize("email", [5, ["x"], {}, "", "\ud800@example.org"])
def test_an_address_that_no_text_can_hold_is_none(verify, email):
    assert not verify({"email": email})


@pytest.mark.parametrize(
    ("path", "reply", "status"),
    [
        ("/jwks", b'{"keys": ["x"]}', 503),
        ("/jwks", b"{}", 503),
        ("/jwks", b'{"keys": [{"kty": "RSA", "n": 5, "e": "AQAB"}]}', 503),
        ("/jwks", DEEP.encode(), 503),
        ("/token", b"{}", 400),
        ("/token", b'{"id_token": 5, "access_token": "opaque"}', 400),
        ("/token", b'"opaque', 503),
        ("/userinfo", b"[]", 503),
        ("/userinfo", b'{"sub": ["1"]}', 400),
    ],
)
@pytest.mark.usefixtures("ana", "replying")
def test_the_person_reads_one_sentence_and_the_operator_one_line(browser, caplog, status):
    journey = Journey(browser)
    address = journey.go_there()
    caplog.clear()
    answer = journey.come_back(address)
    assert answer.status_code == status
    assert SENTENCES[status] in read_text(answer)
    assert "Begin again" in read_text(answer)
    (line,) = caplog.messages
    assert line.startswith("Nobody was signed in by single sign-on: ")
    for secret in (CLIENT_SECRET, "opaque", "eyJ"):
        assert secret not in caplog.text
    assert browser.get("/admin/").status_code == 303


@pytest.mark.parametrize("name", ["issuer", "token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_metadata_of_a_wrong_type_lead_nowhere(provider, name):
    for value in (*WRONG[1:], "", "https://[", "https://x:99999/", "x" * 10_000):
        provider.metadata = {name: value}
        with pytest.raises(ProviderAwayError) as caught:
            Provider(provider.issuer).get_metadata()
        assert caught.value.reason.isprintable()
        assert len(caught.value.reason) < 400

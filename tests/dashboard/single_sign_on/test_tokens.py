"""Tokens that the provider did not sign, or not for this try: they sign nobody in."""

import base64
import hashlib
import hmac
import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.dashboard.single_sign_on.conftest import refused, sign_in
from tests.dashboard.single_sign_on.provider import CLIENT_ID, CLIENT_SECRET, KEY

pytestmark = pytest.mark.usefixtures("ana")

OTHER_KEY = RSAKey.generate_key(2048, {"kid": "first"})


def encode(part):
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def sign_by_hand(header, claims, signature=b"", key=None):
    message = f"{encode(json.dumps(header).encode())}.{encode(json.dumps(claims).encode())}"
    if key is not None:
        signature = hmac.new(key, message.encode(), hashlib.sha256).digest()
    return f"{message}.{encode(signature)}"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ""},
        {"aud": "another desk"},
        {"aud": ["another desk"]},
        {"aud": None},
        {"aud": [CLIENT_ID, "another desk"]},
        {"aud": "another desk", "azp": CLIENT_ID},
        {"azp": "another desk"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": int(time.time()) - 3_600},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": int(time.time()) + 3_600},
        {"nbf": int(time.time()) + 3_600},
        {"sub": None},
        {"at_hash": "of another token"},
    ],
)
def test_a_token_that_is_not_for_this_try_is_refused(browser, provider, claims):
    provider.claims.update(claims)
    refused(browser, sign_in(browser))


def test_a_token_for_several_is_taken_if_it_was_issued_to_this_desk(browser, provider):
    provider.claims.update({"aud": [CLIENT_ID, "another desk"], "azp": CLIENT_ID})
    assert sign_in(browser).status_code == 303


@pytest.mark.parametrize(
    "sign",
    [
        lambda claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, OTHER_KEY),
        lambda claims: jwt.encode({"alg": "RS256", "kid": "unknown"}, claims, KEY),
        lambda claims: sign_by_hand({"alg": "none"}, claims),
        lambda claims: sign_by_hand({"alg": "none", "kid": "first"}, claims),
        lambda claims: sign_by_hand({"alg": "HS256", "kid": "first"}, claims, key=KEY.as_pem()),
        lambda claims: sign_by_hand({"alg": "HS256"}, claims, key=CLIENT_SECRET.encode()),
        lambda claims: sign_by_hand({"alg": "RS256", "kid": "first"}, claims, b"x" * 256),
        lambda claims: sign_by_hand({"alg": "RS256", "kid": "first"}, claims),
        lambda _claims: "no.token.at all",
        lambda _claims: "",
        lambda _claims: None,
        lambda _claims: ["x"],
    ],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(browser, provider, sign):
    provider.sign = sign
    refused(browser, sign_in(browser))


def test_a_token_is_not_taken_with_what_another_was_signed_for(browser, provider):
    good = provider.sign

    def swap(claims):
        header, _, signature = good(claims).split(".")
        forged = encode(json.dumps({**claims, "email": "boss@example.org"}).encode())
        return f"{header}.{forged}.{signature}"

    provider.sign = swap
    refused(browser, sign_in(browser))


def test_a_key_that_anybody_can_sign_with_is_none(browser, provider):
    provider.keys = [{"kty": "oct", "kid": "shared", "k": encode(b"x" * 32)}]
    provider.sign = lambda claims: sign_by_hand(
        {"alg": "HS256", "kid": "shared"}, claims, key=b"x" * 32
    )
    refused(browser, sign_in(browser))


def test_a_token_need_not_name_the_one_key_there_is_for_signing(browser, provider):
    sealing = RSAKey.generate_key(2048, {"kid": "second", "use": "enc"})
    provider.keys.append(sealing.as_dict(private=False))
    provider.sign = lambda claims: jwt.encode({"alg": "RS256"}, claims, KEY)
    assert sign_in(browser).status_code == 303


def test_other_kinds_of_keys_are_taken(browser, provider):
    key = ECKey.generate_key("P-256", {"kid": "curved"})
    provider.keys.append(key.as_dict(private=False))
    provider.sign = lambda claims: jwt.encode({"alg": "ES256", "kid": "curved"}, claims, key)
    assert sign_in(browser).status_code == 303

"""What the provider says of whoever came back from it, once it is proved to be for us."""

from base64 import b64encode
from typing import Any
from urllib.parse import quote

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import JWKRegistry, Key, KeySet
from joserfc.jws import JWSRegistry

from dashboard.single_sign_on.calls import call
from dashboard.single_sign_on.errors import AnswerRefusedError, ProviderAwayError, describe_cause
from dashboard.single_sign_on.provider import Metadata
from vision_tasks.config import Settings
from vision_tasks.sentences import sentence

# With a key pair, so that only the provider can sign; whatever the token itself asks for.
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    "Ed25519",
)  # fmt: skip
CLOCK_LEEWAY_SECONDS = 60
_OK = 200


def redeem_code(
    metadata: Metadata, settings: Settings, *, code: str, verifier: str, redirect_uri: str
) -> dict[str, Any]:
    """Exchange the code for tokens (RFC 6749, section 4.1.3; RFC 7636, section 4.5)."""
    assert settings.OIDC_CLIENT_ID is not None  # noqa: S101
    assert settings.OIDC_CLIENT_SECRET is not None  # noqa: S101
    name, secret = settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET.get_secret_value()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
        "client_id": name,
    }
    headers = {}
    if metadata.takes_secret_in_form:
        form["client_secret"] = secret
    else:
        pair = f"{quote(name, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    status, answer = call(metadata.token_endpoint, form=form, headers=headers)
    if status != _OK:
        raise AnswerRefusedError(f"the code was refused: {format_error(answer.get('error'))}")
    return answer


def verify_id_token(
    metadata: Metadata, answer: dict[str, Any], *, client_id: str, nonce: str
) -> dict[str, Any]:
    """Return the claims of the ID token (OpenID Connect Core, section 3.1.3.7).

    Raises AnswerRefusedError unless it is signed by this provider, for this desk, for this very
    try, and still good; ProviderAwayError where the provider has no keys to tell by.
    """
    keys = _fetch_keys(metadata)
    try:
        token = jwt.decode(
            answer["id_token"],
            keys,
            registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False),
        )
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": metadata.issuer},
                "aud": {"essential": True, "value": client_id},
                "exp": {"essential": True},
                "nonce": {"essential": True, "value": nonce},
            },
            {
                "nonce": nonce,
                "client_id": client_id,
                "access_token": answer.get("access_token"),
            },
        )
        claims.validate(leeway=CLOCK_LEEWAY_SECONDS)
    except Exception as exc:
        # What two libraries raise over a text that others wrote is for neither to foresee.
        raise AnswerRefusedError(f"the ID token is not good: {describe_cause(exc)}") from exc
    return dict(claims)


def get_verified_email(metadata: Metadata, answer: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return the address that the provider vouches for; raises AnswerRefusedError without one.

    Providers may leave it out of the ID token (section 5.4); then they are asked for it.
    """
    known = claims
    if "email" not in claims and metadata.userinfo_endpoint is not None:
        known = _fetch_userinfo(metadata.userinfo_endpoint, answer, claims)
    email = known.get("email")
    if not _is_text(email) or known.get("email_verified") is not True:
        raise AnswerRefusedError(
            "it vouches for no address: email is missing, or email_verified is not true",
            sentence(
                "The sign-in service does not confirm your email address, so you were not signed"
                " in. Confirm it there, then begin again."
            ),
        )
    return str(email)


def format_error(text: object) -> str:
    """Write an error code of the provider for the log, as far as it is one (RFC 6749, 5.2)."""
    if isinstance(text, str) and text.isascii() and text.replace("_", "").isalnum():
        return text[:64]
    return "(no known code)"


def _is_text(value: object) -> bool:
    # JSON can spell halves of characters, which neither a page nor PostgreSQL can hold.
    return (
        isinstance(value, str) and value != "" and value == value.encode(errors="replace").decode()
    )


def _fetch_keys(metadata: Metadata) -> KeySet:
    status, answer = call(metadata.jwks_uri)
    given = answer.get("keys")
    if not isinstance(given, list):
        raise ProviderAwayError(f"its answer (status {status}) holds no list of keys")
    keys = [key for data in given if (key := _read_key(data)) is not None]
    if not keys:
        raise ProviderAwayError(f"none of its {len(given)} keys (status {status}) can be used")
    return KeySet(keys)


def _read_key(data: Any) -> Key | None:
    if not isinstance(data, dict) or data.get("use", "sig") != "sig":
        return None
    try:
        key = JWKRegistry.import_key(data)
        key.ensure_kid()
    except Exception:  # noqa: BLE001
        # One that cannot be used, of a kind newer than this program for one, harms no other.
        return None
    return key


def _fetch_userinfo(url: str, answer: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    token = answer.get("access_token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise AnswerRefusedError("there is no access token to ask for the address with")
    status, userinfo = call(url, headers={"Authorization": f"Bearer {token}"})
    if status != _OK or userinfo.get("sub") != claims["sub"]:
        raise AnswerRefusedError(f"the userinfo (status {status}) is not of the same person")
    return userinfo

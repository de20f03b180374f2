"""What the provider says of itself (OpenID Connect Discovery 1.0), remembered for a while."""

import threading
import time
from dataclasses import dataclass
from typing import Any

from dashboard.single_sign_on.calls import call
from dashboard.single_sign_on.errors import ProviderAwayError
from vision_tasks.web_addresses import is_safe_to_call

KNOWN_SECONDS = 300.0
AWAY_SECONDS = 5.0
"""How long nobody asks again whether it is back, so that not every thread waits for it."""

_WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Metadata:
    """Where the provider is to be asked for what."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    takes_secret_in_form: bool


class Provider:
    """The provider of one app; safe to use from several threads."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._lock = threading.Lock()
        self._known: Metadata | ProviderAwayError | None = None
        self._valid_until = 0.0

    def get_metadata(self) -> Metadata:
        """Return what the provider says of itself; raises ProviderAwayError."""
        with self._lock:
            if self._known is None or time.monotonic() > self._valid_until:
                self._known = self._ask()
                is_away = isinstance(self._known, ProviderAwayError)
                seconds = AWAY_SECONDS if is_away else KNOWN_SECONDS
                self._valid_until = time.monotonic() + seconds
            known = self._known
        if isinstance(known, ProviderAwayError):
            raise ProviderAwayError(known.reason)
        return known

    def _ask(self) -> Metadata | ProviderAwayError:
        try:
            status, answer = call(self._issuer.rstrip("/") + _WELL_KNOWN)
            return _read_metadata(self._issuer, answer)
        except ProviderAwayError as exc:
            return exc
        except (KeyError, TypeError, ValueError) as exc:
            return ProviderAwayError(f"its metadata (status {status}) cannot be used: {exc}")


def _read_metadata(issuer: str, answer: dict[str, Any]) -> Metadata:
    if answer["issuer"] not in (issuer, issuer.rstrip("/"), f"{issuer}/"):
        raise ValueError(f"they are of the issuer {answer['issuer']!r}, not of OIDC_ISSUER")
    methods = answer.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    userinfo = answer.get("userinfo_endpoint")
    return Metadata(
        issuer=answer["issuer"],
        authorization_endpoint=_read_address(answer, "authorization_endpoint"),
        token_endpoint=_read_address(answer, "token_endpoint"),
        jwks_uri=_read_address(answer, "jwks_uri"),
        userinfo_endpoint=None if userinfo is None else _read_address(answer, "userinfo_endpoint"),
        takes_secret_in_form="client_secret_basic" not in methods,
    )


def _read_address(answer: dict[str, Any], name: str) -> str:
    address = answer[name]
    if not isinstance(address, str) or not is_safe_to_call(address):
        raise ValueError(f"{name} is no https:// address")
    return address

"""What the provider says of itself (OpenID Connect Discovery 1.0), remembered for a while."""

import time
from dataclasses import dataclass
from typing import Any

from dashboard.single_sign_on.calls import LONGEST_WAIT_SECONDS, call
from dashboard.single_sign_on.errors import ProviderAwayError, ProviderBusyError, describe_cause
from vision_tasks.turns import Turns
from vision_tasks.web_addresses import is_safe_to_call

KNOWN_SECONDS = 300.0
AWAY_SECONDS = 5.0
"""How long nobody asks again whether it is back, so that not every thread waits for it."""
WAITING = 1
"""How many wait while it is being asked; to the others it is away, if it never said anything."""

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
        self._asking = Turns(
            at_once=1,
            waiting=WAITING,
            longest_seconds=LONGEST_WAIT_SECONDS,
            refuse=ProviderBusyError,
        )
        self._kept: tuple[Metadata | ProviderAwayError, float] | None = None

    def get_metadata(self) -> Metadata:
        """Return what the provider says of itself; raises ProviderAwayError."""
        known = self._find_valid()
        if known is None:
            try:
                with self._asking.take():
                    known = self._find_valid() or self._renew()
            except ProviderBusyError:
                # What it said some minutes ago will do while somebody else asks it again.
                if self._kept is None:
                    raise
                known = self._kept[0]
        if isinstance(known, ProviderAwayError):
            raise ProviderAwayError(known.reason)
        return known

    def _find_valid(self) -> Metadata | ProviderAwayError | None:
        if self._kept is None:
            return None
        known, valid_until = self._kept
        return known if time.monotonic() <= valid_until else None

    def _renew(self) -> Metadata | ProviderAwayError:
        known = self._ask()
        seconds = AWAY_SECONDS if isinstance(known, ProviderAwayError) else KNOWN_SECONDS
        self._kept = known, time.monotonic() + seconds
        return known

    def _ask(self) -> Metadata | ProviderAwayError:
        try:
            status, answer = call(self._issuer.rstrip("/") + _WELL_KNOWN)
            return _read_metadata(self._issuer, answer)
        except ProviderBusyError:
            raise
        except ProviderAwayError as exc:
            return exc
        except (KeyError, TypeError, ValueError) as exc:
            reason = describe_cause(exc)
            return ProviderAwayError(f"its metadata (status {status}) cannot be used: {reason}")


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

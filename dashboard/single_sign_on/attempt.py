"""One try to sign in by the provider, kept in the signed session until it comes back."""

import hmac
import time
from dataclasses import asdict, dataclass, field
from secrets import token_urlsafe
from typing import Self

from flask import session

MAX_SECONDS = 600

_KEY = "single_sign_on_attempt"


@dataclass(frozen=True)
class Attempt:
    """What must come back, and where its owner wanted to go.

    `state` binds the answer to this browser, `nonce` the token and `verifier` the code to this try.
    """

    next_url: str | None
    state: str = field(default_factory=token_urlsafe)
    nonce: str = field(default_factory=token_urlsafe)
    verifier: str = field(default_factory=lambda: token_urlsafe(48))
    began_at: int = field(default_factory=lambda: int(time.time()))

    def keep(self) -> None:
        """Keep this try, and no other."""
        session[_KEY] = asdict(self)

    @classmethod
    def take(cls, state: str) -> Self | None:
        """Return the try that `state` belongs to, and forget it: no answer is good for two."""
        kept = session.pop(_KEY, None)
        if kept is None:
            return None
        attempt = cls(**kept)
        is_ours = hmac.compare_digest(attempt.state.encode(), state.encode(errors="replace"))
        is_fresh = 0 <= time.time() - attempt.began_at <= MAX_SECONDS
        return attempt if is_ours and is_fresh else None

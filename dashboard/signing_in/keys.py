"""Keys for one purpose each, so that what is made for one is worth nothing for another."""

import hashlib
import hmac

from flask import current_app


def derive_key(purpose: str) -> bytes:
    """Derive 32 bytes from the secret key of the app."""
    secret = current_app.secret_key or ""
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.digest(key, f"vision-tasks {purpose}".encode(), hashlib.sha256)


def digest(purpose: str, text: str) -> str:
    """Write a keyed digest of `text`, which whoever reads the database cannot guess it from."""
    return hmac.new(derive_key(purpose), text.encode(errors="replace"), hashlib.sha256).hexdigest()

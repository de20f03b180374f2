"""What protects the standalone desk: policy, headers, cookies, proxies, redirects.

A host's app has rules of its own for all of these; there only `is_safe_path` is used.
"""

from dashboard.hardening.app import harden
from dashboard.hardening.cookies import delete_cookie, read_cookie, set_cookie
from dashboard.hardening.nonces import get_nonce
from dashboard.hardening.paths import is_safe_path

__all__ = ["delete_cookie", "get_nonce", "harden", "is_safe_path", "read_cookie", "set_cookie"]

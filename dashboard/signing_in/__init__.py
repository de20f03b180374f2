"""Who sits at the standalone desk: signing in with Flask-Security, and what each role may do."""

from dashboard.signing_in.access import StaffAccess
from dashboard.signing_in.extension import set_up_signing_in
from dashboard.signing_in.sessions import begin_session

__all__ = ["StaffAccess", "begin_session", "set_up_signing_in"]

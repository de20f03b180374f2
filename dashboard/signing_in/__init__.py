"""Who sits at the standalone desk: signing in with Flask-Security, and what each role may do."""

from dashboard.signing_in.access import StaffAccess
from dashboard.signing_in.devices import remember_device
from dashboard.signing_in.extension import set_up_signing_in
from dashboard.signing_in.proofs import Proof
from dashboard.signing_in.sessions import begin_session

__all__ = ["Proof", "StaffAccess", "begin_session", "remember_device", "set_up_signing_in"]

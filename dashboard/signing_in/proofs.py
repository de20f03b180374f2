"""How the session of this request was begun, as the signed cookie says."""

from enum import StrEnum, auto
from uuid import UUID

from flask import session

_KEY = "proof"


class Proof(StrEnum):
    """What somebody has proved who they are by."""

    PASSWORD = auto()
    CODE = auto()
    """Of the second factor, beside the password."""
    SINGLE_SIGN_ON = auto()
    """Then somebody else has asked for a second factor, or saw no need to."""


def keep_proof(session_id: UUID, proof: Proof) -> None:
    """Note it for this session, and for no other that the cookie may ever name."""
    session[_KEY] = [str(session_id), proof.value]


def read_proof(session_id: UUID | None) -> Proof:
    """Return what was noted for this session; the least there is where that is nothing."""
    owner, proof = session.get(_KEY, (None, None))
    return Proof(proof) if proof is not None and owner == str(session_id) else Proof.PASSWORD

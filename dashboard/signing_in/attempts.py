"""Tries to sign in, counted before they are looked at: per account, device and address."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

from dashboard.desk import get_desk
from dashboard.errors import TooSoonError
from dashboard.signing_in.devices import find_device
from dashboard.signing_in.keys import digest
from dashboard.signing_in.person import Person
from vision_tasks.sign_in_delays import (
    ACCOUNT,
    ADDRESS,
    DEVICE,
    Attempt,
    clear_failures,
    count_attempts,
    delete_forgotten,
    format_subject,
    select_failures,
    select_wait,
    take_back,
)

_NETWORK_BITS = 64


@dataclass(frozen=True)
class Attempts:
    """One try as it was counted, in one row or in two."""

    counted: Sequence[Attempt]

    def succeed(self) -> None:
        """Forget the failures of the account or device; those of the address stay."""
        own = [one for one in self.counted if not one.subject.startswith(ADDRESS)]
        others = [one for one in self.counted if one not in own]
        with get_desk().begin() as connection:
            connection.execute(clear_failures([one.subject for one in own]))
            for one in others:
                connection.execute(take_back(one))
            connection.execute(delete_forgotten())

    def take_back(self) -> None:
        """Undo the count of a try that was right, but is not the whole of signing in."""
        with get_desk().begin() as connection:
            for one in self.counted:
                connection.execute(take_back(one))


def count_attempt(email: str, person: Person | None) -> Attempts:
    """Count a try for `email`, whether or not it is `person`'s, as one that failed.

    Raises TooSoonError, and counts nothing, where it has to wait.
    """
    subjects = _list_subjects(email, person)
    with get_desk().begin() as connection:
        before = dict(connection.execute(select_failures(subjects)).all())
        counted = dict(connection.execute(count_attempts(subjects)).all())
        if waiting := set(subjects) - counted.keys():
            raise TooSoonError(connection.scalar(select_wait(waiting)) or 1)
    return Attempts([Attempt(one, at, before.get(one)) for one, at in counted.items()])


def _list_subjects(email: str, person: Person | None) -> list[str]:
    # A browser that is known counts by itself, so that nobody can keep its owner waiting, neither
    # by the owner's name nor from behind the same address.
    device = find_device(person)
    if device is not None:
        return [format_subject(DEVICE, digest(DEVICE, device))]
    return [
        format_subject(ACCOUNT, digest(ACCOUNT, email)),
        format_subject(ADDRESS, digest(ADDRESS, _get_network())),
    ]


def _get_network() -> str:
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        # Whoever has one address of IPv6 has all of its network.
        return str(ip_network((address, _NETWORK_BITS), strict=False))
    return str(address)

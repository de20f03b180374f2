"""Tries to sign in, counted before they are looked at: per account, device, address and site."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dashboard.desk import get_desk
from dashboard.errors import TooSoonError
from dashboard.signing_in.devices import find_device
from dashboard.signing_in.keys import digest
from dashboard.signing_in.networks import get_network, get_site
from dashboard.signing_in.person import Person
from vision_tasks.errors import PasswordsBusyError
from vision_tasks.passwords import is_password
from vision_tasks.sign_in_delays import (
    ADDRESS,
    CALLBACK,
    CODES,
    DEVICE,
    PAIR,
    SITE,
    Attempt,
    clear_failures,
    count_attempts,
    delete_forgotten,
    format_subject,
    select_failures,
    select_wait,
    take_back,
)


@dataclass(frozen=True)
class Attempts:
    """One try as it was counted, in one row or in several; `own` is what it may clear."""

    counted: Sequence[Attempt]
    own: Sequence[str]

    def check_password(self, text: str, password_hash: str | None) -> bool:
        """Tell whether `text` is the password, as `is_password` does.

        Raises PasswordsBusyError; a try that was not looked at has not failed.
        """
        try:
            return is_password(text, password_hash)
        except PasswordsBusyError:
            self.take_back()
            raise

    def succeed(self) -> None:
        """Forget the failures of the account or device; those of the address stay."""
        others = {one.subject: one for one in self.counted if one.subject not in self.own}
        with get_desk().begin() as connection:
            # In the one order in which they are counted, so that two cannot block each other.
            for subject in sorted({*self.own, *others}):
                shared = others.get(subject)
                connection.execute(
                    clear_failures([subject]) if shared is None else take_back(shared)
                )
            connection.execute(delete_forgotten())

    def take_back(self) -> None:
        """Undo the count of a try that was right, but is not the whole of signing in."""
        with get_desk().begin() as connection:
            for one in sorted(self.counted, key=lambda attempt: attempt.subject):
                connection.execute(take_back(one))


def count_attempt(email: str, person: Person | None, *, is_code: bool = False) -> Attempts:
    """Count a try for `email`, whether or not it is `person`'s, as one that failed.

    `is_code` says that it is a code of the second factor that is tried, and no password. Raises
    TooSoonError, and counts nothing, where it has to wait.
    """
    return _count(*_list_subjects(email, person, is_code=is_code))


def count_callback() -> Attempts:
    """Count what comes back from the provider of single sign-on as a try that failed.

    All of one site count together, and are free again once somebody is signed in there. Raises
    TooSoonError, and counts nothing, where it has to wait.
    """
    subjects = _name({CALLBACK: get_site()})
    return _count(subjects, subjects)


def _count(subjects: Collection[str], own: Sequence[str]) -> Attempts:
    with get_desk().begin() as connection:
        before = dict(connection.execute(select_failures(subjects)).all())
        counted = dict(connection.execute(count_attempts(subjects)).all())
        if waiting := set(subjects) - counted.keys():
            raise TooSoonError(connection.scalar(select_wait(waiting)) or 1)
    return Attempts([Attempt(one, at, before.get(one)) for one, at in counted.items()], own)


def _list_subjects(
    email: str, person: Person | None, *, is_code: bool
) -> tuple[list[str], list[str]]:
    # A browser that is known counts by itself, so that nobody can keep its owner waiting, neither
    # by the owner's name nor from behind the same address.
    device = find_device(person)
    if device is not None:
        own = _name({DEVICE: device})
        return own, own
    pair = {PAIR: f"{email} {get_site()}"}
    codes = {CODES: email}
    # A code has a million values only, so all who try it wait for each other; but they know the
    # password, without which nobody can keep its owner waiting here. A password is not counted
    # from everywhere, for whoever guesses at it elsewhere would keep its owner waiting.
    counted = _name((codes if is_code else pair) | _name_place())
    return counted, _name(pair | codes)


def _name_place() -> dict[str, str]:
    network, site = get_network(), get_site()
    return {ADDRESS: network} if site == network else {ADDRESS: network, SITE: site}


def _name(texts: dict[str, str]) -> list[str]:
    return [format_subject(kind, digest(kind, text)) for kind, text in texts.items()]

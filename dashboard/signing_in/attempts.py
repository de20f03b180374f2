"""Tries to sign in, counted before they are looked at: per account, network, device and address."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.desk import get_desk
from dashboard.errors import TooSoonError
from dashboard.signing_in.devices import find_device
from dashboard.signing_in.keys import digest
from dashboard.signing_in.networks import get_network, get_site
from dashboard.signing_in.person import Person
from vision_tasks.sign_in_delays import (
    ACCOUNT,
    ADDRESS,
    CODES,
    DEVICE,
    PAIR,
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
    subjects, own = _list_subjects(email, person, is_code=is_code)
    with get_desk().begin() as connection:
        failures = connection.execute(select_failures(subjects.values())).all()
        before = {subject: failed_at for subject, failed_at, _ in failures}
        spent = {subject for subject, _, is_free in failures if not is_free}
        # Whoever has free tries left where they are waits for nobody who guesses elsewhere, be
        # there ever so many of those.
        is_new_here = PAIR in subjects and subjects[PAIR] not in spent
        only_counted = [subjects[ACCOUNT]] if is_new_here else []
        statement = count_attempts(list(subjects.values()), only_counted=only_counted)
        counted = dict(connection.execute(statement).all())
        if waiting := set(subjects.values()) - counted.keys():
            raise TooSoonError(connection.scalar(select_wait(waiting)) or 1)
    return Attempts([Attempt(one, at, before.get(one)) for one, at in counted.items()], own)


def _list_subjects(
    email: str, person: Person | None, *, is_code: bool
) -> tuple[dict[str, str], list[str]]:
    # A browser that is known counts by itself, so that nobody can keep its owner waiting, neither
    # by the owner's name nor from behind the same address.
    device = find_device(person)
    if device is not None:
        own = _name({DEVICE: device})
        return own, list(own.values())
    own = _name({ACCOUNT: email, CODES: email, PAIR: f"{email} {get_site()}"})
    # A code has a million values only, so all who try it wait for each other; but they know the
    # password, without which nobody can keep its owner waiting here.
    kinds = (CODES,) if is_code else (ACCOUNT, PAIR)
    counted = {kind: own[kind] for kind in kinds} | _name({ADDRESS: get_network()})
    return counted, list(own.values())


def _name(texts: dict[str, str]) -> dict[str, str]:
    return {kind: format_subject(kind, digest(kind, text)) for kind, text in texts.items()}

"""Bringing a chunk to the server until it is known what became of each of its lines."""

import hashlib
import http.client
import ssl
from collections.abc import Sequence
from http import HTTPStatus

from vision_tasks.sending.answers import Stored, describe, read_code, read_stored
from vision_tasks.sending.chunks import Entry
from vision_tasks.sending.connection import Answer, Connection, is_worth_another_try
from vision_tasks.sending.entries import Rejection
from vision_tasks.sending.errors import SendingStoppedError
from vision_tasks.sending.patience import Patience
from vision_tasks.sending.report import Report

_PREFER = {"Prefer": "handling=lenient, return=minimal"}
_TAKEN = "id"
"""The field of an error can be the id only where it is taken: what is sent has the right form."""


class Delivery:
    """Sends over `connection` and tells `report`; gives up after so many seconds of an outage."""

    def __init__(
        self, connection: Connection, report: Report, *, give_up_after: float, may_repeat: bool
    ) -> None:
        self._connection = connection
        self._report = report
        self._give_up_after = give_up_after
        self._may_repeat = may_repeat

    def deliver(self, entries: Sequence[Entry]) -> None:
        """Send `entries`; raises SendingStoppedError where that cannot be done now."""
        self._deliver(entries, may_repeat=self._may_repeat)

    def _deliver(self, entries: Sequence[Entry], *, may_repeat: bool) -> None:
        if not entries:
            return
        body = b"".join(entry.body + b"\n" for entry in entries)
        key = hashlib.sha256(body).hexdigest()
        answer = self._post(body, {**_PREFER, "Idempotency-Key": key})
        if read_code(answer) == "idempotency_key_reused":
            # It is more than a day old, or was compressed in another way. The ids are enough.
            answer = self._post(body, _PREFER)
            may_repeat = True
        if stored := read_stored(answer, len(entries)):
            self._settle(entries, stored, may_repeat=may_repeat)
        elif answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and len(entries) > 1:
            middle = len(entries) // 2
            self._deliver(entries[:middle], may_repeat=may_repeat)
            self._deliver(entries[middle:], may_repeat=may_repeat)
        else:
            raise SendingStoppedError(describe(answer))

    def _settle(self, entries: Sequence[Entry], stored: Stored, *, may_repeat: bool) -> None:
        counts = self._report.counts
        counts.stored += stored.created
        named = {error.line: error for error in stored.errors}
        for number, error in named.items():
            entry = entries[number - 1]
            if error.field == _TAKEN and (may_repeat or not entry.has_own_id):
                counts.there_already += 1
            else:
                self._report.reject(Rejection(entry.line, error.field, error.reason))
        if stored.rejected == len(named):
            return
        rest = [entry for number, entry in enumerate(entries, 1) if number not in named]
        unnamed = stored.rejected - len(named)
        named_as_taken = sum(error.field == _TAKEN for error in stored.errors)
        if stored.taken - named_as_taken == unnamed and (
            may_repeat or not any(entry.has_own_id for entry in rest)
        ):
            counts.there_already += unnamed
            return
        # Not every rejected line is named. Each is stored by now or will be rejected again, and
        # so many at a time are named. Those just stored will be said to be there already.
        counts.there_already -= stored.created
        for start in range(0, len(rest), len(named)):
            self._deliver(rest[start : start + len(named)], may_repeat=True)

    def _post(self, body: bytes, headers: dict[str, str]) -> Answer:
        patience: Patience | None = None
        while True:
            retry_after = None
            try:
                answer = self._connection.post(body, headers)
            except ssl.SSLCertVerificationError as exc:
                raise SendingStoppedError(
                    f"The server's certificate is not trusted: {exc.verify_message}."
                ) from exc
            except (OSError, http.client.HTTPException) as exc:
                reason = f"The server cannot be reached ({_name(exc)})."
            else:
                if not is_worth_another_try(answer.status):
                    return answer
                reason, retry_after = describe(answer), answer.retry_after
            if patience is None:
                patience = Patience(self._give_up_after)
                self._report.progress.say(
                    f"{reason} Trying again for up to {self._give_up_after:g} seconds."
                )
            if not patience.wait(retry_after):
                asked = f" It asks to wait {retry_after:g} seconds." if retry_after else ""
                raise SendingStoppedError(reason + asked)


def _name(exc: Exception) -> str:
    return getattr(exc, "strerror", None) or type(exc).__name__

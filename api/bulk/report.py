"""What became of the lines of a bulk request, as it is told to the client."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Raw

from api.bulk.batches import Batch
from api.bulk.payloads import BulkAnswer, LineProblem
from api.moments import format_moment
from api.payloads import Task
from vision_tasks.lifecycle import TaskStatus

LISTED = 100
"""Most bad lines that are told of."""

REPRESENTED = 10_000
"""Most tasks that are shown in an answer."""

TAKEN = "belongs to a task that is there, or to a line further up."


class Report:
    """Counts what comes in; `is_lenient` lets bad lines be, `wants_tasks` keeps the good ones."""

    def __init__(self, *, is_lenient: bool, wants_tasks: bool) -> None:
        self.is_lenient = is_lenient
        self.problems: list[LineProblem] = []
        self.accepted = 0
        self.rejected = 0
        self.taken = 0
        self._rows: dict[int, tuple[str, str]] | None = {} if wants_tasks else None

    @property
    def is_spoilt(self) -> bool:
        """Tell whether nothing may be stored, as there is a bad line."""
        return self.rejected > 0 and not self.is_lenient

    @property
    def keeps_tasks(self) -> bool:
        """Tell whether the tasks will be shown; not where they are more than REPRESENTED."""
        return self._rows is not None

    def note(self, batch: Batch) -> None:
        """Count a batch of which the good lines are stored."""
        self.accepted += len(batch.filenames)
        self.rejected += len(batch.problems)
        self.problems += batch.problems[: LISTED - len(self.problems)]
        if self._rows is not None:
            if self.accepted > REPRESENTED:
                self._rows = None
            else:
                rows = zip(batch.ids, batch.filenames, strict=True)
                self._rows.update(zip(batch.lines, rows, strict=True))

    def note_taken(self, number: int, lines: Sequence[int]) -> None:
        """Count lines whose ids were taken; `lines` are the first of them, in their order."""
        self.accepted -= number
        self.rejected += number
        self.taken += number
        taken = [LineProblem(line, "id", TAKEN) for line in lines]
        self.problems = sorted([*self.problems, *taken], key=lambda one: one.line)[:LISTED]
        if self._rows is not None:
            for line in lines:
                del self._rows[line]

    def make_answer(self, born_at: datetime) -> BulkAnswer:
        """Say what was stored, at the moment `born_at`."""
        moment = format_moment(born_at)
        return BulkAnswer(
            created=self.accepted,
            rejected=self.rejected,
            taken=self.taken,
            errors=self.problems,
            tasks=UNSET
            if self._rows is None
            else [_make_task(*row, moment) for row in self._rows.values()],
        )


def _make_task(task_id: str, filename: str, moment: str) -> Task:
    return Task(
        id=UUID(task_id),
        status=TaskStatus.PENDING.value,
        filename=filename,
        result=Raw(b"null"),
        version=1,
        created_at=moment,
        updated_at=moment,
    )

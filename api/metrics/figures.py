"""The tasks in the database, looked at seldom and within a time."""

import asyncio
import logging
import time
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.database import transactional
from vision_tasks.task_figures import TaskFigures, read_task_figures, select_task_figures

LOOK_SECONDS = 2
"""Longest look at the database."""
KEPT_SECONDS = 5
"""How long what was found, a failure too, answers everybody who asks."""

# The server gives up first, so that the connection stays of use.
_LIMIT = text(f"SET LOCAL statement_timeout = {LOOK_SECONDS * 750}")

logger = logging.getLogger(__name__)


class Figures:
    """What the last look at the database has found."""

    def __init__(self) -> None:
        self._look: asyncio.Task[TaskFigures | None] | None = None
        self._ended_at = 0.0

    async def get(self) -> TaskFigures | None:
        """Return figures of KEPT_SECONDS ago at most; None where there are none to be had.

        Whoever asks while somebody looks waits for the same look, and none longer than
        LOOK_SECONDS: getting rid of a connection to a database that says nothing takes a while.
        """
        look = self._look
        if look is None or (look.done() and time.monotonic() - self._ended_at >= KEPT_SECONDS):
            look = self._look = asyncio.create_task(self._find())
        done, _ = await asyncio.wait([look], timeout=LOOK_SECONDS)
        return look.result() if done else None

    async def close(self) -> None:
        """Look no more."""
        if self._look is not None:
            self._look.cancel()
            await asyncio.wait([self._look])

    async def _find(self) -> TaskFigures | None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return await _fetch_figures()
        except Exception as exc:  # noqa: BLE001
            # Whatever it is, the rest of the page is wanted all the more.
            logger.warning("The tasks cannot be counted for /metrics: %s", type(exc).__name__)
            return None
        finally:
            self._ended_at = time.monotonic()


def format_figures(figures: TaskFigures | None) -> list[Metric]:
    """Make the metrics of `figures`; without them only the one that says so."""
    metrics: list[Metric] = [
        GaugeMetricFamily(
            "vision_tasks_database_up",
            f"Whether the database has told of the tasks within {LOOK_SECONDS} s (1) or not (0).",
            value=float(figures is not None),
        )
    ]
    if figures is not None:
        tasks = GaugeMetricFamily(
            "vision_tasks_tasks",
            "Tasks by status: exact up to 10000, above that an estimate from the statistics of"
            " PostgreSQL, as old as its last ANALYZE.",
            labels=("status",),
        )
        for status, count in figures.counts.items():
            tasks.add_metric((status.value,), count)
        age = GaugeMetricFamily(
            "vision_tasks_oldest_pending_age_seconds",
            "Time since the PENDING task that was created first was created; 0 without one.",
            value=figures.oldest_pending_age_seconds,
        )
        metrics += [tasks, age]
    return metrics


@transactional
async def _fetch_figures(connection: AsyncConnection) -> TaskFigures:
    await connection.execute(_LIMIT)
    rows: Any = (await connection.execute(select_task_figures())).all()
    return read_task_figures(rows)

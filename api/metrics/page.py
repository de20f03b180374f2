"""The page that Prometheus reads."""

import asyncio
from collections.abc import Iterable
from http import HTTPStatus
from typing import NamedTuple

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from quart import Blueprint, Quart, Response, current_app
from sqlalchemy.pool import QueuePool

from api.database import get_engine
from api.metrics.figures import Figures, format_figures
from api.metrics.measures import Measures, open_measures
from api.metrics.requests import leave_out
from api.operations import Answer, Operation, describe

PUBLISH_SECONDS = 1.0
"""How often a worker tells the others how it does; what it counts, they see at once."""

_EXTENSION = "vision_tasks.metrics"

blueprint = Blueprint("metrics", __name__)


class _Metering(NamedTuple):
    measures: Measures
    figures: Figures
    publisher: asyncio.Task[None]


class _Page(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


async def open_metrics(app: Quart) -> None:
    """Begin to count; the engine of `app` is open by now."""
    measures = await asyncio.to_thread(open_measures)
    app.extensions[_EXTENSION] = _Metering(
        measures, Figures(), asyncio.create_task(_publish_for_ever(app, measures))
    )


async def close_metrics(app: Quart) -> None:
    """Tell the others no more."""
    metering: _Metering = app.extensions.pop(_EXTENSION)
    metering.publisher.cancel()
    await asyncio.wait([metering.publisher])
    await metering.figures.close()


@blueprint.get("/metrics")
@describe(
    Operation(
        summary="What the server has done and how it does",
        tag="health",
        answers={
            HTTPStatus.OK: Answer(
                description="The text format of Prometheus, version 0.0.4. Counts are those of"
                " all worker processes of this server, whichever of them answers. While the"
                " database is away `vision_tasks_database_up` is 0, and nothing is said of tasks.",
                media_type="text/plain",
            )
        },
    )
)
async def metrics() -> Response:
    """Tell Prometheus; holds no name of a file, a key or a person."""
    metering: _Metering = current_app.extensions[_EXTENSION]
    with leave_out():
        _publish(get_engine(current_app).pool, metering.measures)
        figures = format_figures(await metering.figures.get())
        text = await asyncio.to_thread(_write, metering.measures, figures)
    return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _write(measures: Measures, figures: Iterable[Metric]) -> bytes:
    counted, workers = measures.read()
    processes = GaugeMetricFamily(
        "vision_tasks_worker_processes",
        "Processes of this server that live and whose numbers are on this page.",
        value=workers,
    )
    return generate_latest(_Page([*counted, *figures, processes]))


async def _publish_for_ever(app: Quart, measures: Measures) -> None:
    while True:
        _publish(get_engine(app).pool, measures)
        await asyncio.sleep(PUBLISH_SECONDS)


def _publish(pool: object, measures: Measures) -> None:
    assert isinstance(pool, QueuePool)  # noqa: S101
    measures.publish(in_use=pool.checkedout(), idle=pool.checkedin(), limit=pool.size())

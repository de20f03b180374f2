"""What a process counts. A server is one process or several; a process serves one API."""

import logging
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.metrics_core import Metric

from api.metrics.sharing import KINDS, keep_values, read_values, share_values
from vision_tasks.worker_directory import find_worker_directory
from vision_tasks.worker_share import WorkerShare

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
TASKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)

logger = logging.getLogger(__name__)


class Measures:
    """The metrics of this process, in files of `share` where the server has several.

    Each method takes a microsecond or two. Call them in the thread of the event loop.
    """

    def __init__(self, share: WorkerShare | None) -> None:
        disable_created_metrics()
        self.share = share
        self._registry = CollectorRegistry()
        if share is None:
            keep_values()
        else:
            share_values(share)
        registry = self._registry
        self._requests = Counter(
            "vision_tasks_http_requests_total",
            'Requests that have ended. The route is that of OpenAPI, or "unmatched"; the status is'
            ' "none" where the client went away before it had an answer.',
            ("method", "route", "status"),
            registry=registry,
        )
        self._durations = Histogram(
            "vision_tasks_http_request_duration_seconds",
            "Time from the head of a request to the end of its answer.",
            ("method", "route"),
            buckets=SECONDS,
            registry=registry,
        )
        self._refusals = Counter(
            "vision_tasks_overload_refusals_total",
            "Requests refused because more work was waiting than the server takes on.",
            registry=registry,
        )
        self._batch_tasks = Histogram(
            "vision_tasks_ingest_batch_tasks",
            "New tasks of single requests that were stored together.",
            buckets=TASKS,
            registry=registry,
        )
        self._batch_seconds = Histogram(
            "vision_tasks_ingest_batch_seconds",
            "Time that storing them together took, its commit included.",
            buckets=SECONDS,
            registry=registry,
        )
        self._in_progress = Gauge(
            "vision_tasks_http_requests_in_progress",
            "Requests that are being answered, but for those of this page. Other workers tell once"
            " a second.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._waiting = Gauge(
            "vision_tasks_ingest_waiting_tasks",
            "New tasks that wait to be stored. Other workers tell once a second.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._connections = Gauge(
            "vision_tasks_pool_connections",
            "Connections to the database by what they do. Other workers tell once a second.",
            ("state",),
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._limit = Gauge(
            "vision_tasks_pool_limit_connections",
            "Connections to the database that there may be.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._by_request: dict[tuple[str, str, int | None], tuple[Counter, Histogram]] = {}

    def count_request(self, method: str, route: str, status: int | None, seconds: float) -> None:
        """Note a request that has ended; None is the status of one without an answer."""
        key = method, route, status
        found = self._by_request.get(key)
        if found is None:
            found = (
                self._requests.labels(method, route, "none" if status is None else str(status)),
                self._durations.labels(method, route),
            )
            self._by_request[key] = found
        found[0].inc()
        found[1].observe(seconds)

    def count_refusal(self) -> None:
        """Note a request that was refused."""
        self._refusals.inc()

    def observe_batch(self, size: int, seconds: float) -> None:
        """Note tasks that were stored together."""
        self._batch_tasks.observe(size)
        self._batch_seconds.observe(seconds)

    def publish(self, *, in_use: int, idle: int, limit: int) -> None:
        """Write down how this process does at the moment, and its connections."""
        self._in_progress.set(process.in_progress)
        self._waiting.set(process.waiting)
        self._connections.labels("in_use").set(in_use)
        self._connections.labels("idle").set(idle)
        self._limit.set(limit)

    def read(self) -> tuple[Iterable[Metric], int]:
        """Return the numbers of all workers of this server, and how many of these live."""
        if self.share is None:
            return self._registry.collect(), 1
        return read_values(self.share), len(list(self.share.find_living()))


class Process:
    """What changes too often to be written down each time, and the measures, once they are open."""

    def __init__(self) -> None:
        self.measures: Measures | None = None
        self.in_progress = 0
        self.waiting = 0


process = Process()


def open_measures() -> Measures:
    """Begin to count; what an earlier app of this process has counted goes on."""
    if process.measures is None:
        process.measures = Measures(_find_share())
    return process.measures


def observe_batch(size: int, seconds: float) -> None:
    """Note that `size` tasks of single requests were stored together within `seconds`."""
    if process.measures is not None:
        process.measures.observe_batch(size, seconds)


def set_waiting(tasks: int) -> None:
    """Note how many new tasks wait to be stored."""
    process.waiting = tasks


def count_refusal() -> None:
    """Note a request that is refused because too much is waiting."""
    if process.measures is not None:
        process.measures.count_refusal()


def _find_share() -> WorkerShare | None:
    try:
        directory = find_worker_directory()
        share = None if directory is None else WorkerShare(directory)
        if share is not None:
            # Now, as once there are metrics it would be too late to do without.
            for kind in KINDS:
                share.open_file(kind)
    except OSError as exc:
        logger.warning("/metrics will speak of one process only, for none can share: %s", exc)
        return None
    return share

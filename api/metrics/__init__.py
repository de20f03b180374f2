"""`/metrics`: what this server has done and how it does, for Prometheus."""

from api.metrics.measures import count_refusal, observe_batch, set_waiting
from api.metrics.page import blueprint, close_metrics, open_metrics
from api.metrics.requests import Observation, note_route, observe

__all__ = [
    "Observation",
    "blueprint",
    "close_metrics",
    "count_refusal",
    "note_route",
    "observe",
    "observe_batch",
    "open_metrics",
    "set_waiting",
]

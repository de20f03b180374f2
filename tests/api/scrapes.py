"""How tests read `/metrics`."""

from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

PREFIX = "vision_tasks_"
REQUESTS = "http_requests_total"


class Scrape:
    """One page, parsed as Prometheus would."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.families: Iterable[Metric] = list(text_string_to_metric_families(text))
        self._values: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}
        for family in self.families:
            for sample in family.samples:
                key = sample.name, frozenset(sample.labels.items())
                assert key not in self._values, key
                self._values[key] = sample.value

    def get(self, name: str, **labels: str) -> float:
        """The value of a series, 0 where it is not there yet."""
        return self._values.get((PREFIX + name, frozenset(labels.items())), 0.0)

    def has(self, name: str) -> bool:
        return any(found == PREFIX + name for found, _ in self._values)

    def label_values(self, name: str, label: str) -> set[str]:
        return {
            value
            for found, labels in self._values
            if found == PREFIX + name
            for known, value in labels
            if known == label
        }

    def count_since(self, before: "Scrape", name: str, **labels: str) -> float:
        return self.get(name, **labels) - before.get(name, **labels)

    def counts(self) -> Mapping[Any, float]:
        """Everything that never goes down."""
        return {
            key: value
            for key, value in self._values.items()
            if key[0].endswith(("_total", "_count", "_sum", "_bucket"))
        }


async def scrape(client: Any) -> Scrape:
    """Read the page of an app in the test's own event loop."""
    response = await client.get("/metrics")
    assert response.status_code == 200
    return Scrape((await response.get_data()).decode())

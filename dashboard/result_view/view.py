"""A result laid out for reading: its rows, and what of it is not among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from dashboard.result_view.nodes import read_tree
from dashboard.result_view.rows import Row, list_rows

SHORT_ROWS = 12


@dataclass(frozen=True)
class ResultView:
    """The rows of a result; `is_whole` tells whether every value of it is among them."""

    rows: Sequence[Row]
    is_whole: bool

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Lay out JSON text; None where it is none, since it was cut."""
        try:
            rows = list(list_rows(read_tree(text)))
        except ValueError:
            return None
        return cls(rows, is_whole=not any(row.missing for row in rows))

    @property
    def is_long(self) -> bool:
        """Whether there is more of it than one sees without folding or searching."""
        return len(self.rows) > SHORT_ROWS

"""How a bulk request would like to be handled, and what of that came true."""

from collections.abc import Mapping
from typing import NamedTuple

_HANDLING = ("strict", "lenient")
_RETURN = ("minimal", "representation")


class Wishes(NamedTuple):
    """The preferences `handling` and `return`, None where they are not named or unknown."""

    handling: str | None
    shown: str | None

    @classmethod
    def of(cls, preferences: Mapping[str, str]) -> "Wishes":
        """Choose what is known here."""
        handling, shown = preferences.get("handling"), preferences.get("return")
        return cls(handling if handling in _HANDLING else None, shown if shown in _RETURN else None)

    @property
    def is_lenient(self) -> bool:
        """Tell whether bad lines do not keep good ones from being stored."""
        return self.handling == "lenient"

    @property
    def wants_tasks(self) -> bool:
        """Tell whether the answer is to show what was stored."""
        return self.shown == "representation"

    def format_applied(self, *, shows_tasks: bool) -> str:
        """Write Preference-Applied (RFC 7240, section 3), empty where there is nothing to say."""
        applied = [f"handling={self.handling}"] if self.handling else []
        if self.shown and self.wants_tasks == shows_tasks:
            applied.append(f"return={self.shown}")
        return ", ".join(applied)

"""The steps of one command of Alembic, decided once, however often it has to try."""

from typing import Any

from alembic.runtime.migration import MigrationContext, MigrationStep


class Steps:
    """Makes a later try go on with the steps that the first one decided upon.

    Alembic would count `+2` or `-1` anew from wherever the first try came to.
    """

    def __init__(self) -> None:
        self._steps: list[MigrationStep] | None = None

    def attach(self, context: MigrationContext) -> None:
        """Take over from the function by which `context` decides what to do."""
        decide: Any = context._migrations_fn  # noqa: SLF001

        def go_on(heads: tuple[str, ...], context: MigrationContext) -> list[MigrationStep]:
            if self._steps is None:
                self._steps = list(decide(heads, context))
                return self._steps
            return self._list_rest(set(heads))

        context._migrations_fn = go_on  # type: ignore[assignment] # noqa: SLF001

    def _list_rest(self, heads: set[str]) -> list[MigrationStep]:
        steps = self._steps or []
        for number, step in enumerate(steps):
            if set(step.from_revisions_no_deps) == heads:
                return steps[number:]
        return []

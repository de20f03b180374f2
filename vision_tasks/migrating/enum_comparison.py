"""What the models' enum types have that the database lacks."""

import logging
from collections.abc import Iterator, Sequence

from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import UpgradeOps
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import text

from vision_tasks.migrating.enum_types import find_enums
from vision_tasks.migrating.operations import AddEnumLabelOp, CreateEnumTypeOp

PLUGIN = "vision_tasks.enum_labels"

_logger = logging.getLogger("alembic.autogenerate.enums")
_LABELS = text("""
SELECT ARRAY(SELECT enumlabel::text FROM pg_enum
              WHERE enumtypid = pg_type.oid ORDER BY enumsortorder)
  FROM pg_type JOIN pg_namespace ON pg_namespace.oid = typnamespace
 WHERE typname = :name AND typtype = 'e' AND nspname = current_schema()""")


def _compare(
    context: AutogenContext, upgrade: UpgradeOps, _schemas: set[str | None]
) -> PriorityDispatchResult:
    # A host that asks for all plugins there are does not mean this one.
    is_asked_for = PLUGIN in context.opts.get("autogenerate_plugins", ())
    if context.connection is None or not is_asked_for:
        return PriorityDispatchResult.CONTINUE
    added: list[AddEnumLabelOp] = []
    created: list[CreateEnumTypeOp] = []
    for name, lists in sorted(find_enums(context.sorted_tables, context.dialect).items()):
        wanted = list(lists[0])
        for labels in lists[1:]:
            list(_place(name, wanted, labels))
        present = context.connection.execute(_LABELS, {"name": name}).scalar()
        if present is None:
            created.append(CreateEnumTypeOp(name, wanted))
            continue
        added += _place(name, present, wanted)
        if [label for label in present if label in wanted] != wanted:
            _logger.warning("The labels of %s are in another order: %s", name, ", ".join(present))
    # A label commits, so it comes before everything else.
    upgrade.ops += [*added, *created]
    return PriorityDispatchResult.CONTINUE


def _place(name: str, present: list[str], wanted: Sequence[str]) -> Iterator[AddEnumLabelOp]:
    for number, label in enumerate(wanted):
        if label in present:
            continue
        if number > 0:
            after = wanted[number - 1]
            present.insert(present.index(after) + 1, label)
            yield AddEnumLabelOp(name, label, after=after)
        else:
            before = next((one for one in wanted if one in present), None)
            present.insert(len(present) if before is None else present.index(before), label)
            yield AddEnumLabelOp(name, label, before=before)


def _register() -> None:
    Plugin(PLUGIN).add_autogenerate_comparator(
        _compare, "schema", "enum labels", priority=DispatchPriority.FIRST
    )


_register()

"""Operations that autogenerate writes into a revision beside Alembic's own, and how they read."""

from collections.abc import Sequence
from typing import Any

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import CreateIndexOp, DropIndexOp, MigrateOperation

_INDEXES = "from vision_tasks.migrating.indexes import"
_ENUMS = "from vision_tasks.migrating.enum_labels import"


class ConcurrentIndexOp(MigrateOperation):
    """An index operation of Alembic's that shall not stop the clients of its table."""

    def __init__(self, wrapped: CreateIndexOp | DropIndexOp) -> None:
        self.wrapped = wrapped

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what `check` lists."""
        return self.wrapped.to_diff_tuple()


class CreateEnumTypeOp(MigrateOperation):
    """A type that the models name and the database lacks."""

    def __init__(self, name: str, labels: Sequence[str]) -> None:
        self.name = name
        self.labels = list(labels)

    def reverse(self) -> "DropEnumTypeOp":
        """Return what a downgrade does."""
        return DropEnumTypeOp(self.name)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what `check` lists."""
        return ("create_enum_type", self.name, self.labels)


class DropEnumTypeOp(MigrateOperation):
    """A type to be dropped again."""

    def __init__(self, name: str) -> None:
        self.name = name


class AddEnumLabelOp(MigrateOperation):
    """A label that the model's enum has and the type in the database lacks."""

    def __init__(
        self, type_name: str, label: str, *, before: str | None = None, after: str | None = None
    ) -> None:
        self.type_name = type_name
        self.label = label
        self.before = before
        self.after = after

    def reverse(self) -> "DropEnumLabelOp":
        """Return what a downgrade does."""
        return DropEnumLabelOp(self.type_name, self.label)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what `check` lists."""
        return ("add_enum_label", self.type_name, self.label)


class DropEnumLabelOp(MigrateOperation):
    """A label to be taken away again."""

    def __init__(self, type_name: str, label: str) -> None:
        self.type_name = type_name
        self.label = label


@renderers.dispatch_for(ConcurrentIndexOp)
def _render_index(context: AutogenContext, op: ConcurrentIndexOp) -> str:
    name = "create_index" if isinstance(op.wrapped, CreateIndexOp) else "drop_index"
    context.imports.add(f"{_INDEXES} {name}_concurrently")
    written = renderers.dispatch(op.wrapped)(context, op.wrapped)
    prefix = context.opts["alembic_module_prefix"]
    return str(written).replace(f"{prefix}{name}(", f"{name}_concurrently(", 1)


@renderers.dispatch_for(CreateEnumTypeOp)
def _render_created_type(context: AutogenContext, op: CreateEnumTypeOp) -> str:
    context.imports.add(f"{_ENUMS} create_enum_type")
    return f"create_enum_type({op.name!r}, {op.labels!r})"


@renderers.dispatch_for(DropEnumTypeOp)
def _render_dropped_type(context: AutogenContext, op: DropEnumTypeOp) -> str:
    context.imports.add(f"{_ENUMS} drop_enum_type")
    return f"drop_enum_type({op.name!r})"


@renderers.dispatch_for(AddEnumLabelOp)
def _render_added_label(context: AutogenContext, op: AddEnumLabelOp) -> str:
    context.imports.add(f"{_ENUMS} add_enum_label")
    place = ""
    if op.before is not None:
        place = f", before={op.before!r}"
    elif op.after is not None:
        place = f", after={op.after!r}"
    return f"add_enum_label({op.type_name!r}, {op.label!r}{place})"


@renderers.dispatch_for(DropEnumLabelOp)
def _render_dropped_label(context: AutogenContext, op: DropEnumLabelOp) -> str:
    context.imports.add(f"{_ENUMS} drop_enum_label")
    return f"drop_enum_label({op.type_name!r}, {op.label!r})"

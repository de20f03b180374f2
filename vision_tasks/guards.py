"""What PostgreSQL must do and refuse by itself: our functions and triggers, as they should be.

The revisions hold frozen copies; `vision_tasks.schema_check` compares what they made with this.
"""

from collections.abc import Iterable

from vision_tasks.faults import ILLEGAL_MOVE_SQLSTATE
from vision_tasks.lifecycle import LEGAL_MOVES
from vision_tasks.recording import RECORDING_FUNCTIONS, RECORDING_TRIGGERS
from vision_tasks.server_code import Function, Trigger

GUARD_NAME = "tasks_guard_moves"
_LEGAL_PAIRS = tuple((move.source.value, move.target.value) for move in LEGAL_MOVES)


def format_guard_body(moves: Iterable[tuple[str, str]] = _LEGAL_PAIRS) -> str:
    """Write the PL/pgSQL body of `tasks_guard_moves` from a table of legal moves."""
    pairs = ",\n".join(f"    ('{source}', '{target}')" for source, target in moves)
    return f"""
BEGIN
  IF (OLD.status::text, NEW.status::text) NOT IN (
{pairs}
  ) AND NOT coalesce(current_setting('vision_tasks.free_move', true) = 'on'
    AND btrim(current_setting('vision_tasks.reason', true)) <> '', false) THEN
    RAISE EXCEPTION USING ERRCODE = '{ILLEGAL_MOVE_SQLSTATE}',
      MESSAGE = 'a task that is ' || OLD.status || ' cannot become ' || NEW.status;
  END IF;
  RETURN NEW;
END
"""


FUNCTIONS = (
    Function(
        "tasks_fill_birth",
        # A task that is taken back from the history goes on counting where it had come to.
        """
BEGIN
  IF coalesce(current_setting('vision_tasks.action', true), '') <> 'undo' THEN
    NEW.version := 1;
  END IF;
  NEW.version := coalesce(NEW.version, 1);
  NEW.created_at := coalesce(NEW.created_at, now());
  NEW.updated_at := coalesce(NEW.updated_at, NEW.created_at);
  RETURN NEW;
END
""",
    ),
    Function(
        "tasks_keep_version",
        # *<> compares the stored image: 1 and 1.0 are equal jsonb values, yet a change.
        """
BEGIN
  NEW.version := OLD.version;
  NEW.updated_at := OLD.updated_at;
  IF NEW *<> OLD THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
  END IF;
  RETURN NEW;
END
""",
    ),
    Function(GUARD_NAME, format_guard_body()),
    Function(
        "tasks_merge_patch",
        """
DECLARE
  base jsonb := CASE WHEN jsonb_typeof(target) = 'object' THEN target ELSE '{}' END;
BEGIN
  IF jsonb_typeof(patch) <> 'object' THEN
    RETURN patch;
  END IF;
  RETURN (
    SELECT coalesce(jsonb_object_agg(merged.key, merged.value), '{}')
      FROM (SELECT kept.key, kept.value FROM jsonb_each(base) AS kept WHERE NOT patch ? kept.key
            UNION ALL
            SELECT given.key, tasks_merge_patch(base -> given.key, given.value)
              FROM jsonb_each(patch) AS given
             WHERE jsonb_typeof(given.value) <> 'null') AS merged
  );
END
""",
        arguments="target jsonb, patch jsonb",
        returns="jsonb",
        traits="IMMUTABLE PARALLEL SAFE",
    ),
    *RECORDING_FUNCTIONS,
)

TRIGGERS = (
    Trigger(
        "tasks_fill_birth",
        "tasks",
        "BEFORE INSERT",
        "NEW.version <> 1 OR NEW.version IS NULL"
        " OR NEW.created_at IS NULL OR NEW.updated_at IS NULL",
    ),
    Trigger("tasks_keep_version", "tasks", "BEFORE UPDATE"),
    Trigger(GUARD_NAME, "tasks", "BEFORE UPDATE", "OLD.status IS DISTINCT FROM NEW.status"),
    *RECORDING_TRIGGERS,
)

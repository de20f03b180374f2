"""What PostgreSQL must enforce, written from the rules of `lifecycle.py`.

The revisions hold their own frozen copies; a test compares what they made with this.
"""

from vision_tasks.faults import ILLEGAL_MOVE_SQLSTATE
from vision_tasks.lifecycle import LEGAL_MOVES


def format_guard_body() -> str:
    """Write the PL/pgSQL body of `tasks_guard_moves` from the table of legal moves."""
    moves = ",\n".join(f"    ('{move.source}', '{move.target}')" for move in LEGAL_MOVES)
    return f"""
BEGIN
  IF (OLD.status::text, NEW.status::text) NOT IN (
{moves}
  ) THEN
    RAISE EXCEPTION USING ERRCODE = '{ILLEGAL_MOVE_SQLSTATE}',
      MESSAGE = 'a task that is ' || OLD.status || ' cannot become ' || NEW.status;
  END IF;
  RETURN NEW;
END
"""

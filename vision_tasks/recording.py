"""How PostgreSQL writes the history of tasks: the functions and triggers behind `task_changes`.

Who acts, and why, they read from settings of the transaction (`vision_tasks.attribution`).
"""

from vision_tasks.faults import HISTORY_SQLSTATE
from vision_tasks.server_code import Function, Trigger

LISTED_IDS = 1_000
"""An INSERT of no more tasks than this is recorded with the id of each."""

# A setting that was local to an earlier transaction of the session is an empty string.
_DECLARE = """
DECLARE
  who text := coalesce(nullif(current_setting('vision_tasks.actor', true), ''),
    'db:' || session_user);
  deed text := nullif(current_setting('vision_tasks.action', true), '');
  why text := nullif(current_setting('vision_tasks.reason', true), '');
  batch uuid := nullif(current_setting('vision_tasks.batch', true), '')::uuid;"""
# A value that is SQL NULL has no key, which tells it from the JSON null. *<> compares the stored
# image: 1 and 1.0 are equal jsonb values, yet a change.
_CHANGE_BODY = (
    _DECLARE
    + """
  was jsonb := '{}';
  became jsonb := '{}';
BEGIN
  IF NEW.status IS DISTINCT FROM OLD.status THEN
    was := was || jsonb_build_object('status', OLD.status);
    became := became || jsonb_build_object('status', NEW.status);
  END IF;
  IF NEW.filename IS DISTINCT FROM OLD.filename THEN
    was := was || jsonb_build_object('filename', OLD.filename);
    became := became || jsonb_build_object('filename', NEW.filename);
  END IF;
  IF (SELECT one FROM (SELECT NEW.result) AS one) *<>
     (SELECT one FROM (SELECT OLD.result) AS one) THEN
    IF OLD.result IS NOT NULL THEN
      was := was || jsonb_build_object('result', OLD.result);
    END IF;
    IF NEW.result IS NOT NULL THEN
      became := became || jsonb_build_object('result', NEW.result);
    END IF;
  END IF;
  IF (NEW.id, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.created_at) THEN
    was := was || jsonb_build_object('id', OLD.id, 'created_at', OLD.created_at);
    became := became || jsonb_build_object('id', NEW.id, 'created_at', NEW.created_at);
  END IF;
  INSERT INTO task_changes
    (actor, action, task_id, born_at, version, before, after, reason, batch_id)
  VALUES (who, coalesce(deed, 'change'), NEW.id, NEW.created_at, NEW.version, was, became, why,
    batch);
  RETURN NULL;
END
"""
)
_DELETION_BODY = (
    _DECLARE
    + """
BEGIN
  INSERT INTO task_changes (actor, action, task_id, born_at, version, before, reason, batch_id)
  VALUES (who, coalesce(deed, 'delete'), OLD.id, OLD.created_at, OLD.version,
    to_jsonb(OLD) - CASE WHEN OLD.result IS NULL THEN ARRAY['result'] ELSE '{}' END, why, batch);
  RETURN NULL;
END
"""
)
# `changed_at` equals the `created_at` of the tasks: so the one row for many is found from each.
_BIRTH_BODY = (
    _DECLARE
    + f"""
  many integer;
  dated integer;
BEGIN
  SELECT count(*), count(*) FILTER (WHERE created_at <> now()) INTO many, dated FROM born;
  IF many = 0 THEN
    RETURN NULL;
  END IF;
  IF many = 1 OR deed = 'undo' OR dated > 0 AND many <= {LISTED_IDS} THEN
    INSERT INTO task_changes
      (changed_at, actor, action, task_id, born_at, version, after, reason, batch_id)
    SELECT now(), who, coalesce(deed, 'create'), id, created_at, version,
      jsonb_build_object('status', status, 'filename', filename)
        || CASE WHEN result IS NULL THEN '{{}}' ELSE jsonb_build_object('result', result) END,
      why, batch
      FROM born;
  ELSE
    INSERT INTO task_changes (changed_at, actor, action, tasks, task_ids, reason, batch_id)
    VALUES (now(), who, coalesce(deed, 'create'), many,
      CASE WHEN many <= {LISTED_IDS} THEN ARRAY(SELECT id FROM born) END, why, batch);
  END IF;
  RETURN NULL;
END
"""
)
_REFUSAL = """
BEGIN
  RAISE EXCEPTION USING ERRCODE = '{state}',
    MESSAGE = '{message}',
    HINT = '{hint}';
END
"""

RECORDING_FUNCTIONS = (
    Function("tasks_record_birth", _BIRTH_BODY, is_definer=True),
    Function("tasks_record_change", _CHANGE_BODY, is_definer=True),
    Function("tasks_record_deletion", _DELETION_BODY, is_definer=True),
    Function(
        "tasks_refuse_truncate",
        _REFUSAL.format(
            state=HISTORY_SQLSTATE,
            message="tasks are not truncated, for their history would not tell",
            hint="Use DELETE.",
        ),
    ),
    Function(
        "task_changes_keep",
        _REFUSAL.format(
            state=HISTORY_SQLSTATE,
            message="the history of tasks cannot be altered",
            hint="To take a change back, make a new one.",
        ),
    ),
)
RECORDING_TRIGGERS = (
    Trigger(
        "tasks_record_birth",
        "tasks",
        "AFTER INSERT",
        level="STATEMENT",
        referencing="NEW TABLE AS born",
    ),
    Trigger(
        "tasks_record_change",
        "tasks",
        "AFTER UPDATE",
        # The version tells it all. That the status is named lets a revision that makes the enum
        # type anew make this trigger anew too, else sessions that are there go on with the old.
        "OLD.version IS DISTINCT FROM NEW.version OR OLD.status IS DISTINCT FROM NEW.status",
    ),
    Trigger("tasks_record_deletion", "tasks", "AFTER DELETE"),
    Trigger("tasks_refuse_truncate", "tasks", "BEFORE TRUNCATE", level="STATEMENT"),
    Trigger(
        "task_changes_keep",
        "task_changes",
        "BEFORE DELETE OR UPDATE OR TRUNCATE",
        level="STATEMENT",
    ),
)

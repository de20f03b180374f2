"""Deliberate drifts, by a part of the line that tells them: what somebody did at psql."""

KEEP_VERSION = "CREATE OR REPLACE FUNCTION tasks_keep_version() RETURNS trigger"
CHANGED_BODY = """ LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version;
  RETURN NEW;
END
$$"""
RECREATE_MERGE_PATCH = """
DO $$
DECLARE
  definition text := pg_get_functiondef('tasks_merge_patch'::regproc);
BEGIN
  DROP FUNCTION tasks_merge_patch;
  EXECUTE {};
END
$$"""
REBUILD_LIST_INDEX = (
    "DROP INDEX ix_tasks_created_at_id; CREATE INDEX ix_tasks_created_at_id ON tasks"
)
LIST_INDEX_IS = (
    "index ix_tasks_created_at_id on tasks is: CREATE INDEX ix_tasks_created_at_id ON tasks USING "
)
LIST_INDEX_SHOULD_BE = (
    "; it should be: CREATE INDEX ix_tasks_created_at_id ON tasks USING btree (created_at, id)"
)
DRIFTS: dict[str, str] = {
    # enum labels
    "enum type taskstatus has the label ARCHIVED, which the models do not know": (
        "ALTER TYPE taskstatus ADD VALUE 'ARCHIVED'"
    ),
    "enum type taskstatus has its labels in the order PROCESSING, PENDING, COMPLETED, FAILED;"
    " it should be PENDING, PROCESSING, COMPLETED, FAILED": (
        "ALTER TYPE taskstatus RENAME VALUE 'PENDING' TO 'NEXT';"
        "ALTER TYPE taskstatus RENAME VALUE 'PROCESSING' TO 'PENDING';"
        "ALTER TYPE taskstatus RENAME VALUE 'NEXT' TO 'PROCESSING'"
    ),
    "enum type taskstatus lacks the label FAILED": "DELETE FROM pg_enum WHERE enumlabel = 'FAILED'",
    # functions
    "function tasks_merge_patch is missing": "DROP FUNCTION tasks_merge_patch",
    "function tasks_keep_version: line 3 of its body is 'RETURN NEW;',"
    " should be 'NEW.updated_at := OLD.updated_at;'": KEEP_VERSION + CHANGED_BODY,
    "function tasks_merge_patch: volatility is VOLATILE, should be IMMUTABLE": (
        "ALTER FUNCTION tasks_merge_patch VOLATILE"
    ),
    "function tasks_merge_patch: parallel is UNSAFE, should be SAFE": (
        "ALTER FUNCTION tasks_merge_patch PARALLEL UNSAFE"
    ),
    "function tasks_merge_patch: ON NULL INPUT is RETURNS NULL, should be CALLED": (
        "ALTER FUNCTION tasks_merge_patch STRICT"
    ),
    "function tasks_guard_moves: security is DEFINER, should be INVOKER": (
        "ALTER FUNCTION tasks_guard_moves SECURITY DEFINER"
    ),
    "function tasks_fill_birth: SET is TimeZone=UTC, should be nothing": (
        "ALTER FUNCTION tasks_fill_birth SET timezone = 'UTC'"
    ),
    "function tasks_merge_patch: result is json, should be jsonb": RECREATE_MERGE_PATCH.format(
        "replace(definition, 'RETURNS jsonb', 'RETURNS json')"
    ),
    "function tasks_merge_patch: arguments is target jsonb, patch json,"
    " should be target jsonb, patch jsonb": RECREATE_MERGE_PATCH.format(
        "replace(definition, 'patch jsonb', 'patch json')"
    ),
    "function tasks_merge_patch(target json, patch json) is not one of ours": (
        "CREATE FUNCTION tasks_merge_patch(target json, patch json) RETURNS json"
        " LANGUAGE sql AS 'SELECT patch'"
    ),
    "function tasks_merge_patch(target jsonb, patch jsonb) may not be called by": (
        "REVOKE EXECUTE ON FUNCTION tasks_merge_patch FROM PUBLIC, CURRENT_USER"
    ),
    # triggers
    "trigger tasks_keep_version on tasks is missing; it should be: CREATE TRIGGER"
    " tasks_keep_version BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION"
    " tasks_keep_version()": "DROP TRIGGER tasks_keep_version ON tasks",
    "trigger tasks_keep_version on tasks is: CREATE TRIGGER tasks_keep_version BEFORE INSERT OR"
    " UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION tasks_keep_version(); it should be: CREATE"
    " TRIGGER tasks_keep_version BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION"
    " tasks_keep_version()": (
        "CREATE OR REPLACE TRIGGER tasks_keep_version BEFORE INSERT OR UPDATE ON tasks"
        " FOR EACH ROW EXECUTE FUNCTION tasks_keep_version()"
    ),
    "trigger tasks_guard_moves on tasks is: CREATE TRIGGER tasks_guard_moves BEFORE UPDATE ON"
    " tasks FOR EACH ROW WHEN ((old.status = 'PENDING'::taskstatus))": (
        "CREATE OR REPLACE TRIGGER tasks_guard_moves BEFORE UPDATE ON tasks FOR EACH ROW"
        " WHEN (OLD.status = 'PENDING') EXECUTE FUNCTION tasks_guard_moves()"
    ),
    "trigger tasks_keep_version on tasks is: CREATE TRIGGER tasks_keep_version BEFORE UPDATE ON"
    " tasks FOR EACH ROW EXECUTE FUNCTION tasks_fill_birth()": (
        "CREATE OR REPLACE TRIGGER tasks_keep_version BEFORE UPDATE ON tasks"
        " FOR EACH ROW EXECUTE FUNCTION tasks_fill_birth()"
    ),
    "trigger tasks_guard_moves on tasks is: CREATE TRIGGER tasks_guard_moves BEFORE UPDATE ON tasks"
    " FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status))"
    " EXECUTE FUNCTION elsewhere.tasks_guard_moves()": (
        "CREATE SCHEMA elsewhere; CREATE FUNCTION elsewhere.tasks_guard_moves() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE OR REPLACE TRIGGER tasks_guard_moves"
        " BEFORE UPDATE ON tasks FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)"
        " EXECUTE FUNCTION elsewhere.tasks_guard_moves()"
    ),
    "trigger tasks_fill_birth on tasks is disabled; enable it": (
        "ALTER TABLE tasks DISABLE TRIGGER tasks_fill_birth"
    ),
    "trigger tasks_fill_birth on tasks fires on a replica only; enable it": (
        "ALTER TABLE tasks ENABLE REPLICA TRIGGER tasks_fill_birth"
    ),
    "trigger a_stranger on tasks is not one of ours: CREATE TRIGGER a_stranger AFTER DELETE ON"
    " tasks FOR EACH STATEMENT EXECUTE FUNCTION tasks_fill_birth()": (
        "CREATE TRIGGER a_stranger AFTER DELETE ON tasks EXECUTE FUNCTION tasks_fill_birth()"
    ),
    # constraints
    "constraint tasks_moments_check on tasks is missing; it should be: CHECK (": (
        "ALTER TABLE tasks DROP CONSTRAINT tasks_moments_check"
    ),
    "constraint tasks_moments_check on tasks is: CHECK ((created_at < updated_at)); it should": (
        "ALTER TABLE tasks DROP CONSTRAINT tasks_moments_check,"
        " ADD CONSTRAINT tasks_moments_check CHECK (created_at < updated_at)"
    ),
    "constraint tasks_long_check on tasks is not one of ours: CHECK ((length(": (
        "ALTER TABLE tasks ADD CONSTRAINT tasks_long_check CHECK (length(filename) > 0)"
    ),
    "constraint tasks_pkey on tasks is missing; it should be: PRIMARY KEY (id)": (
        "ALTER TABLE tasks DROP CONSTRAINT tasks_pkey"
    ),
    "constraint tasks_pkey on tasks is: PRIMARY KEY (id, version); it should"
    " be: PRIMARY KEY (id)": (
        "ALTER TABLE tasks DROP CONSTRAINT tasks_pkey, ADD PRIMARY KEY (id, version)"
    ),
    "constraint tasks_filename_key on tasks is not one of ours: UNIQUE (filename)": (
        "ALTER TABLE tasks ADD UNIQUE (filename)"
    ),
    "constraint tasks_once on tasks is not one of ours: EXCLUDE USING btree (filename WITH =)": (
        "ALTER TABLE tasks ADD CONSTRAINT tasks_once EXCLUDE (filename WITH =)"
    ),
    "constraint tasks_filename_fkey on tasks is not one of ours: FOREIGN KEY (filename)"
    " REFERENCES files(name)": (
        "CREATE TABLE files (name text PRIMARY KEY);"
        "ALTER TABLE tasks ADD FOREIGN KEY (filename) REFERENCES files"
    ),
    # indexes
    f"{LIST_INDEX_IS}brin (created_at, id){LIST_INDEX_SHOULD_BE}": (
        f"{REBUILD_LIST_INDEX} USING brin (created_at, id)"
    ),
    f"{LIST_INDEX_IS}btree (created_at, id) WHERE (status = 'FAILED'::taskstatus)"
    f"{LIST_INDEX_SHOULD_BE}": f"{REBUILD_LIST_INDEX} (created_at, id) WHERE status = 'FAILED'",
    f"{LIST_INDEX_IS}btree (created_at){LIST_INDEX_SHOULD_BE}": (
        f"{REBUILD_LIST_INDEX} (created_at)"
    ),
    f"{LIST_INDEX_IS}btree (created_at DESC, id){LIST_INDEX_SHOULD_BE}": (
        f"{REBUILD_LIST_INDEX} (created_at DESC, id)"
    ),
    f"{LIST_INDEX_IS}btree (created_at, id another_order){LIST_INDEX_SHOULD_BE}": (
        "CREATE OPERATOR CLASS another_order FOR TYPE uuid USING btree AS OPERATOR 1 <, OPERATOR 2"
        " <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 uuid_cmp(uuid, uuid);"
        f"{REBUILD_LIST_INDEX} (created_at, id another_order)"
    ),
    # the table
    "table tasks is UNLOGGED": "ALTER TABLE tasks SET UNLOGGED",
    "table tasks has row-level security enabled; disable it": (
        "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY"
    ),
    "table tasks has row-level security forced on its owner": (
        "ALTER TABLE tasks FORCE ROW LEVEL SECURITY"
    ),
    "rule no_delete on tasks is not one of ours: CREATE RULE no_delete AS ON DELETE TO": (
        "CREATE RULE no_delete AS ON DELETE TO tasks DO INSTEAD NOTHING"
    ),
    "table old_tasks inherits from tasks": "CREATE TABLE old_tasks () INHERITS (tasks)",
    "table tasks inherits from things": (
        "CREATE TABLE things (); ALTER TABLE tasks INHERIT things"
    ),
    "tasks is a view, it should be a plain table": (
        "ALTER TABLE tasks RENAME TO jobs; CREATE VIEW tasks AS SELECT * FROM jobs"
    ),
    "tasks is a partitioned table, it should be a plain table": (
        "ALTER TABLE tasks RENAME TO jobs;"
        "CREATE TABLE tasks (LIKE jobs INCLUDING DEFAULTS) PARTITION BY RANGE (created_at)"
    ),
    "tasks is no table, it should be a plain table": (
        "ALTER TABLE tasks RENAME TO jobs; CREATE SEQUENCE tasks"
    ),
    'column filename of tasks has the collation "C", it should be that of its type': (
        'ALTER TABLE tasks ALTER filename TYPE varchar(255) COLLATE "C"'
    ),
    # the rest
    "table tasks is missing": "ALTER TABLE tasks RENAME TO jobs",
    "constraint tasks_moments_check of table tasks cannot be compared": (
        "ALTER TABLE tasks RENAME COLUMN updated_at TO changed_at"
    ),
    "The database stands at revision ffffffffffff, this program knows none later than": (
        "UPDATE alembic_version SET version_num = 'ffffffffffff'"
    ),
    "The database stands at revision 2b7e5d90c4a2, this program needs": (
        "UPDATE alembic_version SET version_num = '2b7e5d90c4a2'"
    ),
}
NEEDS_SUPERUSER = ("pg_enum", "OPERATOR CLASS")
"""What stands in a statement that only the superuser may run."""

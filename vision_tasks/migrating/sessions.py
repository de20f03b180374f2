"""Other sessions of the database, as a migration sees and names them."""

from typing import Any

from sqlalchemy import Connection, text

# What may be sensitive is left out: a query holds data.
_COLUMNS = """
    session.pid, session.usename, session.application_name, host(session.client_addr) AS address,
    session.backend_type, session.state, round(extract(epoch FROM clock_timestamp() -
      coalesce(session.xact_start, session.backend_start)))::bigint AS seconds"""
_BLOCKERS = text(f"""
SELECT blocker.pid = 0 AS is_prepared, {_COLUMNS}
  FROM unnest(pg_blocking_pids(:pid)) AS blocker (pid)
  LEFT JOIN pg_stat_activity AS session USING (pid)
 ORDER BY session.xact_start NULLS LAST""")  # noqa: S608
_ADVISORY_HOLDERS = text(f"""
SELECT false AS is_prepared, {_COLUMNS}
  FROM pg_locks JOIN pg_stat_activity AS session USING (pid)
 WHERE locktype = 'advisory' AND granted AND objsubid = 1
   AND (classid::bigint << 32) + objid::bigint = :key
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""")  # noqa: S608


def find_blockers(connection: Connection, pid: int) -> tuple[str, ...]:
    """Describe the sessions that hold what the server process `pid` waits for; none: no wait."""
    return tuple(_describe(row) for row in connection.execute(_BLOCKERS, {"pid": pid}))


def find_advisory_holder(connection: Connection, key: int) -> str:
    """Describe the session that holds the advisory lock `key`."""
    rows = connection.execute(_ADVISORY_HOLDERS, {"key": key}).all()
    return _describe(rows[0]) if rows else "it has just ended"


def get_backend_pid(connection: Connection) -> int:
    """Ask which server process answers this connection."""
    return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def _describe(row: Any) -> str:
    if row.is_prepared:
        return "a prepared transaction (see pg_prepared_xacts)"
    if row.backend_type not in (None, "client backend"):
        return f"the server's own {row.backend_type} (pid {row.pid})"
    # Of other roles' sessions PostgreSQL tells little to whom it owes no more.
    known = [f"role {row.usename}"] if row.usename else []
    known += [f"application {row.application_name}"] if row.application_name else []
    known += [f"from {row.address}"] if row.address else []
    known += [f"{row.state}, {row.seconds} s"] if row.state else []
    return f"session {row.pid} ({', '.join(known)})" if known else f"session {row.pid}"

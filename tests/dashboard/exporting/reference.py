"""An export as it has to be, written task by task and without haste."""

import csv
import io
import json
from datetime import UTC

from dashboard.exporting.inert import make_inert

ID = "00000000-0000-0000-0000-000000000001"
MOMENT = "2026-11-25T00:00:00.000000Z"


def format_copied(filename, result):
    """A row as PostgreSQL's COPY writes it as CSV."""
    row = _write_row([ID, "PENDING", filename, result or "", 1, MOMENT, MOMENT])
    return row.removesuffix("\r\n").encode() + b"\n"


def format_csv(filename, result, *, task_id=ID, status="PENDING", version=1, moments=None):
    name, text = make_inert(filename), make_inert(result or "")
    return _write_row([task_id, status, name, text, version, *(moments or [MOMENT, MOMENT])])


def write_csv(cursor):
    """All tasks as one file of CSV."""
    head = "\ufeffid,status,filename,result,version,created_at,updated_at\r\n"
    return head + "".join(
        format_csv(
            task["filename"],
            task["result"],
            task_id=task["id"],
            status=task["status"],
            version=task["version"],
            moments=[_format_moment(task[name]) for name in ("created_at", "updated_at")],
        )
        for task in _fetch_tasks(cursor)
    )


def write_lines(cursor):
    """All tasks as lines of JSON."""
    return "".join(map(_format_line, _fetch_tasks(cursor)))


def _fetch_tasks(cursor):
    cursor.execute(
        "SELECT id::text, status::text, filename, result::text, version, created_at, updated_at"
        " FROM tasks ORDER BY created_at DESC, id DESC"
    )
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _format_line(task):
    name = json.dumps(task["filename"], ensure_ascii=False)
    result = "" if task["result"] is None else f', "result": {task["result"]}'
    return (
        f'{{"id": "{task["id"]}", "status": "{task["status"]}", "filename": {name}{result},'
        f' "version": {task["version"]}, "created_at": "{_format_moment(task["created_at"])}",'
        f' "updated_at": "{_format_moment(task["updated_at"])}"}}\n'
    )


def _format_moment(moment):
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _write_row(cells):
    file = io.StringIO()
    csv.writer(file).writerow(cells)
    return file.getvalue()

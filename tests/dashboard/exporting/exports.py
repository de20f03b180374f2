"""Exports as somebody asks for them, and what came of them."""

import csv
import io
import json

from tests.dashboard.forms import read_export_form


def fetch_entries(cursor):
    cursor.execute(
        "SELECT actor, tasks, after, task_id, before FROM task_changes WHERE action = 'export'"
        " ORDER BY id"
    )
    return cursor.fetchall()


def export(client, chosen="csv", **query):
    return read_export_form(client.get("/admin/tasks/export", query_string=query)).send(
        client, format=chosen
    )


def read_csv(answer):
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def read_lines(answer):
    return [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]

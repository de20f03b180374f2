"""`tasks_merge_patch` against the examples of RFC 7396, appendix A."""

import json
from typing import Any

import pytest

from tests.databases import psql
from vision_tasks.config import Settings

EXAMPLES = [
    ('{"a":"b"}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'),
    ('{"a":"b"}', '{"a":null}', "{}"),
    ('{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'),
    ('{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'),
    ('{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'),
    ('{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'),
    ('["a","b"]', '["c","d"]', '["c","d"]'),
    ('{"a":"b"}', '["c"]', '["c"]'),
    ('{"a":"foo"}', "null", "null"),
    ('{"a":"foo"}', '"bar"', '"bar"'),
    ('{"e":null}', '{"a":1}', '{"e":null,"a":1}'),
    ("[1,2]", '{"a":"b","c":null}', '{"a":"b"}'),
    ("{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'),
    (None, '{"a":{"b":null,"c":1}}', '{"a":{"c":1}}'),
]


@pytest.mark.parametrize(("target", "patch", "merged"), EXAMPLES)
def test_a_patch_merges_as_the_rfc_says(
    settings: Settings, target: str | None, patch: str, merged: str
) -> None:
    assert _merge(settings, target, patch) == json.loads(merged)


def test_no_digit_is_lost_on_the_way(settings: Settings) -> None:
    with psql(settings) as cursor:
        cursor.execute(
            "SELECT tasks_merge_patch('{\"a\": 0.1000000000000000055511151231257827}',"
            " '{\"b\": 123456789012345678901234567890}')::text"
        )
        assert cursor.fetchone()[0] == (
            '{"a": 0.1000000000000000055511151231257827, "b": 123456789012345678901234567890}'
        )


def _merge(settings: Settings, target: str | None, patch: str) -> Any:
    with psql(settings) as cursor:
        cursor.execute("SELECT tasks_merge_patch(%s::jsonb, %s::jsonb)", (target, patch))
        return cursor.fetchone()[0]

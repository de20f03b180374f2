import pytest

from vision_tasks.sending.entries import Rejection, read_wish
from vision_tasks.sending.lines import Line


def _reject(source: bytes, *, is_ndjson: bool = True) -> tuple[str, str]:
    read = read_wish(Line(7, source), is_ndjson=is_ndjson)
    assert isinstance(read, Rejection)
    assert read.line == Line(7, source)
    return read.field, read.reason


@pytest.mark.parametrize(
    ("source", "field", "word"),
    [
        (b"ca\xff.png", "filename", "not UTF-8 (byte 3)"),
        (b"  ", "filename", "blank"),
        (b"x" * 256, "filename", "256 characters"),
        (b"a.png\r", "filename", "U+000D"),
        (b"a\nb.png", "filename", "U+000A"),
    ],
)
def test_a_name_that_cannot_be_one_is_rejected(source: bytes, field: str, word: str) -> None:
    found, reason = _reject(source, is_ndjson=False)
    assert found == field
    assert word in reason


@pytest.mark.parametrize(
    ("source", "field", "word"),
    [
        (b"{", "line", "no valid JSON"),
        (b'"a.png"', "line", "JSON object"),
        (b'{"filename": "\xff"}', "line", "not UTF-8"),
        (b'{"filename": "a", "filename": "b"}', "line", "twice"),
        (b'{"filename": "a", "status": "FAILED"}', "status", "cannot be set"),
        (b"{}", "filename", "missing"),
        (b'{"filename": 1}', "filename", "string"),
        (b'{"filename": "a", "id": null}', "id", "version 4"),
        (b'{"filename": "a", "id": 1}', "id", "version 4"),
        (b'{"filename": "a", "id": "6f1c2b9e-8d3a-1c55-9b0e-2f7a1d4c8e90"}', "id", "version 4"),
        (b'{"filename": "a", "id": "6f1c2b9e8d3a4c559b0e2f7a1d4c8e90"}', "id", "version 4"),
    ],
)
def test_an_object_that_cannot_be_a_task_is_rejected(source: bytes, field: str, word: str) -> None:
    found, reason = _reject(source)
    assert found == field
    assert word in reason

import os
from tempfile import TemporaryFile

import pytest

from vision_tasks.sending.errors import SendingStoppedError
from vision_tasks.sending.lines import BLOCK_BYTES, LINE_MAX_BYTES, Line, read_lines


def _read(data: bytes, separator: bytes = b"\n") -> list[Line]:
    with TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        return [line for line in read_lines(file.fileno(), separator) if line]


def test_lines_are_numbered_from_one_and_the_last_needs_no_end() -> None:
    assert _read(b"a\n\nb") == [Line(1, b"a"), Line(2, b""), Line(3, b"b")]


def test_names_that_end_with_nul_may_hold_line_ends() -> None:
    assert _read(b"a\nb\0c\0", b"\0") == [Line(1, b"a\nb"), Line(2, b"c")]


def test_nothing_is_no_line() -> None:
    assert _read(b"") == []


def test_a_line_beyond_the_limit_is_left_out_and_the_next_is_not() -> None:
    longest = b"x" * LINE_MAX_BYTES
    data = b"x%b\n%b\n%b\nb" % (longest, longest, longest * 3)
    assert _read(data) == [Line(1, None), Line(2, longest), Line(3, None), Line(4, b"b")]


def test_a_line_over_several_blocks_is_one_line() -> None:
    assert _read(b"x" * (3 * BLOCK_BYTES)) == [Line(1, None)]
    assert _read(b"x" * (3 * BLOCK_BYTES) + b"\na") == [Line(1, None), Line(2, b"a")]


def test_a_line_that_begins_in_one_block_and_ends_in_the_next_is_whole() -> None:
    data = b"\n".join(b"%d.png" % number for number in range(60_000))
    assert len(data) > 2 * BLOCK_BYTES
    assert b"\n".join(line.source or b"" for line in _read(data)) == data


def test_a_directory_is_no_input() -> None:
    descriptor = os.open(".", os.O_RDONLY)
    try:
        with pytest.raises(SendingStoppedError, match="Standard input"):
            list(read_lines(descriptor, b"\n"))
    finally:
        os.close(descriptor)

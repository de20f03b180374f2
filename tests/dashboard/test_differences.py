"""Differing lines are marked, long equal runs skipped, and time stays bounded."""

import time

from dashboard.differences import Kind, Line, mark_differences


def test_lines_that_came_and_went_are_marked():
    assert mark_differences("a\nb\nc", "a\nB\nc") == [
        Line(Kind.SAME, "a"),
        Line(Kind.REMOVED, "b"),
        Line(Kind.ADDED, "B"),
        Line(Kind.SAME, "c"),
    ]


def test_equal_texts_have_no_marks():
    assert {line.kind for line in mark_differences("a\nb", "a\nb")} == {Kind.SAME}


def test_a_long_equal_run_is_skipped_and_counted():
    old = [str(number) for number in range(100)]
    lines = mark_differences("\n".join(old), "\n".join([*old, "new"]))
    assert lines[0] == Line(Kind.SKIPPED, "… 97 lines alike …")
    assert lines[-1] == Line(Kind.ADDED, "new")


def test_texts_without_a_common_line_take_no_quadratic_time():
    old, new = ("\n".join(f"{side}{n}" for n in range(50_000)) for side in "ab")
    # The time of this process alone, whatever else the machine does.
    start = time.process_time()
    lines = mark_differences(old, new)
    assert time.process_time() - start < 2
    assert {line.kind for line in lines} == {Kind.ADDED}

"""A run that was cut off and is sent again: all of it is there, and nothing twice."""

import random
import signal
from pathlib import Path

import pytest

from tests.vision_tasks.sending.senders import Sender, Sent, join_names, send, start_sending
from tests.vision_tasks.sending.stand_in import PATIENCE_SECONDS, StandIn
from tests.waiting import wait_for

NAMES = [f"./pictures/{number}.png" for number in range(2_000)] + ["./same.png"] * 20
SMALL = ("--chunk-lines", "100")


def _cut_off(desk: StandIn, *options: str, with_signal: signal.Signals = signal.SIGKILL) -> Sent:
    # While its request is with the server, which will have stored it.
    desk.holds_from = 700
    with start_sending(desk.url, *SMALL, *options) as sender:
        sender.write(join_names(NAMES))
        assert desk.held.wait(PATIENCE_SECONDS)
        sender.signal(with_signal)
        sent = sender.wait_with_open_input()
    desk.holds_from = None
    before = len(desk.tasks)
    desk.released.set()
    wait_for(lambda: len(desk.tasks) > before, "the request that was held")
    assert len(desk.tasks) < len(NAMES)
    return sent


def test_the_same_input_again_stores_what_is_missing(desk: StandIn) -> None:
    cut = _cut_off(desk)
    assert cut.status == -signal.SIGKILL
    sent = send(desk.url, join_names(NAMES), *SMALL, "--resume", cut.run)
    assert sent.status == 0
    assert desk.names == sorted(NAMES)
    assert sent.end == "Sent 2,020 lines: 2,020 stored, 0 rejected."


def test_another_order_with_more_and_fewer_names_stores_what_is_missing(desk: StandIn) -> None:
    cut = _cut_off(desk)
    stored = desk.names
    names = random.Random(7).sample(NAMES, len(NAMES))
    gone = next(name for name in names if name in stored and name != "./same.png")
    names = [name for name in names if name != gone] + ["new.png", "./same.png"]
    sent = send(desk.url, join_names(names), *SMALL, "--resume", cut.run)
    assert sent.status == 0
    assert desk.names == sorted([*names, gone])
    assert f"{len(stored) - 1:,} there already" in sent.end


def test_other_options_for_chunks_and_compression_make_no_double(desk: StandIn) -> None:
    cut = _cut_off(desk)
    sent = send(desk.url, join_names(NAMES), "--chunk-lines", "70", "--gzip", "--resume", cut.run)
    assert sent.status == 0
    assert desk.names == sorted(NAMES)


def test_a_server_that_has_forgotten_the_first_answers_makes_no_double(desk: StandIn) -> None:
    cut = _cut_off(desk)
    desk.forgets_keys = True
    before = len(desk.tasks)
    sent = send(desk.url, join_names(NAMES), *SMALL, "--resume", cut.run)
    assert sent.status == 0
    assert desk.names == sorted(NAMES)
    missing = len(NAMES) - before
    assert sent.end == (
        f"Sent 2,020 lines: {missing:,} stored, {before} there already, 0 rejected."
    )


def test_lines_beyond_those_that_an_answer_names_are_counted_right(desk: StandIn) -> None:
    cut = _cut_off(desk)
    desk.forgets_keys, desk.max_listed = True, 7
    before = len(desk.tasks)
    desk.refused_names = {"./pictures/1990.png", "./pictures/1991.png"}
    names = random.Random(7).sample(NAMES, len(NAMES))
    sent = send(desk.url, join_names(names), *SMALL, "--resume", cut.run)
    assert sent.status == 2
    missing = len(NAMES) - before - 2
    assert sent.end == (
        f"Sent 2,020 lines: {missing:,} stored, {before} there already, 2 rejected."
    )


def test_a_chunk_that_is_there_already_is_sent_once(desk: StandIn) -> None:
    run = send(desk.url, join_names(NAMES)).run
    desk.forgets_keys, desk.max_listed = True, 7
    first = len(desk.requests)
    sent = send(desk.url, join_names(NAMES), "--resume", run)
    assert sent.end == "Sent 2,020 lines: 0 stored, 2,020 there already, 0 rejected."
    assert len(desk.requests) == 2 * first


def test_a_run_with_a_name_of_its_own_is_resumed_by_the_same_command(desk: StandIn) -> None:
    _cut_off(desk, "--name", "ingest-2026-11-25")
    for _ in range(2):
        assert send(desk.url, join_names(NAMES), "--name", "ingest-2026-11-25").status == 0
        assert desk.names == sorted(NAMES)


def test_lines_with_ids_of_their_own_are_there_already_when_a_run_is_resumed(
    desk: StandIn,
) -> None:
    line = b'{"id": "6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90", "filename": "a.png"}\n'
    run = send(desk.url, line, "--ndjson").run
    desk.forgets_keys = True
    sent = send(desk.url, line, "--ndjson", "--resume", run)
    assert sent.status == 0
    assert sent.end == "Sent 1 line: 0 stored, 1 there already, 0 rejected."


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_with_how_to_go_on(desk: StandIn, number: signal.Signals) -> None:
    cut = _cut_off(desk, with_signal=number)
    assert cut.status == 130
    assert "Traceback" not in cut.printed
    assert "Stopped." in cut.printed
    assert f"with --resume {cut.run}" in cut.end
    assert send(desk.url, join_names(NAMES), "--resume", cut.run).status == 0
    assert desk.names == sorted(NAMES)


def test_an_interruption_is_heard_while_a_pipe_says_nothing(desk: StandIn) -> None:
    with start_sending(desk.url, "--chunk-lines", "1") as sender:
        sender.write(b"a.png\n")
        wait_for(lambda: desk.tasks, "the first task")
        sender.signal(signal.SIGINT)
        cut = sender.wait_with_open_input()
    assert cut.status == 130
    assert "Fatal" not in cut.printed
    assert "Traceback" not in cut.printed


def test_an_interruption_is_heard_while_the_server_is_away(desk: StandIn) -> None:
    desk.faults.append((503, {"Retry-After": "200"}, b"{}"))
    with start_sending(desk.url) as sender:
        sender.write(b"a.png\n")
        sender.close_input()
        wait_for(lambda: not desk.faults, "the first request")
        sender.signal(signal.SIGINT)
        assert sender.wait().status == 130


def test_names_that_trickle_in_do_not_wait_for_a_full_chunk(desk: StandIn) -> None:
    with start_sending(desk.url) as sender:
        sender.write(b"a.png\n")
        wait_for(lambda: desk.tasks, "a task although the pipe is open")


def test_memory_stays_flat(desk: StandIn, tmp_path: Path) -> None:
    def measure(lines: int) -> int:
        source = tmp_path / "names.txt"
        source.write_bytes(join_names(f"./pictures/{number}.png" for number in range(lines)))
        with start_sending(desk.url, source=source) as sender:
            return _wait_and_measure(sender)

    few, many = measure(20_000), measure(150_000)
    assert many - few < 16 * 1024 * 1024


def _wait_and_measure(sender: Sender) -> int:
    peak = 0
    while (now := sender.measure_bytes()) is not None:
        peak = max(peak, now)
    return peak

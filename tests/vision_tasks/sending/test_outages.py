"""A server that refuses, is away, or vanishes in the middle."""

import json
import re
import time
from email.utils import formatdate

import pytest

from tests.keys import KEY
from tests.servers import find_free_port
from tests.vision_tasks.sending.senders import join_names, send
from tests.vision_tasks.sending.stand_in import StandIn, problem

NAMES = [f"{number}.png" for number in range(300)]
BUSY = problem("overloaded", "The server has as much to do as it can hold; try again shortly.")


@pytest.mark.parametrize("fault", ["drop", "store and drop", "store and cut"])
def test_an_answer_that_never_came_makes_no_double(desk: StandIn, fault: str) -> None:
    desk.faults.extend([fault] * 2)
    sent = send(desk.url, join_names(NAMES), "--chunk-lines", "100")
    assert sent.status == 0
    assert desk.names == sorted(NAMES)
    assert sent.end == "Sent 300 lines: 300 stored, 0 rejected."


def test_an_answer_that_never_came_from_a_server_without_memory_makes_no_double(
    desk: StandIn,
) -> None:
    desk.forgets_keys = True
    desk.faults.append("store and drop")
    sent = send(desk.url, join_names(NAMES))
    assert sent.status == 0
    assert desk.names == sorted(NAMES)
    assert sent.end == "Sent 300 lines: 0 stored, 300 there already, 0 rejected."


def test_a_connection_that_the_server_has_left_in_a_pause_is_no_outage(desk: StandIn) -> None:
    desk.faults.extend(["store and leave"] * 3)
    sent = send(desk.url, b"a.png\nb.png\nc.png\n", "--chunk-lines", "1")
    assert sent.status == 0
    assert desk.names == ["a.png", "b.png", "c.png"]
    assert "Trying again" not in sent.printed


def test_an_idempotency_key_that_is_too_old_stops_nobody(desk: StandIn) -> None:
    desk.faults.append((422, {}, problem("idempotency_key_reused", "Too long ago.")))
    assert send(desk.url, b"a.png").status == 0
    assert desk.names == ["a.png"]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_is_busy_is_asked_again(desk: StandIn, status: int) -> None:
    desk.faults.append((status, {}, BUSY))
    sent = send(desk.url, b"a.png")
    assert sent.status == 0
    assert desk.names == ["a.png"]
    assert f"answers {status}" in sent.printed
    assert BUSY["detail"] in sent.printed


@pytest.mark.parametrize("delay", ["2", lambda: formatdate(time.time() + 3, usegmt=True)])
def test_the_server_says_how_long_to_wait(desk: StandIn, delay) -> None:
    desk.faults.append((503, {"Retry-After": delay if delay == "2" else delay()}, BUSY))
    began = time.monotonic()
    assert send(desk.url, b"a.png").status == 0
    assert time.monotonic() - began > 1.9


def test_a_wait_beyond_the_bound_is_not_begun(desk: StandIn) -> None:
    desk.faults.append((503, {"Retry-After": "3600"}, BUSY))
    began = time.monotonic()
    sent = send(desk.url, b"a.png", "--give-up-after", "20")
    assert time.monotonic() - began < 20
    assert sent.status == 1
    assert "It asks to wait 3600 seconds." in sent.printed
    assert f"--resume {sent.run}" in sent.end


def test_a_server_that_stays_away_ends_it_with_how_to_go_on() -> None:
    url = f"http://127.0.0.1:{find_free_port()}"
    sent = send(url, b"a.png\nb.png", "--give-up-after", "1")
    assert sent.status == 1
    assert "Connection refused" in sent.printed
    assert sent.end.startswith("So far 0 lines: 0 stored, 0 rejected.")
    assert f"with --resume {sent.run}" in sent.end


@pytest.mark.parametrize(
    ("status", "code"), [(401, "unauthenticated"), (403, "insufficient_scope"), (422, "odd")]
)
def test_a_refusal_ends_it_at_once_with_what_the_server_said(
    desk: StandIn, status: int, code: str
) -> None:
    desk.faults.append((status, {}, problem(code, "Because of the weather.")))
    sent = send(desk.url, b"a.png")
    assert sent.status == 1
    assert f"answers {status}" in sent.printed
    assert "Because of the weather." in sent.printed
    assert f"--resume {sent.run}" in sent.end
    assert len(desk.requests) == 0


@pytest.mark.parametrize(
    "answer",
    [
        (200, {}, b"<html>Welcome to the hotel</html>"),
        (201, {}, b"[]"),
        (201, {}, {"created": 5, "rejected": 0, "taken": 0, "errors": []}),
        (201, {}, {"created": 0, "rejected": 1, "taken": 0, "errors": []}),
        (302, {"Location": "http://127.0.0.1:9/elsewhere"}, b""),
        (404, {}, b"<html>"),
    ],
)
def test_an_answer_that_no_desk_gives_is_not_taken_for_one(desk: StandIn, answer) -> None:
    desk.faults.append(answer)
    sent = send(desk.url, b"a.png")
    assert sent.status == 1
    assert f"answers {answer[0]}" in sent.printed
    assert len(desk.requests) == 0


def test_the_key_is_in_nothing_that_is_printed_even_if_the_server_repeats_it(
    desk: StandIn,
) -> None:
    desk.faults.append((503, {}, problem("overloaded", f"You sent {KEY} too often.")))
    desk.faults.append((403, {}, problem("insufficient_scope", f"{KEY} may not.")))
    sent = send(desk.url, b"a.png", "--key", KEY)
    assert sent.status == 1
    assert "[key] may not." in sent.printed
    assert KEY not in sent.printed


def test_what_the_server_says_cannot_steer_the_terminal(desk: StandIn) -> None:
    desk.faults.append((403, {}, json.dumps(problem("no", "\x1b[2J\u202egone")).encode()))
    printed = send(desk.url, b"a.png").printed
    assert re.search("[\x00-\x09\x0b-\x1f\u202e]", printed) is None
    assert "gone" in printed

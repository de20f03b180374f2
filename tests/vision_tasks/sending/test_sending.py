"""What becomes of the lines, and what is said about them."""

import base64
import json
from pathlib import Path

import pytest

from tests.keys import KEY
from tests.vision_tasks.sending.senders import join_names, send
from tests.vision_tasks.sending.stand_in import StandIn
from vision_tasks.sending.report import SHOWN_REJECTIONS

NAMES = [f"./pictures/{number}.png" for number in range(500)]
OWN_ID = "6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90"


def test_each_name_becomes_a_task(desk: StandIn) -> None:
    sent = send(desk.url, join_names(NAMES), "--chunk-lines", "100")
    assert sent.status == 0
    assert desk.names == sorted(NAMES)
    assert sent.end == "Sent 500 lines: 500 stored, 0 rejected."
    assert len(desk.requests) > 4


def test_what_is_sent_follows_the_contract(desk: StandIn) -> None:
    send(desk.url, b"a.png")
    (request,) = desk.requests
    assert request["headers"]["content-type"] == "application/x-ndjson"
    assert request["headers"]["prefer"] == "handling=lenient, return=minimal"
    assert len(request["headers"]["idempotency-key"]) == 64
    assert "content-encoding" not in request["headers"]
    assert request["body"].count(b"\n") == 1


def test_nothing_to_send_asks_nothing_of_the_server(desk: StandIn) -> None:
    sent = send(desk.url, b"\n\n")
    assert sent.status == 0
    assert sent.end == "Sent 0 lines: 0 stored, 0 rejected."
    assert desk.requests == []


def test_names_of_find_print0_may_hold_anything_that_a_filename_may(desk: StandIn) -> None:
    names = ['"quoted".png', "back\\slash.png", " añil 🎈.png", "-0.png"]
    assert send(desk.url, join_names(names, "\0"), "-0").status == 0
    assert desk.names == sorted(names)


def test_objects_are_sent_with_their_own_id_where_they_bring_one(desk: StandIn) -> None:
    lines = [f'{{"id": "{OWN_ID}", "filename": "a.png"}}', '{"filename": "b.png"}']
    assert send(desk.url, join_names(lines), "--ndjson").status == 0
    assert desk.tasks[OWN_ID] == "a.png"
    assert desk.names == ["a.png", "b.png"]


def test_a_repeated_name_is_a_task_each_time(desk: StandIn) -> None:
    assert send(desk.url, b"a.png\na.png\nb.png\na.png\n").status == 0
    assert desk.names == ["a.png", "a.png", "a.png", "b.png"]


def test_sending_the_same_names_once_more_on_purpose_makes_new_tasks(desk: StandIn) -> None:
    for _ in range(2):
        assert send(desk.url, b"a.png\n").status == 0
    assert desk.names == ["a.png", "a.png"]


def test_a_bad_line_is_named_and_the_others_are_sent(desk: StandIn, tmp_path: Path) -> None:
    file = tmp_path / "rejected.ndjson"
    data = b"a.png\n\ncaf\xe9.png\n%b\nb.png\n" % (b"x" * 300)
    sent = send(desk.url, data, "--rejected", str(file))
    assert sent.status == 2
    assert desk.names == ["a.png", "b.png"]
    assert "line 3: filename is not UTF-8 (byte 4)" in sent.printed
    assert "line 4: filename has 300 characters" in sent.printed
    assert sent.end == "Sent 4 lines: 2 stored, 2 rejected."
    third, fourth = (json.loads(line) for line in file.read_text().splitlines())
    assert (third["line"], third["field"]) == (3, "filename")
    assert base64.b64decode(third["input_base64"]) == b"caf\xe9.png"
    assert (fourth["line"], fourth["input"]) == (4, "x" * 300)


def test_what_the_server_rejects_is_named_by_its_line_in_the_input(desk: StandIn) -> None:
    desk.refused_names = {"7.png"}
    data = b"\n" + join_names(f"{number}.png" for number in range(20))
    sent = send(desk.url, data, "--chunk-lines", "4")
    assert sent.status == 2
    assert "line 9: filename is refused by a newer rule." in sent.printed
    assert len(desk.tasks) == 19


def test_lines_beyond_those_the_server_names_are_named_nevertheless(
    desk: StandIn, tmp_path: Path
) -> None:
    desk.max_listed = 3
    desk.refused_names = {f"{number}.png" for number in range(0, 100, 4)}
    file = tmp_path / "rejected.ndjson"
    data = join_names(f"{number}.png" for number in range(100))
    sent = send(desk.url, data, "--rejected", str(file))
    assert sent.end == "Sent 100 lines: 75 stored, 25 rejected."
    assert {json.loads(line)["input"] for line in file.read_text().splitlines()} == (
        desk.refused_names
    )


def test_an_id_that_somebody_else_has_taken_is_a_rejected_line(desk: StandIn) -> None:
    desk.tasks[OWN_ID] = "another.png"
    line = f'{{"id": "{OWN_ID}", "filename": "a.png"}}\n'.encode()
    sent = send(desk.url, line, "--ndjson")
    assert sent.status == 2
    assert "line 1: id is taken." in sent.printed


def test_many_bad_lines_do_not_flood_the_terminal(desk: StandIn, tmp_path: Path) -> None:
    file = tmp_path / "rejected.ndjson"
    sent = send(desk.url, b"\xff\n" * 1000, "--rejected", str(file))
    assert sent.status == 2
    assert sent.printed.count("is not UTF-8") == SHOWN_REJECTIONS
    assert sent.end == "Sent 1,000 lines: 0 stored, 1,000 rejected."
    assert len(file.read_text().splitlines()) == 1000


def test_a_disk_without_room_for_the_rejected_lines_is_told_of_and_no_traceback(
    desk: StandIn,
) -> None:
    sent = send(desk.url, b"\xff\n", "--rejected", "/dev/full")
    assert sent.status == 1
    assert "The file of --rejected cannot be written (No space left on device)." in sent.printed
    assert "To go on" in sent.end


def test_a_body_that_is_too_large_for_the_server_is_sent_in_parts(desk: StandIn) -> None:
    desk.max_bytes = 2_000
    assert send(desk.url, join_names(NAMES)).status == 0
    assert desk.names == sorted(NAMES)


def test_compression_can_be_asked_for(desk: StandIn) -> None:
    assert send(desk.url, join_names(NAMES), "--gzip").status == 0
    assert desk.requests[0]["headers"]["content-encoding"] == "gzip"
    assert desk.names == sorted(NAMES)


def test_a_desk_below_another_path_is_reached(desk: StandIn) -> None:
    assert send(f"{desk.url}/", b"a.png", "--api-path", "api/v1/").status == 0
    sent = send(f"{desk.url}/desk", b"a.png")
    assert sent.status == 1
    assert "404 Not Found" in sent.printed


@pytest.mark.parametrize(
    "options", [["--rejected", "/nowhere/x"], ["--key-file", "/nowhere"], ["--name", "two words"]]
)
def test_an_option_that_will_not_do_is_one_line(desk: StandIn, options: list[str]) -> None:
    sent = send(desk.url, b"a.png", *options)
    assert sent.status == 1
    assert sent.printed.count("\n") == 1
    assert options[0] in sent.printed
    assert desk.requests == []


def test_the_key_can_come_from_a_file_or_an_option(desk: StandIn, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    assert send(desk.url, b"a.png", "--key-file", str(file), key="vt_wrong").status == 0
    assert send(desk.url, b"a.png", "--key", KEY, key="vt_wrong").status == 0
    assert len(desk.tasks) == 2

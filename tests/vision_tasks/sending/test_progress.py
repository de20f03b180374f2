"""What is seen on a terminal, and what where there is none."""

import os
import pty
import re
import subprocess
from pathlib import Path

from tests.vision_tasks.sending.senders import (
    SECONDS,
    join_names,
    make_command,
    make_environment,
    send,
)
from tests.vision_tasks.sending.stand_in import StandIn

NAMES = [f"{number}.png" for number in range(1000)]


def _watch(url: str, source: Path | None = None) -> str:
    terminal, screen = pty.openpty()
    with (source or Path(os.devnull)).open("rb") as file:
        process = subprocess.Popen(
            make_command(url, "--chunk-lines", "100"),
            stdin=file if source else subprocess.PIPE,
            stderr=screen,
            env=make_environment(),
        )
    os.close(screen)
    if process.stdin:
        process.stdin.write(join_names(NAMES))
        process.stdin.close()
    seen = b""
    while block := _read(terminal):
        seen += block
    os.close(terminal)
    assert process.wait(SECONDS) in (0, 2)
    return seen.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:
        # So Linux says that nobody writes to it any more.
        return b""


def _show(seen: str) -> list[str]:
    # What is left on a screen where \r begins a line anew.
    lines = []
    for written in seen.replace("\r\n", "\n").split("\n"):
        line = ""
        for part in written.split("\r"):
            line = part + line[len(part) :]
        lines.append(line.rstrip())
    return lines


def test_a_terminal_shows_how_far_it_is_and_keeps_only_the_end(desk: StandIn) -> None:
    seen = _watch(desk.url)
    assert re.search(r"\r[\d,]+ sent, [\d,]+/s, 0 rejected", seen)
    first, end, rest = _show(seen)
    assert first.startswith("Run ")
    assert end == "Sent 1,000 lines: 1,000 stored, 0 rejected."
    assert rest == ""


def test_a_file_has_a_bar_because_its_length_is_known(desk: StandIn, tmp_path: Path) -> None:
    source = tmp_path / "names.txt"
    source.write_bytes(join_names(NAMES))
    assert re.search(r"\r\[#* *\] +\d+%  [\d,]+ sent", _watch(desk.url, source))


def test_a_message_stands_on_a_line_of_its_own(desk: StandIn) -> None:
    desk.refused_names = {"900.png"}
    lines = _show(_watch(desk.url))
    assert "line 901: filename is refused by a newer rule." in lines


def test_without_a_terminal_there_is_one_line_at_the_end(desk: StandIn) -> None:
    sent = send(desk.url, join_names(NAMES), "--chunk-lines", "100")
    assert "\r" not in sent.printed
    assert sent.printed.count("\n") == 2

"""The command and the API, each as processes, whichever of them is killed."""

import json
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.databases import psql
from tests.servers import find_free_port, format_environment, serve_api, wait_until_answers
from tests.vision_tasks.sending.senders import join_names, send, start_sending
from tests.waiting import wait_for
from vision_tasks.config import Settings

NAMES = [f"./pictures/{number}.png" for number in range(10_000)] + ["./same.png"] * 50
HALF = len(NAMES) // 2
SMALL = ("--chunk-lines", "400")
KILLED_SECONDS = 10


def _fetch_names(settings: Settings) -> list[str]:
    with psql(settings) as cursor:
        cursor.execute("SELECT filename FROM tasks")
        return sorted(name for (name,) in cursor.fetchall())


def _count(settings: Settings) -> int:
    return len(_fetch_names(settings))


@contextmanager
def _serve_at(settings: Settings, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port)]
    process = subprocess.Popen([*command, "asgi:app"], env=format_environment(settings))
    try:
        wait_until_answers(f"http://127.0.0.1:{port}/livez", process.poll)
        yield process
    finally:
        process.terminate()
        process.wait(KILLED_SECONDS)


def _kill(process: subprocess.Popen[bytes]) -> None:
    workers = psutil.Process(process.pid).children(recursive=True)
    for one in (process, *workers):
        one.kill()
    assert psutil.wait_procs(workers, timeout=KILLED_SECONDS)[1] == []


def _send_half_and_kill(url: str, settings: Settings) -> str:
    with start_sending(url, *SMALL) as sender:
        sender.write(join_names(NAMES[:HALF]))
        wait_for(lambda: _count(settings) > HALF // 2, "half of what was written")
        sender.signal(signal.SIGKILL)
        sent = sender.wait_with_open_input()
    assert sent.status == -signal.SIGKILL
    return sent.run


def test_what_find_prints_becomes_tasks(settings: Settings, tmp_path: Path) -> None:
    for name in ("a.png", "añil b.png", 'c"\\.png', "new\nline.png"):
        (tmp_path / name).touch()
    found = subprocess.run(
        ["find", ".", "-name", "*.png", "-print0"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        check=True,
    )
    with serve_api(settings) as url:
        sent = send(url, found.stdout, "-0")
    assert sent.status == 2
    assert "filename must not hold U+000A" in sent.printed
    assert _fetch_names(settings) == ["./a.png", "./añil b.png", './c"\\.png']


def test_a_sender_that_is_killed_is_resumed_without_a_double(settings: Settings) -> None:
    with serve_api(settings) as url:
        run = _send_half_and_kill(url, settings)
        assert _count(settings) <= HALF
        sent = send(url, join_names(NAMES), *SMALL, "--resume", run)
        assert sent.status == 0
        assert _fetch_names(settings) == sorted(NAMES)


def test_a_sender_that_is_killed_is_resumed_in_another_order_without_a_double(
    settings: Settings,
) -> None:
    with serve_api(settings) as url:
        run = _send_half_and_kill(url, settings)
        names = random.Random(7).sample(NAMES, len(NAMES))
        sent = send(url, join_names([*names, "./new.png"]), "--gzip", "--resume", run)
        assert sent.status == 0
        assert "there already" in sent.end
        assert _fetch_names(settings) == sorted([*NAMES, "./new.png"])


def test_a_server_that_is_killed_and_comes_back_makes_no_double(settings: Settings) -> None:
    port = find_free_port()
    with start_sending(f"http://127.0.0.1:{port}", *SMALL) as sender:
        with _serve_at(settings, port) as server:
            sender.write(join_names(NAMES[:HALF]))
            wait_for(lambda: _count(settings) > HALF // 2, "half of what was written")
            _kill(server)
        # More than a chunk, less than a pipe holds.
        sender.write(join_names(NAMES[HALF : HALF + 1000]))
        with _serve_at(settings, port):
            sender.write(join_names(NAMES[HALF + 1000 :]))
            sent = sender.wait()
    assert sent.status == 0
    assert "Trying again" in sent.printed
    assert "Traceback" not in sent.printed
    assert _fetch_names(settings) == sorted(NAMES)


def test_a_key_that_does_not_open_ends_it_at_once(settings: Settings) -> None:
    with serve_api(settings) as url:
        sent = send(url, join_names(NAMES), key="vt_wrong")
    assert sent.status == 1
    assert "401" in sent.printed
    assert "vt_wrong" not in sent.printed
    assert _count(settings) == 0


@pytest.mark.parametrize("options", [[], ["--gzip"]])
def test_chunks_that_are_too_large_for_the_server_are_sent_in_parts(
    settings: Settings, options: list[str]
) -> None:
    small = settings.model_copy(update={"BULK_MAX_BYTES": 50_000})
    with serve_api(small) as url:
        sent = send(url, join_names(NAMES), *options)
    assert sent.status == 0, sent.printed
    assert _fetch_names(settings) == sorted(NAMES)


def test_ids_of_the_lines_own_and_lines_that_are_taken(settings: Settings) -> None:
    lines = [
        json.dumps({"id": f"6f1c2b9e-8d3a-4c55-9b0e-{number:012}", "filename": f"{number}.png"})
        for number in range(250)
    ]
    with serve_api(settings) as url:
        assert send(url, join_names(lines), "--ndjson").status == 0
        assert _count(settings) == 250
        again = send(url, join_names(lines[:1]), "--ndjson")
        assert again.status == 2
        assert "line 1: id " in again.printed
        named = send(url, join_names([*lines, '{"filename": "new.png"}']), "--ndjson", "--name=a")
        assert named.status == 0
        assert named.end == "Sent 251 lines: 1 stored, 250 there already, 0 rejected."
    assert _count(settings) == 251


@pytest.mark.parametrize("options", [[], ["--gzip"]])
def test_a_run_again_within_the_day_is_answered_as_at_first(
    settings: Settings, options: list[str]
) -> None:
    with serve_api(settings) as url:
        first = send(url, join_names(NAMES), *options)
        again = send(url, join_names(NAMES), "--resume", first.run)
    assert (first.status, again.status) == (0, 0), first.printed + again.printed
    assert again.end == first.end
    assert _fetch_names(settings) == sorted(NAMES)

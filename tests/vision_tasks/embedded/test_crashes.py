import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.vision_tasks.embedded.users import (
    User,
    fetch_value,
    find_server_processes,
    freeze_server,
    is_served,
    kill_server,
)
from tests.waiting import wait_for
from vision_tasks.embedded import EmbeddedError, EmbeddedPostgres
from vision_tasks.embedded.account import get_server_account
from vision_tasks.embedded.processes import spawn
from vision_tasks.embedded.programs import find_programs

StartUser = Callable[..., User]

WRITE = """
import sys
from pathlib import Path
import psycopg2
from vision_tasks.embedded import EmbeddedPostgres

address = EmbeddedPostgres(Path(sys.argv[1])).acquire()
connection = psycopg2.connect(
    host=address.host, port=address.port, user=address.user, dbname=address.database,
    password=address.password.get_secret_value(),
)
connection.autocommit = True
cursor = connection.cursor()
cursor.execute("CREATE TABLE written (number int)")
for number in range(1_000_000):
    cursor.execute("INSERT INTO written VALUES (%s)", (number,))
    print(number, flush=True)
"""


def find_initdb_processes(directory: Path) -> list[psutil.Process]:
    unfinished = os.fspath(directory / "data.unfinished")
    found = []
    for process in psutil.process_iter():
        try:
            if unfinished in (*process.cmdline(), process.cwd()):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def test_committed_rows_survive_the_death_of_every_process(home: Path, start_user: StartUser):
    writer = start_user(home, WRITE)
    assert writer.process.stdout is not None
    for _ in range(100):
        last = int(writer.process.stdout.readline())
    kill_server(home)
    writer.kill()
    with EmbeddedPostgres(home) as address:
        assert fetch_value(address, f"SELECT count(*) FROM written WHERE number <= {last}") == 100


def test_a_kill_in_the_middle_of_initdb_leaves_nothing_that_is_trusted(
    place: Path, start_user: StartUser
):
    starter = start_user(place)
    wait_for(lambda: find_initdb_processes(place), "the start of initdb")
    # It is the starter who would call the cluster finished, so initdb may be as quick as it likes.
    starter.process.send_signal(signal.SIGSTOP)
    wait_for((place / "data.unfinished" / "PG_VERSION").exists, "the middle of initdb")
    starter.kill()
    for process in find_initdb_processes(place):
        with suppress(psutil.NoSuchProcess):  # initdb's own children come and go
            process.kill()
    assert not (place / "data").exists()
    with EmbeddedPostgres(place) as address:
        assert fetch_value(address, "SELECT 1") == 1
    assert not (place / "data.unfinished").exists()


def test_an_initdb_that_outlives_its_starter_is_waited_for(place: Path, start_user: StartUser):
    starter = start_user(place)
    wait_for(lambda: find_initdb_processes(place), "the start of initdb")
    starter.kill()
    assert is_served(place)
    with EmbeddedPostgres(place) as address:
        assert fetch_value(address, "SELECT 1") == 1


def test_every_process_of_the_server_holds_the_lock(postgres: EmbeddedPostgres, home: Path):
    postgres.acquire()
    postmaster, *children = freeze_server(home)
    postmaster.kill()
    wait_for(lambda: postmaster.status() == psutil.STATUS_ZOMBIE, "the postmaster's end")
    assert is_served(home)
    for child in children:
        child.kill()
    wait_for(lambda: not is_served(home), "the children's end")


def test_children_that_outlive_the_postmaster_are_waited_for(home: Path, start_user: StartUser):
    user = start_user(home).wait_until_acquired()
    postmaster, *_ = find_server_processes(home)
    postmaster.kill()
    user.kill()
    with EmbeddedPostgres(home) as address:
        assert fetch_value(address, "SELECT 1") == 1


def test_a_reused_process_id_is_not_believed(home: Path, start_user: StartUser):
    start_user(home).wait_until_acquired().kill()
    kill_server(home)
    stranger = spawn(["/bin/sleep", "60"], get_server_account(), output=subprocess.DEVNULL)
    try:
        for stale in (home / "data" / "postmaster.pid", home / "run" / ".s.PGSQL.5432.lock"):
            _, rest = stale.read_text().split("\n", 1)
            stale.write_text(f"{stranger.pid}\n{rest}")
        with EmbeddedPostgres(home) as address:
            assert fetch_value(address, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "garbage", "1\n2\n", "1\n" * 20, "-1\n\n\n\n\n\n\n\n"])
def test_a_damaged_pid_file_is_not_believed(home: Path, content: str):
    (home / "data" / "postmaster.pid").write_text(content)
    with EmbeddedPostgres(home) as address:
        assert fetch_value(address, "SELECT 1") == 1


@pytest.mark.parametrize("where", ["elsewhere", "where ours listens"])
def test_a_server_started_by_hand_is_not_run_over(home: Path, place: Path, where: str):
    account = get_server_account()
    sockets = home / "run"
    if where == "elsewhere":
        sockets = place
        sockets.mkdir(mode=0o700)
        account.own(sockets)
    arguments: list[str | Path] = [
        find_programs().postgres,
        "-D",
        home / "data",
        "-c",
        "listen_addresses=",
    ]
    arguments += ["-c", f"unix_socket_directories={sockets}"]
    stranger = spawn(arguments, account, output=subprocess.DEVNULL)
    file = home / "data" / "postmaster.pid"
    try:
        wait_for(lambda: file.exists() and "ready" in file.read_text(), "the server by hand")
        before = file.read_text()
        with pytest.raises(EmbeddedError, match="by hand"):
            EmbeddedPostgres(home).acquire()
        assert stranger.poll() is None
        assert file.read_text() == before
    finally:
        stranger.terminate()
        stranger.wait()

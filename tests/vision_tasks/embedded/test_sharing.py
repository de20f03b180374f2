import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.vision_tasks.embedded.users import (
    User,
    fetch_value,
    find_server_processes,
    is_served,
    kill_server,
)
from tests.waiting import wait_for
from vision_tasks.embedded import EmbeddedPostgres

StartUser = Callable[..., User]

QUERY = """
import sys
from pathlib import Path
import psycopg2
from vision_tasks.embedded import EmbeddedPostgres

address = EmbeddedPostgres(Path(sys.argv[1])).acquire()
psycopg2.connect(
    host=address.host, port=address.port, user=address.user, dbname=address.database,
    password=address.password.get_secret_value(),
).close()
print("acquired", flush=True)
sys.stdin.readline()
"""


FORK = """
import os
import signal
import sys
from pathlib import Path
from vision_tasks.embedded import EmbeddedPostgres

EmbeddedPostgres(Path(sys.argv[1])).acquire()
if os.fork() == 0:
    print("acquired", flush=True)
signal.pause()
"""


def test_eight_processes_on_an_empty_directory_share_one_server(place: Path, start_user: StartUser):
    users = [start_user(place, QUERY) for _ in range(8)]
    for user in users:
        user.wait_until_acquired()
    for user in users:
        user.leave()
    log = (place / "server.log").read_text()
    assert log.count("running bootstrap script") == 1
    assert log.count("ready to accept connections") == 1
    assert not is_served(place)
    assert not (place / "data" / "postmaster.pid").exists()
    assert list((place / "run").iterdir()) == []


def test_the_last_to_leave_stops_a_server_that_another_started(home: Path, start_user: StartUser):
    starter = start_user(home).wait_until_acquired()
    joiner = start_user(home).wait_until_acquired()
    starter.leave()
    assert is_served(home)
    joiner.leave()
    assert not is_served(home)


def test_the_stopped_server_may_be_a_zombie_of_a_living_starter(home: Path, start_user: StartUser):
    postgres = EmbeddedPostgres(home)
    postgres.acquire()
    joiner = start_user(home).wait_until_acquired()
    postgres.release()
    joiner.leave()
    assert not is_served(home)
    with postgres as address:
        assert fetch_value(address, "SELECT 1") == 1


def test_a_killed_user_has_left(home: Path, start_user: StartUser):
    start_user(home).wait_until_acquired().kill()
    assert is_served(home)
    start_user(home).wait_until_acquired().leave()
    assert not is_served(home)


def test_a_user_killed_while_starting_leaves_a_server_to_join(home: Path, start_user: StartUser):
    starter = start_user(home)
    wait_for(lambda: find_server_processes(home), "the start of the server")
    starter.kill()
    start_user(home).wait_until_acquired().leave()
    assert not is_served(home)


def test_a_forked_child_leaves_its_parents_server_alone(postgres: EmbeddedPostgres):
    address = postgres.acquire()
    child = os.fork()
    if child == 0:
        try:
            postgres.release()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert fetch_value(address, "SELECT 1") == 1


def test_a_living_child_does_not_keep_the_share_of_a_killed_parent(
    home: Path, start_user: StartUser
):
    parent = start_user(home, FORK).wait_until_acquired()
    children = psutil.Process(parent.process.pid).children()
    (child,) = (process for process in children if process.name() != "postgres")
    try:
        parent.process.kill()
        start_user(home).wait_until_acquired().leave()
        assert child.is_running()
        assert not is_served(home)
    finally:
        child.kill()


def test_a_forked_child_can_acquire_for_itself(postgres: EmbeddedPostgres, home: Path):
    postgres.acquire()
    waiting, going = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            postgres.acquire()
            os.write(going, b"acquired")
            signal.pause()
        finally:
            os._exit(1)
    try:
        assert os.read(waiting, 8) == b"acquired"
        postgres.release()
        assert is_served(home)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(waiting)
        os.close(going)
    postgres.acquire()


def test_threads_share_one_object(postgres: EmbeddedPostgres):
    addresses = []
    threads = [
        threading.Thread(target=lambda: addresses.append(postgres.acquire())) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(addresses) == 4
    assert len(set(addresses)) == 1


def test_a_directory_made_anew_has_a_server_that_the_old_users_do_not_stop(
    copy: Path,
):
    postgres = EmbeddedPostgres(copy)
    postgres.acquire()
    copy.rename(copy.with_name("old"))
    with EmbeddedPostgres(copy) as address:
        postgres.release()
        assert fetch_value(address, "SELECT 1") == 1


def test_acquiring_again_starts_a_server_anew_that_has_died(postgres: EmbeddedPostgres, home: Path):
    postgres.acquire()
    kill_server(home)
    assert fetch_value(postgres.acquire(), "SELECT 1") == 1
    postgres.release()
    assert not is_served(home)


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(postgres: EmbeddedPostgres, home: Path):
    postgres.acquire()
    postmaster, *_ = find_server_processes(home)
    assert os.getsid(postmaster.pid) != os.getsid(0)
    assert os.getpgid(postmaster.pid) != os.getpgid(0)

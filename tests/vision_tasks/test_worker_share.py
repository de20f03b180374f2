import threading
from pathlib import Path

from tests.vision_tasks.worker_processes import KINDS, run_worker
from vision_tasks.embedded.locks import FileLock
from vision_tasks.worker_share import FILE_BYTES, WorkerShare, is_in_use


def name_files(number: int) -> list[str]:
    return [f"{kind}_worker-{number}.db" for kind in KINDS]


def test_each_worker_has_files_of_its_own_with_room_in_them(tmp_path: Path) -> None:
    with run_worker(tmp_path) as first, run_worker(tmp_path) as second:
        assert [first.said, second.said] == [name_files(0), name_files(1)]
        assert {path.stat().st_size for path in tmp_path.iterdir()} == {FILE_BYTES}
        assert is_in_use(tmp_path)
    assert not is_in_use(tmp_path)


def test_a_worker_counts_on_where_a_dead_one_stopped_but_not_on_its_gauges(tmp_path: Path) -> None:
    with run_worker(tmp_path) as first, run_worker(tmp_path):
        for name in first.said:
            with (tmp_path / name).open("r+b") as file:
                file.write(b"left")
        first.kill()
        with run_worker(tmp_path) as third:
            assert third.said == first.said
            starts = [(tmp_path / name).read_bytes()[:4] for name in third.said]
    assert starts == [b"left", b"left", bytes(4)]


def test_the_gauges_of_a_dead_worker_are_not_read_and_what_it_counted_is(tmp_path: Path) -> None:
    with run_worker(tmp_path), run_worker(tmp_path) as second:
        share = WorkerShare(tmp_path)
        own = share.open_file("gauge_livesum")
        assert sorted(share.find_living()) == ["worker-0", "worker-1", "worker-2"]
        second.kill()
        assert sorted(share.find_living()) == ["worker-0", "worker-2"]
        found = {path.name for path in share.find_files()}
    # Its own counter file has no room yet: nobody may read one that is being made.
    assert found == {*name_files(0), *name_files(1), own.name} - {"gauge_livesum_worker-1.db"}


def test_who_only_looks_takes_no_number_from_a_worker(tmp_path: Path) -> None:
    ended = threading.Event()

    def look_on() -> None:
        probe = FileLock(tmp_path / name_files(0)[0])
        while not ended.is_set():
            if probe.try_shared():
                probe.free()

    looking = [threading.Thread(target=look_on) for _ in range(2)]
    for thread in looking:
        thread.start()
    try:
        with run_worker(tmp_path) as worker:
            assert worker.said == name_files(0)
    finally:
        ended.set()
        for thread in looking:
            thread.join()


def test_files_of_others_in_the_same_directory_are_not_ours(tmp_path: Path) -> None:
    (tmp_path / "counter_4711.db").write_bytes(bytes(64))
    with run_worker(tmp_path):
        assert "counter_4711.db" not in {path.name for path in WorkerShare(tmp_path).find_files()}

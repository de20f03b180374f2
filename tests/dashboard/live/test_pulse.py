"""One look per interval, however many lists are open and however many people look on."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.live import pulse as pulses
from dashboard.live.pulse import Pulse
from tests.dashboard.people import sign_in
from tests.factories import add_task
from vision_tasks.errors import DatabaseUnavailableError

LOOK = "updated_at >="


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(app):
    """Time stands still, unless a test moves it on."""
    clock = Clock()
    app.extensions["vision_tasks_pulse"] = Pulse(clock=clock)
    return clock


def count_looks(statements):
    return sum(LOOK in one for one in statements)


def test_twenty_tabs_with_lists_of_their_own_cost_one_look_an_interval(app, clock, statements):
    clients = [sign_in(app) for _ in range(20)]
    for interval in range(1, 4):
        with ThreadPoolExecutor(8) as pool:
            answers = list(
                pool.map(
                    lambda one: one[1].get(f"/admin/tasks/live?search={one[0] % 5}").get_json(),
                    enumerate(clients),
                )
            )
        assert count_looks(statements) == interval
        clock.now += 5
    assert all(answer["is_told"] for answer in answers)


def test_a_list_that_was_not_known_is_told_by_the_next_look(client, cursor, clock):
    assert client.get("/admin/tasks/live").get_json()["is_told"]
    task_id = add_task(cursor, "cat.jpg")
    answer = client.get("/admin/tasks/live?search=cat").get_json()
    assert (answer["is_told"], answer["tasks"]) == (False, [])
    clock.now += 5
    answer = client.get("/admin/tasks/live?search=cat").get_json()
    assert (answer["is_told"], answer["tasks"]) == (True, [[str(task_id), "PENDING", 1, True]])


def test_a_list_that_nobody_has_open_any_more_is_forgotten(client, clock, statements):
    for seconds in (0, 30, 31):
        clock.now += seconds
        client.get("/admin/tasks/live?search=gone" if not seconds else "/admin/tasks/live")
    looks = [one for one in statements if LOOK in one]
    assert ["ILIKE" in one for one in looks] == [True, True, False]


def test_of_many_lists_those_asked_for_last_are_looked_at(client, clock, statements, monkeypatch):
    monkeypatch.setattr(pulses, "MAX_LISTS", 3)
    for number in range(6):
        client.get(f"/admin/tasks/live?search={number}")
    clock.now += 5
    assert client.get("/admin/tasks/live?search=last").get_json()["is_told"]
    looks = [one for one in statements if LOOK in one]
    assert looks[-1].count("ILIKE") == 3


def test_a_database_that_is_away_leaves_the_last_answer_and_is_asked_ever_less(
    client, clock, statements, monkeypatch
):
    known = client.get("/admin/tasks/live").get_json()
    looks: list[float] = []

    def fail(*_arguments, **_options):
        looks.append(clock.now)
        raise DatabaseUnavailableError

    monkeypatch.setattr(pulses, "select_recent", fail)
    for _ in range(100):
        clock.now += 1
        answer = client.get("/admin/tasks/live").get_json()
    assert answer == {**known, "is_stale": True}
    assert looks == [5, 10, 20, 40, 80]
    assert count_looks(statements) == 1

"""The statements that change who may get in, and that one admin is always left."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, Executable, func, select, text

from tests.waiting import wait_for
from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine
from vision_tasks.staff import StaffRecord, StaffRole
from vision_tasks.staff_queries import (
    insert_staff,
    remove_second_factor,
    select_person,
    select_staff,
    set_active,
    update_password,
    update_role,
)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = create_sync_engine(settings, application="test")
    yield engine
    engine.dispose()


def add(engine: Engine, email: str, role: StaffRole = StaffRole.ADMIN) -> StaffRecord:
    with engine.begin() as connection:
        connection.execute(insert_staff(uuid4(), email, role, "hash"))
    return read(engine, email)


def read(engine: Engine, email: str) -> StaffRecord:
    with engine.begin() as connection:
        return StaffRecord(*connection.execute(select_person(email=email)).one())


def run(engine: Engine, statement: Executable) -> UUID | None:
    with engine.begin() as connection:
        found: UUID | None = connection.execute(statement).scalar_one_or_none()
    return found


def disable(person: StaffRecord) -> Executable:
    return set_active(person, is_active=False, needs_password=True)


def change_role(person: StaffRecord, role: StaffRole) -> Executable:
    return update_role(person, role, needs_password=True)


def demote(person: StaffRecord) -> Executable:
    return change_role(person, StaffRole.VIEWER)


def test_everybody_is_listed_by_address_without_a_secret(engine: Engine) -> None:
    for email in ("zoe@example.org", "ana@example.org"):
        add(engine, email, StaffRole.VIEWER)
    with engine.begin() as connection:
        people = [StaffRecord(*row) for row in connection.execute(select_staff())]
    assert [person.email for person in people] == ["ana@example.org", "zoe@example.org"]
    assert "hash" not in str(people)


def test_an_address_is_given_once(engine: Engine) -> None:
    first = add(engine, "ana@example.org", StaffRole.VIEWER)
    assert run(engine, insert_staff(uuid4(), "ana@example.org", StaffRole.ADMIN, None)) is None
    assert read(engine, "ana@example.org") == first


def test_an_id_is_given_once(engine: Engine) -> None:
    first = add(engine, "ana@example.org")
    assert run(engine, insert_staff(first.id, "ben@example.org", StaffRole.ADMIN, None)) is None


def test_a_role_is_changed_only_if_it_is_the_one_that_was_seen(engine: Engine) -> None:
    seen = add(engine, "ana@example.org", StaffRole.VIEWER)
    assert run(engine, change_role(seen, StaffRole.EDITOR)) == seen.id
    assert run(engine, change_role(seen, StaffRole.ADMIN)) is None
    assert read(engine, "ana@example.org").role == "editor"


def test_a_role_is_not_changed_of_somebody_who_wasdisabled_meanwhile(engine: Engine) -> None:
    seen = add(engine, "ana@example.org", StaffRole.VIEWER)
    assert run(engine, disable(seen)) == seen.id
    assert run(engine, change_role(seen, StaffRole.EDITOR)) is None


def test_nobody_isdisabled_whose_role_was_changed_meanwhile(engine: Engine) -> None:
    seen = add(engine, "ana@example.org", StaffRole.VIEWER)
    assert run(engine, change_role(seen, StaffRole.EDITOR)) == seen.id
    assert run(engine, disable(seen)) is None


def test_a_password_is_replaced_only_if_it_is_the_one_that_was_seen(engine: Engine) -> None:
    seen = add(engine, "ana@example.org")
    assert run(engine, update_password(seen, "second")) == seen.id
    assert run(engine, update_password(seen, "third")) is None
    assert run(engine, update_password(read(engine, "ana@example.org"), "third")) == seen.id


def test_somebody_without_a_password_can_be_given_one(engine: Engine) -> None:
    assert run(engine, insert_staff(uuid4(), "ana@example.org", StaffRole.VIEWER, None))
    seen = read(engine, "ana@example.org")
    assert seen.password_mark is None
    assert run(engine, update_password(seen, "first")) == seen.id


def test_a_new_password_makes_a_new_uniquifier(engine: Engine) -> None:
    seen = add(engine, "ana@example.org")
    uniquifiers = set()
    for password_hash in ("second", "third"):
        run(engine, update_password(read(engine, seen.email), password_hash))
        with engine.begin() as connection:
            uniquifiers.add(connection.scalar(text("SELECT uniquifier FROM staff")))
    assert len(uniquifiers) == 2


def test_a_second_factor_is_removed_whole_and_once(engine: Engine) -> None:
    seen = add(engine, "ana@example.org")
    assert run(engine, remove_second_factor(seen)) is None
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE staff SET two_factor_method = 'authenticator', totp_secret = 's',"
                " totp_counter = 7"
            )
        )
    assert read(engine, seen.email).has_second_factor
    assert run(engine, remove_second_factor(seen)) is None
    assert run(engine, remove_second_factor(read(engine, seen.email))) == seen.id
    with engine.begin() as connection:
        left = connection.execute(text("SELECT totp_secret, totp_counter FROM staff")).one()
    assert tuple(left) == (None, None)
    assert not read(engine, seen.email).has_second_factor


def test_what_somebody_has_begun_ends_when_they_are_disabled(engine: Engine) -> None:
    seen = add(engine, "ana@example.org", StaffRole.VIEWER)
    uniquifiers = []
    for statement in (
        disable(seen),
        set_active(replace(seen, is_active=False), is_active=True, needs_password=True),
    ):
        assert run(engine, statement) == seen.id
        with engine.begin() as connection:
            uniquifiers.append(connection.scalar(text("SELECT uniquifier FROM staff")))
    assert uniquifiers[0] == uniquifiers[1]


def test_the_last_active_admin_stays(engine: Engine) -> None:
    last = add(engine, "ana@example.org")
    add(engine, "eva@example.org", StaffRole.EDITOR)
    gone = add(engine, "ben@example.org")
    assert run(engine, disable(gone))
    assert run(engine, disable(last)) is None
    assert run(engine, change_role(last, StaffRole.EDITOR)) is None
    assert read(engine, "ana@example.org") == last


def test_with_two_admins_one_can_go(engine: Engine) -> None:
    first = add(engine, "ana@example.org")
    add(engine, "ben@example.org")
    assert run(engine, disable(first)) == first.id


@pytest.mark.parametrize("change", [disable, demote])
def test_an_admin_who_cannot_sign_in_is_not_counted(engine: Engine, change) -> None:
    last = add(engine, "ana@example.org")
    assert run(engine, insert_staff(uuid4(), "ben@example.org", StaffRole.ADMIN, None))
    assert run(engine, change(last)) is None
    assert run(engine, change(read(engine, "ben@example.org")))


def test_an_admin_without_a_password_is_counted_where_none_is_needed(engine: Engine) -> None:
    first = add(engine, "ana@example.org")
    assert run(engine, insert_staff(uuid4(), "ben@example.org", StaffRole.ADMIN, None))
    assert run(engine, set_active(first, is_active=False, needs_password=False)) == first.id


def test_with_no_admin_left_others_can_still_bedisabled(engine: Engine) -> None:
    viewer = add(engine, "vera@example.org", StaffRole.VIEWER)
    assert run(engine, disable(viewer)) == viewer.id


def test_adisabled_admin_is_not_counted_and_can_lose_the_role(engine: Engine) -> None:
    add(engine, "ana@example.org")
    other = add(engine, "ben@example.org")
    run(engine, disable(other))
    assert run(engine, change_role(read(engine, "ben@example.org"), StaffRole.VIEWER))


@pytest.mark.parametrize("one", [disable, demote])
@pytest.mark.parametrize("other", [disable, demote])
@pytest.mark.parametrize("is_in_order", [True, False])
def test_two_admins_who_take_each_other_away_at_once_leave_one(
    engine, one, other, is_in_order
) -> None:
    people = [add(engine, "ana@example.org"), add(engine, "ben@example.org")]
    first, second = sorted(people, key=lambda person: person.id, reverse=not is_in_order)
    outcome: list[UUID | None] = []
    with engine.connect() as early, engine.connect() as late:
        assert early.execute(one(first)).scalar_one_or_none() == first.id
        pid = late.execute(select(func.pg_backend_pid())).scalar_one()
        late.commit()

        def take_away() -> None:
            outcome.append(late.execute(other(second)).scalar_one_or_none())
            late.commit()

        thread = threading.Thread(target=take_away)
        thread.start()
        blockers = select(func.cardinality(func.pg_blocking_pids(pid)))
        wait_for(lambda: early.scalar(blockers), "the second admin's statement")
        early.commit()
        thread.join()
    assert outcome == [None]
    assert read(engine, second.email) == second


def test_a_sign_in_does_not_wait_for_who_takes_an_admin_away(engine: Engine) -> None:
    first, second = add(engine, "ana@example.org"), add(engine, "ben@example.org")
    with engine.connect() as early, engine.begin() as late:
        early.execute(disable(first))
        late.execute(text("SET LOCAL lock_timeout = '2s'"))
        late.execute(text("INSERT INTO staff_sessions (staff_id) VALUES (:id)"), {"id": second.id})
        early.rollback()

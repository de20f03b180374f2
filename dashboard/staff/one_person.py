"""The page of one member of staff, and what its buttons do."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from flask import Response, flash, request, url_for
from sqlalchemy import Connection

from dashboard.desk import get_desk
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.returning import see_other
from dashboard.signing_in.sessions import get_visit
from dashboard.staff import changes
from dashboard.staff.errors import OwnAccountError, StaffNotFoundError
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.passwords import hash_password, make_password
from vision_tasks.staff import StaffRecord, StaffRole

Deed = Callable[[Connection, StaffRecord], str]


def show_person(page: Page, staff_id: UUID, *, problem: Problem | None = None) -> Response:
    """Show what is known of somebody, as it is now."""
    with get_desk().begin() as connection:
        person = changes.get_person(connection, staff_id)
    return page.show(
        "staff_person.html",
        person=person,
        seen=_format_seen(person),
        roles=list(StaffRole),
        is_oneself=_is_oneself(staff_id),
        problem=problem,
    )


def handle_deed(
    page: Page, staff_id: UUID, deed: Deed, *, is_for_oneself_too: bool = False
) -> Response:
    """Do one thing to somebody who still is what the form says, and show their page."""

    def do() -> Response:
        if not is_for_oneself_too:
            _refuse_oneself(staff_id)
        with get_desk().begin() as connection:
            sentence = deed(connection, _read_seen(connection, staff_id))
        flash(sentence, "success")
        return see_other(url_for("vision_tasks_staff.person", staff_id=staff_id))

    return _handle(page, staff_id, do)


def handle_reset(page: Page, staff_id: UUID) -> Response:
    """Make a new password for somebody, and show it this once."""

    def do() -> Response:
        _refuse_oneself(staff_id)
        password = make_password()
        password_hash = hash_password(password)
        with get_desk().begin() as connection:
            seen = _read_seen(connection, staff_id)
            changes.reset_password(connection, seen, password_hash)
        return show_password(page, staff_id, seen.email, password, is_new=False)

    return _handle(page, staff_id, do)


def show_password(
    page: Page, staff_id: UUID, email: str, password: str, *, is_new: bool
) -> Response:
    """Show a password that was just made; no other page ever does."""
    return page.show(
        "staff_password.html", staff_id=staff_id, email=email, password=password, is_new=is_new
    )


def _handle(page: Page, staff_id: UUID, do: Callable[[], Response]) -> Response:
    refuse_foreign_form()
    if not is_token_valid():
        return show_person(page, staff_id, problem=TOKEN_REFUSED)
    try:
        return do()
    except StaffNotFoundError:
        raise
    except FAILURES as exc:
        return show_person(page, staff_id, problem=describe_error(exc))


def _format_seen(person: StaffRecord) -> dict[str, str]:
    return {
        "seen_role": person.role,
        "seen_active": "yes" if person.is_active else "no",
        "seen_password": person.password_mark or "",
        "seen_second_factor": person.second_factor_mark or "",
    }


def _read_seen(connection: Connection, staff_id: UUID) -> StaffRecord:
    # What the form says decides nothing but whether the statement still applies.
    now = changes.get_person(connection, staff_id)
    given = {name: request.form.get(name, "") for name in _format_seen(now)}
    known_roles = (now.role, *StaffRole)
    return replace(
        now,
        role=given["seen_role"] if given["seen_role"] in known_roles else "",
        is_active=given["seen_active"] == "yes",
        password_mark=_confirm(given["seen_password"], now.password_mark),
        second_factor_mark=_confirm(given["seen_second_factor"], now.second_factor_mark),
    )


def _confirm(given: str, mark: str | None) -> str | None:
    return mark if given == mark else None


def _is_oneself(staff_id: UUID) -> bool:
    person = get_visit().person
    return person is not None and person.id == staff_id


def _refuse_oneself(staff_id: UUID) -> None:
    if _is_oneself(staff_id):
        raise OwnAccountError

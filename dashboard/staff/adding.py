"""The form for somebody new on the staff."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from flask import Response, flash, request, url_for

from dashboard.desk import get_desk
from dashboard.language import gettext
from dashboard.pages import Page
from dashboard.problems import FAILURES, Problem, describe_error
from dashboard.returning import see_other
from dashboard.staff import changes
from dashboard.staff.errors import StaffExistsError
from dashboard.staff.one_person import show_password
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.errors import InvalidFieldError
from vision_tasks.passwords import check_password_rules, hash_password, make_password
from vision_tasks.sentences import verbatim
from vision_tasks.staff import StaffRole, check_email, check_role

MADE, TYPED, NONE = "made", "typed", "none"


@dataclass
class _Form:
    staff_id: UUID = field(default_factory=uuid4)
    email: str = ""
    role: str = StaffRole.VIEWER.value
    how: str = MADE


def handle_adding(page: Page) -> Response:
    """Show the empty form, or add whom it names and show the password that was made for them.

    The form brings the id that they shall have, so sending it twice adds one person.
    """
    if request.method != "POST":
        how = MADE if get_desk().settings.PASSWORD_SIGN_IN else NONE
        return _show(page, _Form(how=how))
    refuse_foreign_form()
    form = _read_form()
    if not is_token_valid():
        return _show(page, form, problem=TOKEN_REFUSED)
    try:
        return _add(page, form)
    except InvalidFieldError as exc:
        return _show(page, form, errors={exc.field: str(exc)})
    except StaffExistsError as exc:
        form.staff_id = uuid4()
        return _show(page, form, errors={"email": str(exc)})
    except FAILURES as exc:
        return _show(page, form, problem=describe_error(exc))


def _add(page: Page, form: _Form) -> Response:
    email, role = check_email(form.email), check_role(form.role)
    password = _choose_password(form.how, email)
    password_hash = None if password is None else hash_password(password)
    with get_desk().begin() as connection:
        is_new = changes.add_person(connection, form.staff_id, email, role, password_hash)
    if is_new and password is not None and form.how == MADE:
        return show_password(page, form.staff_id, email, password, is_new=True)
    if is_new:
        done = gettext(
            "%(email)s is on the staff now, as %(role)s.", email=email, role=verbatim(role)
        )
        flash(done, "success")
    else:
        flash(
            gettext(
                "The form was sent twice; %(email)s was added once. If a password was made that you"
                " did not see, reset it here.",
                email=email,
            ),
            "info",
        )
    return see_other(url_for("vision_tasks_staff.person", staff_id=form.staff_id))


def _choose_password(how: str, email: str) -> str | None:
    if how == MADE:
        return make_password()
    if how == NONE:
        return None
    password = request.form.get("password", "")
    check_password_rules(password, email=email)
    return password


def _read_form() -> _Form:
    given = request.form
    form = _Form(email=given.get("email", ""), role=given.get("role", ""), how=given.get("how", ""))
    try:
        form.staff_id = UUID(given.get("id", ""))
    except ValueError:
        # Then sending it twice is refused as a second person with that address.
        form.staff_id = uuid4()
    return form


def _show(
    page: Page,
    form: _Form,
    *,
    errors: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    return page.show(
        "staff_new.html",
        status=400 if errors else 200,
        form=form,
        roles=list(StaffRole),
        is_password_optional=get_desk().settings.uses_single_sign_on,
        errors=errors or {},
        problem=problem,
    )

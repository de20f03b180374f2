"""A form that nobody may send any more is shown again, so that nothing typed into it is lost."""

from collections.abc import Sequence

from flask import Response, request
from flask_admin.helpers import get_current_view

from dashboard.desk import get_desk
from dashboard.errors import ForeignFormError
from dashboard.problems import Problem
from dashboard.signing_in.next_address import format_address
from dashboard.tokens import get_token_name, refuse_foreign_form

# As long as the longest form of the desk: three states of a task and one text, quoted.
_FORM_FACTOR, _FIELD_FACTOR = 8, 3
_TYPED = ("status", "filename", "result", "merged_result", "reason")
_SECRET = ("password", "code")


KeptForm = Sequence[tuple[str, str]]


def read_kept_form() -> KeptForm:
    """Return what this request would have written, without token and passwords.

    Nothing, where it brought no form, or one from a page of another site. To be asked of somebody
    who has been signed in only, for the form may be long.
    """
    if request.method != "POST":
        return []
    limit = get_desk().settings.MAX_BODY_BYTES
    request.max_content_length = _FORM_FACTOR * limit
    request.max_form_memory_size = _FIELD_FACTOR * limit
    try:
        refuse_foreign_form()
    except ForeignFormError:
        return []
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != get_token_name() and not any(word in name for word in _SECRET)
    ]


def show_kept_form(kept: KeptForm, problem: Problem, *, sign_in_url: str | None = None) -> Response:
    """Show it, ready to be sent again to where it was sent."""
    page: Response = get_current_view().show(
        "sign_in_again.html",
        problem=problem,
        address=format_address(),
        kept=kept,
        typed=[(name, value) for name, value in kept if name in _TYPED and value],
        sign_in_url=sign_in_url,
    )
    return page

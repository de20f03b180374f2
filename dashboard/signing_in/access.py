"""The access contract of the standalone desk: what the role of whoever is signed in allows."""

from http import HTTPStatus

from flask import Response, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin.helpers import get_current_view

from dashboard.access import Access, Action
from dashboard.problems import Problem, describe_error
from dashboard.signing_in.kept_form import read_kept_form, show_kept_form
from dashboard.signing_in.next_address import format_next
from dashboard.signing_in.proofs import Proof
from dashboard.signing_in.sessions import Visit, get_visit
from vision_tasks.sentences import sentence

SIGN_IN = "vision_tasks_sign_in.index"
SECOND_FACTOR = "vision_tasks_account.second_factor"

_SIGNED_OUT = Problem(
    HTTPStatus.FORBIDDEN,
    sentence("You are signed out"),
    sentence(
        "Your session has ended. Nothing was saved, and nothing is lost: sign in on a new tab, then"
        " come back to this page and send it again."
    ),
)


class StaffAccess(Access):
    """Asks the database at each request, so that a role that was taken away is gone at once."""

    def __init__(self, *, is_second_factor_required: bool) -> None:
        self._is_second_factor_required = is_second_factor_required

    def allows(self, action: Action) -> bool:
        """Tell whether whoever sent this request may do `action`."""
        visit = get_visit()
        return (
            visit.person is not None
            and not self.must_set_up_second_factor()
            and visit.person.may(action)
        )

    def refuse(self, action: Action) -> ResponseReturnValue | None:  # noqa: ARG002
        """Ask whoever is not signed in to do so, and lose nothing of what they sent."""
        visit = get_visit()
        if visit.fault is not None:
            problem = describe_error(visit.fault)
            if kept := read_kept_form():
                return show_kept_form(kept, problem)
            answer: Response = get_current_view().show_problem(problem)
            return answer
        if visit.person is None:
            return _ask_to_sign_in(visit)
        if self.must_set_up_second_factor():
            return redirect(url_for(SECOND_FACTOR, next=format_next()), 303)
        return None

    def get_actor(self) -> str | None:
        """Name whoever is signed in by their address."""
        person = get_visit().person
        return None if person is None else person.email

    def must_set_up_second_factor(self) -> bool:
        """Tell whether this person sees no page before they have a second factor."""
        visit = get_visit()
        return (
            self._is_second_factor_required
            and visit.person is not None
            and visit.person.tf_primary_method is None
            and visit.proof is not Proof.SINGLE_SIGN_ON
        )


def _ask_to_sign_in(visit: Visit) -> Response:
    kept = read_kept_form() if visit.has_ended else []
    if kept:
        return show_kept_form(kept, _SIGNED_OUT, sign_in_url=url_for(SIGN_IN))
    return make_response(redirect(url_for(SIGN_IN, next=format_next()), 303))

"""What all pages of the desk share: access, errors, headers, one way to render."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from flask import Response, make_response, request
from flask_admin import BaseView
from flask_admin import expose as expose_untyped
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from dashboard import formats
from dashboard.access import AccessDeniedError, Action
from dashboard.desk import get_desk
from dashboard.problems import Problem, describe_error, describe_http_error
from dashboard.tokens import get_token_name, make_token
from vision_tasks.errors import VisionTasksError

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    # Not no-referrer: CSRFProtect of a host asks for the Referer of a form sent over HTTPS.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


View = TypeVar("View", bound=Callable[..., Response])


def expose(url: str, methods: Sequence[str] = ("GET",)) -> Callable[[View], View]:
    """Put a method of a Page at `url`; Flask-Admin's decorator, with types."""
    return cast("Callable[[View], View]", expose_untyped(url, methods))


class Page(BaseView):  # type: ignore[misc]
    """A view of Flask-Admin whose known errors become pages, in a host's app too."""

    def __init__(self, name: str, *, endpoint: str, url: str, static_folder: str | None) -> None:
        super().__init__(
            name, endpoint=endpoint, url=url, static_folder=static_folder, static_url_path="/static"
        )

    def is_accessible(self) -> bool:
        """Tell Flask-Admin whether the page is to be shown, and offered in the menu."""
        return get_desk().access.allows(Action.SEE)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Response:  # noqa: ARG002
        """Refuse the page."""
        return self.show_problem(describe_error(AccessDeniedError(Action.SEE)))

    def show(
        self, template: str, *, status: int = 200, problem: Problem | None = None, **values: Any
    ) -> Response:
        """Render one of our templates; a `problem` on it decides the status."""
        access = get_desk().access
        page = self.render(
            f"vision_tasks/{template}",
            may={action.value: access.allows(action) for action in Action},
            formats=formats,
            make_token=make_token,
            token_name=get_token_name(),
            problem=problem,
            **values,
        )
        response = protect(make_response(page, problem.status if problem else status))
        if problem and problem.retry_after_seconds is not None:
            response.headers["Retry-After"] = str(problem.retry_after_seconds)
        return response

    def show_problem(self, problem: Problem) -> Response:
        """Render a page that explains why there is no other."""
        return self.show("problem.html", problem=problem)

    def _get_view_url(self, admin: Any, url: str) -> str:
        # Flask-Admin would write two slashes for an Admin that lives at "/".
        return url if url.startswith("/") else f"{admin.url.rstrip('/')}/{url}"

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Response:
        # Flask-Admin's own runs a view again, without its arguments, on any TypeError in it.
        limit = get_desk().settings.MAX_BODY_BYTES
        request.max_content_length = request.max_form_memory_size = limit
        try:
            return protect(make_response(fn(self, *args, **kwargs)))
        except (VisionTasksError, DBAPIError) as exc:
            return self.show_problem(describe_error(exc))
        except (BadRequest, RequestEntityTooLarge) as exc:
            return self.show_problem(describe_http_error(exc))


def protect(response: Response) -> Response:
    """Add our headers: not stored, not framed, not sniffed."""
    response.headers.update(HEADERS)
    return response

"""What all pages of the desk share: access, errors, headers, one way to render."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, TypeVar, cast

from flask import Response, abort, make_response, request
from flask_admin import BaseView
from flask_admin import expose as expose_untyped
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from dashboard import formats
from dashboard.access import AccessDeniedError, Action
from dashboard.desk import find_desk, get_desk
from dashboard.language import LANGUAGES, Lazy, get_language, make_template_texts
from dashboard.language.choice import is_chosen_by_host, keep_choice
from dashboard.problems import Problem, describe_error, describe_http_error
from dashboard.tokens import check_forms_ourselves, get_token_name, make_token
from vision_tasks.errors import ConfigurationError, VisionTasksError

TASKS_PATH = "tasks"
OVERVIEW_ENDPOINT = "vision_tasks_overview"
HEADERS = {
    "Cache-Control": "no-store",
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

    def __init__(
        self,
        name: Lazy,
        *,
        endpoint: str,
        url: str,
        static_folder: str | None,
        category: str | None = None,
    ) -> None:
        super().__init__(
            name,
            category,
            endpoint=endpoint,
            url=url,
            static_folder=static_folder,
            static_url_path="/static",
        )

    def create_blueprint(self, admin: Any) -> Any:
        """Make the blueprint; what a host does before each request finds our forms our own."""
        blueprint = super().create_blueprint(admin)
        # Of all hooks the one that runs before a host's before_request, and for us alone.
        blueprint.url_value_preprocessor(lambda _endpoint, _values: check_forms_ourselves())
        return blueprint

    @property
    def menu(self) -> Any:
        """The item of the menu that leads here; set by Flask-Admin."""
        return self._menu

    @menu.setter
    def menu(self, item: Any) -> None:
        self._menu = item
        if item is not None:
            # Else it would keep the first address it wrote, with the prefix of that request.
            item._cache = False  # noqa: SLF001

    def is_accessible(self) -> bool:
        """Tell Flask-Admin whether the page is to be shown, and offered in the menu."""
        desk = find_desk()
        return desk is not None and desk.allows(Action.SEE)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Response:  # noqa: ARG002
        """Refuse the page."""
        if find_desk() is None:
            # An Admin of several apps brings our views to those that have no desk.
            abort(HTTPStatus.NOT_FOUND)
        return self.refuse(AccessDeniedError(Action.SEE))

    def refuse(self, error: AccessDeniedError) -> Response:
        """Answer as the host does, or with a page of ours where it leaves that to us."""
        answer = get_desk().refuse(error.action)
        if answer is None:
            return self.show_problem(describe_error(error))
        response = make_response(answer)
        response.headers.setdefault("Cache-Control", HEADERS["Cache-Control"])
        return response

    def show(
        self, template: str, *, status: int = 200, problem: Problem | None = None, **values: Any
    ) -> Response:
        """Render one of our templates; a `problem` on it decides the status.

        Raises ConfigurationError where Flask-Admin itself cannot work in this app.
        """
        desk = get_desk()
        may = {action.value: desk.allows(action) for action in Action}
        # The desk on its own has its own frame and theme; in a host those are the host's.
        is_own = self.admin.index_view.endpoint == OVERVIEW_ENDPOINT
        page = self._render(
            f"vision_tasks/{template}",
            may=may,
            formats=formats,
            make_token=make_token,
            token_name=get_token_name(),
            problem=problem,
            schema_warning=desk.find_schema_warning() if may[Action.SEE] else None,
            language=get_language(),
            languages={} if is_chosen_by_host() else LANGUAGES,
            is_own=is_own,
            **make_template_texts(),
            **values,
        )
        if is_own:
            # Flask-Admin's page does not say its language, and screen readers go by that.
            page = page.replace("<html>", f'<html lang="{get_language()}">', 1)
        response = protect(make_response(page, problem.status if problem else status))
        keep_choice(response)
        if problem and problem.retry_after_seconds is not None:
            response.headers["Retry-After"] = str(problem.retry_after_seconds)
        return response

    def show_problem(self, problem: Problem) -> Response:
        """Render a page that explains why there is no other."""
        return self.show("problem.html", problem=problem)

    def _render(self, template: str, **values: Any) -> str:
        try:
            return cast("str", self.render(template, **values))
        except KeyError as exc:
            if exc.args != ("babel",):
                raise
            raise ConfigurationError(
                "Flask-Babel is installed but not set up on this app, so no page of Flask-Admin"
                " works; call flask_babel.Babel(app), or uninstall Flask-Babel."
            ) from exc

    def _get_view_url(self, admin: Any, url: str) -> str:
        # Flask-Admin would write two slashes for an Admin that lives at "/".
        return url if url.startswith("/") else f"{admin.url.rstrip('/')}/{url}"

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Response:
        # Flask-Admin's own runs a view again, without its arguments, on any TypeError in it.
        limit = get_desk().settings.MAX_BODY_BYTES
        request.max_content_length = request.max_form_memory_size = limit
        try:
            response = make_response(fn(self, *args, **kwargs))
        except AccessDeniedError as exc:
            return self.refuse(exc)
        except (VisionTasksError, DBAPIError) as exc:
            return self.show_problem(describe_error(exc))
        except (BadRequest, RequestEntityTooLarge) as exc:
            return self.show_problem(describe_http_error(exc))
        return protect(response)


def protect(response: Response) -> Response:
    """Add our headers: not stored, not framed, not sniffed."""
    response.headers.update(HEADERS)
    return response

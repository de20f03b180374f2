"""Which language a request gets: that of the host, the one that was chosen, or the browser's."""

from flask import Response, current_app, has_request_context, request

LANGUAGES = {"en": "English", "es": "Español"}
DEFAULT = "en"
COOKIE = "vision_tasks_language"
PARAMETER = "language"
PSEUDO = "x-pseudo"
"""A language for tests, in which every text that was translated stands between brackets."""

_KEPT_SECONDS = 365 * 86_400
_KEY = "vision_tasks.language"


def get_language() -> str:
    """Return the language of this request; outside of one it is English."""
    if not has_request_context():
        return DEFAULT
    chosen: str | None = request.environ.get(_KEY)
    if chosen is None:
        chosen = request.environ[_KEY] = _choose()
    return chosen


def is_chosen_by_host() -> bool:
    """Tell whether the app has a Flask-Babel of its own, whose language is ours too."""
    return "babel" in current_app.extensions and not current_app.extensions.get(_KEY)


def choose_ourselves(app: object) -> None:
    """Let the choice be that of the desk, also where Flask-Babel is set up on `app`."""
    app.extensions[_KEY] = True  # type: ignore[attr-defined]


def keep_choice(response: Response) -> None:
    """Remember in the browser what the address asks for."""
    asked = request.args.get(PARAMETER, "")
    if request.method == "GET" and asked in LANGUAGES and not is_chosen_by_host():
        response.set_cookie(
            COOKIE,
            asked,
            max_age=_KEPT_SECONDS,
            path=f"{request.script_root}/",
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )


def _choose() -> str:
    if is_chosen_by_host():
        # Imported here, for most hosts have none.
        from flask_babel import get_locale  # noqa: PLC0415

        language = getattr(get_locale(), "language", DEFAULT)
        return language if language in LANGUAGES else DEFAULT
    for asked in (request.args.get(PARAMETER), request.cookies.get(COOKIE)):
        if asked in LANGUAGES or (asked == PSEUDO and current_app.testing):
            return str(asked)
    return _find_preferred()


def _find_preferred() -> str:
    # Werkzeug's best match takes "es" before "en" of whoever prefers "en-GB" to "es".
    for tag, quality in request.accept_languages:
        language = tag.replace("_", "-").partition("-")[0].lower()
        if language in LANGUAGES and quality > 0:
            return language
    return DEFAULT

"""Saving the list that is open under a name, and removing what was saved."""

from urllib.parse import parse_qsl
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict

from dashboard.desk import get_desk
from dashboard.list_links import format_list_url
from dashboard.list_parameters import ListParameters
from dashboard.pages import Page
from dashboard.returning import LIST_ENDPOINT, see_other
from dashboard.task_list import show_list
from dashboard.tokens import TOKEN_REFUSED, is_token_valid, refuse_foreign_form
from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_label
from vision_tasks.models import VIEW_NAME_MAX_CHARACTERS
from vision_tasks.sentences import sentence
from vision_tasks.view_queries import MAX_VIEWS, delete_view, insert_view, select_views


def handle_saving(page: Page) -> Response:
    """Save the list that the form names, and show it."""
    if request.method != "POST":
        return see_other(url_for(LIST_ENDPOINT))
    refuse_foreign_form()
    parameters = ListParameters.read(MultiDict(parse_qsl(request.form.get("query", ""))))
    if not is_token_valid():
        return show_list(page, problem=TOKEN_REFUSED, parameters=parameters)
    if parameters.faults:
        return show_list(page, parameters=parameters)
    try:
        _save(_check_name(request.form.get("name", "")), parameters)
    except InvalidFieldError as exc:
        return show_list(page, view_errors={exc.field: str(exc)}, parameters=parameters)
    return see_other(format_list_url(parameters))


def handle_removal(page: Page, text: str) -> Response:
    """Remove a view of whoever sent the form; one that is gone is gone."""
    refuse_foreign_form()
    if not is_token_valid():
        return show_list(page, problem=TOKEN_REFUSED)
    desk = get_desk()
    try:
        view_id = UUID(text)
    except ValueError:
        return see_other(url_for(LIST_ENDPOINT))
    with desk.begin() as connection:
        connection.execute(delete_view(desk.name_actor(), view_id))
    return see_other(url_for(LIST_ENDPOINT))


def _check_name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise InvalidFieldError("name", sentence("must not be empty."))
    if len(name) > VIEW_NAME_MAX_CHARACTERS:
        raise InvalidFieldError(
            "name",
            sentence(
                "has %(length)s characters; at most %(most)s are allowed.",
                length=len(name),
                most=VIEW_NAME_MAX_CHARACTERS,
            ),
        )
    check_label(name, "name")
    return name


def _save(name: str, parameters: ListParameters) -> None:
    desk = get_desk()
    owner = desk.name_actor()
    query = format_list_url(parameters).partition("?")[2]
    with desk.begin() as connection:
        if connection.execute(insert_view(owner, name, query)).one_or_none() is not None:
            return
        names = {view_name for _, view_name, _ in connection.execute(select_views(owner))}
    if name in names:
        raise InvalidFieldError(
            "name", sentence("is one that you have a view of; choose another, or remove that one.")
        )
    raise InvalidFieldError(
        "name",
        sentence("cannot be added to the %(most)s that you have; remove one.", most=MAX_VIEWS),
    )

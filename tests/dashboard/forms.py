"""Forms as a browser reads them from a page and sends them back."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

EXPORT = "/export"
ONE_LINE = ("text", "search", "date")


@dataclass
class Form:
    action: str
    method: str
    enctype: str
    fields: dict[str, Any] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    disabled: list[tuple[str, str]] = field(default_factory=list)

    def send(self, client: Any, **changes: Any) -> Any:
        """Submit with `changes`; line ends go out as a browser writes them.

        A field that a page has several times, and one of checkboxes, holds a list.
        """
        unknown = set(changes) - set(self.fields) - set(self.options)
        assert not unknown, f"the form has no {unknown}"
        data = {name: _to_crlf(value) for name, value in {**self.fields, **changes}.items()}
        if self.method == "get":
            return client.get(self.action, query_string=data)
        response = client.post(self.action, data=data, content_type=self.enctype)
        # The test client leaves a long body behind as an open temporary file.
        response.request.environ["wsgi.input"].close()
        return response


def read_form(response: Any) -> Form:
    """Read the one form that changes data from a page; an export changes none."""
    (form,) = [
        form
        for form in read_page(response).forms
        if form.method == "post" and not form.action.endswith(EXPORT)
    ]
    # A form of Flask-Admin's own names no address, which means the one it came from.
    form.action = form.action or response.request.path
    return form


def read_export_form(response: Any) -> Form:
    """Read the form of a page that asks for an export."""
    (form,) = [form for form in read_page(response).forms if form.action.endswith(EXPORT)]
    return form


def read_page(response: Any) -> "_Reader":
    reader = _Reader()
    # https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream
    reader.feed(response.get_data(as_text=True).replace("\r\n", "\n").replace("\r", "\n"))
    reader.close()
    return reader


def read_text(response: Any) -> str:
    """The words of a page, white space made single."""
    return " ".join(" ".join(read_page(response).words).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._text: list[str] | None = None
        self._name = ""
        self._menu = ""
        self._only_suggests = False

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        self.tags.append((tag, values))
        if not self._menu and (tag == "nav" or values.get("class") == "desk-bar"):
            self._menu = tag
        if self._menu:
            # Its one form, which signs out, is on every page and no part of it.
            return
        if tag == "form":
            self.forms.append(
                Form(
                    values["action"],
                    values.get("method", "get").lower(),
                    values.get("enctype", "application/x-www-form-urlencoded"),
                )
            )
        elif tag in ("input", "select", "textarea") and "name" in values and self.forms:
            self._name = values["name"]
            self._start_field(tag, values)
        elif tag == "datalist":
            self._only_suggests = True
        elif tag == "option" and not self._only_suggests:
            self._add_option(values["value"], chosen="selected" in values)

    def _start_field(self, tag: str, values: dict[str, str]) -> None:
        form, kind = self.forms[-1], values.get("type", "text")
        if tag == "textarea":
            self._text = []
        elif tag == "select":
            form.options[self._name] = []
        elif kind == "radio":
            form.options.setdefault(self._name, [])
            if "disabled" in values:
                form.disabled.append((self._name, values["value"]))
            else:
                form.options[self._name].append(values["value"])
                if "checked" in values:
                    form.fields[self._name] = values["value"]
        elif kind == "checkbox":
            form.options.setdefault(self._name, []).append(values["value"])
            if "checked" in values:
                form.fields.setdefault(self._name, []).append(values["value"])
        elif kind == "hidden" and self._name in form.fields:
            before = form.fields[self._name]
            before = before if isinstance(before, list) else [before]
            form.fields[self._name] = [*before, values["value"]]
        elif "disabled" not in values:
            value = values.get("value", "")
            form.fields[self._name] = re.sub(r"[\r\n]", "", value) if kind in ONE_LINE else value

    def _add_option(self, value: str, *, chosen: bool) -> None:
        form = self.forms[-1]
        form.options[self._name].append(value)
        if chosen or self._name not in form.fields:
            form.fields[self._name] = value

    def handle_data(self, data):
        self.words.append(data)
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag):
        if tag == "datalist":
            self._only_suggests = False
        if tag == self._menu:
            self._menu = ""
        if tag == "textarea" and self._text is not None:
            # The parser drops one line break right after the opening tag.
            self.forms[-1].fields[self._name] = "".join(self._text).removeprefix("\n")
            self._text = None


def _to_crlf(value: Any) -> Any:
    if isinstance(value, list):
        return [_to_crlf(one) for one in value]
    return re.sub(r"\r\n|\r|\n", "\r\n", value)

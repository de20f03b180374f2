"""A desk whose staff can sign in by a provider on this machine."""

from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from dashboard import create_app
from tests.dashboard.forms import read_text
from tests.dashboard.people import add_person
from tests.dashboard.single_sign_on.provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    Provider,
    run_provider,
)
from vision_tasks.config import Settings

START = "/admin/login/sso"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with run_provider() as provider:
        yield provider


@pytest.fixture
def sso_settings(settings: Settings, provider: Provider) -> Settings:
    return settings.model_copy(
        update={
            "OIDC_ISSUER": provider.issuer,
            "OIDC_CLIENT_ID": CLIENT_ID,
            "OIDC_CLIENT_SECRET": SecretStr(CLIENT_SECRET),
            "OIDC_NAME": "Acme's <login>",
        }
    )


@pytest.fixture
def app(sso_settings: Settings) -> Iterator[Flask]:
    app = create_app(sso_settings)
    app.testing = True
    yield app
    app.extensions["vision_tasks"].engine.dispose()


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Somebody's browser, who is not signed in."""
    return app.test_client()


@pytest.fixture
def ana(cursor: Any) -> None:
    add_person(cursor, "editor", email="ana@example.org")


class Journey:
    """One way to the provider and back, step by step."""

    def __init__(self, browser: FlaskClient, next_url: str | None = None, **more: Any) -> None:
        self._browser = browser
        self._more = more
        query = {} if next_url is None else {"next": next_url}
        self.start = browser.get(START, query_string=query, **more)

    def go_there(self) -> str:
        """Let the provider answer, and return the address that it sends the browser to."""
        assert self.start.status_code == 303
        parts = urlsplit(self.start.location)
        # A client of httpx reads all certificate authorities first, many times over.
        connection = HTTPConnection(parts.netloc)
        connection.request("GET", f"{parts.path}?{parts.query}")
        location = connection.getresponse().headers["Location"]
        connection.close()
        return location

    def come_back(self, address: str) -> Any:
        parts = urlsplit(address)
        return self._browser.get(f"{parts.path}?{parts.query}", **self._more)


def sign_in(browser: FlaskClient) -> Any:
    """Go there and back, and return the last answer."""
    journey = Journey(browser)
    return journey.come_back(journey.go_there())


def refused(browser: FlaskClient, answer: Any, words: str = "could not be verified") -> None:
    """The page says so in a sentence, leads on, and nobody is signed in."""
    assert answer.status_code in (400, 403)
    assert words in read_text(answer)
    assert "Begin again" in read_text(answer)
    assert browser.get("/admin/").status_code == 303

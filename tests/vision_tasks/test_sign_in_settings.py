"""The settings of single sign-on: all three or none, over TLS, and never without a way in."""

from typing import Any

import pytest

from vision_tasks.config import Settings, load_settings
from vision_tasks.errors import ConfigurationError
from vision_tasks.web_addresses import is_safe_to_call

SECRET = "s3cret of the desk"
THREE = {
    "OIDC_ISSUER": "https://login.example.org/realm",
    "OIDC_CLIENT_ID": "desk",
    "OIDC_CLIENT_SECRET": SECRET,
}


def load(**values: Any) -> Settings:
    return load_settings(_env_file=None, **values)


def test_the_three_together_are_single_sign_on() -> None:
    assert load(**THREE).uses_single_sign_on
    assert not load().uses_single_sign_on


def test_the_secret_is_in_no_text() -> None:
    settings = load(**THREE)
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings.model_dump())


@pytest.mark.parametrize("missing", ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_two_of_the_three_are_refused(missing: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load(**{name: value for name, value in THREE.items() if name != missing})
    assert missing in str(refusal.value)
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize("name", THREE)
def test_one_of_the_three_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="OIDC_ISSUER"):
        load(**{name: THREE[name]})


@pytest.mark.parametrize(
    "issuer",
    ["login.example.org", "http://login.example.org", "https://login.example.org/?a=b", "https://"],
)
def test_an_issuer_is_an_https_address(issuer: str) -> None:
    with pytest.raises(ConfigurationError, match="OIDC_ISSUER: is no https://") as refusal:
        load(**{**THREE, "OIDC_ISSUER": issuer})
    assert "OIDC_CLIENT" not in str(refusal.value)


def test_without_passwords_there_must_be_another_way_in() -> None:
    assert not load(**THREE, PASSWORD_SIGN_IN=False).PASSWORD_SIGN_IN
    with pytest.raises(ConfigurationError, match="PASSWORD_SIGN_IN"):
        load(PASSWORD_SIGN_IN=False)


@pytest.mark.parametrize(
    "url",
    [
        "https://login.example.org",
        "https://login.example.org:8443/realm?x=y",
        "https://[2001:db8::1]/",
        "http://localhost:8080/",
        "http://127.0.0.1/x",
        "http://127.9.9.9/x",
        "http://[::1]:80/",
    ],
)
def test_what_nobody_on_the_way_can_read_may_be_called(url: str) -> None:
    assert is_safe_to_call(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://",
        "http://login.example.org",
        "http://localhost.example.org",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "https://user:secret@login.example.org",
        "https://login.example.org/#x",
        "https://login.example.org:99999/",
        "https://login.example.org\n.evil.example",
        "https://login.example.org/a b",
        "https://lög.example.org",
        "https://[::1/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "javascript:alert(1)",
        "//login.example.org",
    ],
)
def test_anything_else_may_not(url: str) -> None:
    assert not is_safe_to_call(url)

"""Where the key may be sent, and where it may come from."""

from pathlib import Path

import pytest

from vision_tasks.errors import ConfigurationError
from vision_tasks.sending.target import KEY_VARIABLE, Target, parse_target, read_key
from vision_tasks.serving.first_key import VARIABLE

SECRET = "hunter2"


def _parse(url: str, *, allow_http: bool = False) -> Target:
    return parse_target(url, "/api/v1", allow_http=allow_http)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8000", "http://localhost:8000/", "http://[::1]:8000", "http://127.9.9.9"],
)
def test_this_machine_is_spoken_to_over_http(url: str) -> None:
    target = _parse(url)
    assert not target.is_encrypted
    assert target.is_near
    assert target.path == "/api/v1/tasks/bulk"


def test_another_machine_is_spoken_to_over_https() -> None:
    assert _parse("https://desk.example.org/below") == Target(
        is_encrypted=True,
        host="desk.example.org",
        port=None,
        path="/below/api/v1/tasks/bulk",
        is_near=False,
    )


@pytest.mark.parametrize(
    "url", ["http://desk.example.org", "http://10.0.0.1:8000", "http://localhost.example.org"]
)
def test_http_to_another_machine_must_be_said_to_be_wanted(url: str) -> None:
    with pytest.raises(ConfigurationError, match="--insecure"):
        _parse(url)
    assert not _parse(url, allow_http=True).is_encrypted


@pytest.mark.parametrize(
    "url",
    [
        "",
        "desk.example.org",
        "ftp://desk.example.org",
        "https://",
        f"https://ana:{SECRET}@desk.example.org",
        f"https://{SECRET}@desk.example.org",
        f"https://desk.example.org/?key={SECRET}",
        f"https://desk.example.org/#{SECRET}",
        "https://desk.example.org:port",
        "https://desk.example.org/a b",
        "https://desk.example.org/\r\nX: y",
        "https://désk.example.org",
        "https://[::1",
    ],
)
def test_a_url_that_will_not_do_is_refused_without_being_repeated(url: str) -> None:
    for allow_http in (False, True):
        with pytest.raises(ConfigurationError, match="--url") as refused:
            _parse(url, allow_http=allow_http)
        assert SECRET not in str(refused.value)


def test_the_key_comes_from_the_option_then_the_file_then_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "vt_of_the_environment\n")
    file = tmp_path / "key"
    file.write_text("vt_of_the_file\n")
    assert read_key(None, None).get_secret_value() == "vt_of_the_environment"
    assert read_key(None, file).get_secret_value() == "vt_of_the_file"
    assert read_key("vt_given", file).get_secret_value() == "vt_given"


@pytest.mark.parametrize("text", [f"vt_{SECRET}\r\nX-Evil: 1", f"vt {SECRET}", f"vt_{SECRET}ñ"])
def test_what_is_no_key_is_refused_without_being_repeated(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key"
    file.write_text(text)
    monkeypatch.setenv(KEY_VARIABLE, text)
    for given, path in ((text, None), (None, file), (None, None)):
        with pytest.raises(ConfigurationError) as refused:
            read_key(given, path)
        assert SECRET not in str(refused.value)


def test_without_a_key_it_says_how_to_bring_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with pytest.raises(ConfigurationError, match="flask api-key add"):
        read_key(None, None)


def test_the_variable_is_the_one_that_serve_tells_of() -> None:
    assert KEY_VARIABLE == VARIABLE

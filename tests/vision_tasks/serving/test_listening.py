"""Where the servers may listen, under which names, and what the screen says of it."""

import pytest

from vision_tasks.config import Settings, load_settings
from vision_tasks.errors import ConfigurationError
from vision_tasks.serving.listening import Listening


def _settings(**overrides: str) -> Settings:
    return load_settings(_env_file=None, **overrides)


def _find(host: str, **overrides: str) -> Listening:
    return Listening.find(_settings(**overrides), host)


@pytest.mark.parametrize(
    ("host", "address", "shown"),
    [
        ("localhost", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.5", "127.0.0.5", "127.0.0.5"),
        ("::1", "::1", "[::1]"),
        ("192.168.1.5", "192.168.1.5", "192.168.1.5"),
        ("fd00::5", "fd00::5", "[fd00::5]"),
    ],
)
def test_an_address_is_listened_on_and_trusted_as_a_name(
    host: str, address: str, shown: str
) -> None:
    listening = _find(host)
    assert str(listening.address) == address
    assert listening.shown_host == shown
    assert shown in listening.hosts
    assert "localhost" in listening.hosts


@pytest.mark.parametrize("host", ["example.org", "", "127.1", "0", "224.0.0.1", "1.2.3.4/24"])
def test_what_is_no_address_is_refused_with_what_to_use(host: str) -> None:
    with pytest.raises(ConfigurationError, match=r"127\.0\.0\.1"):
        _find(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_every_address_at_once_needs_names_and_gets_no_other(host: str) -> None:
    with pytest.raises(ConfigurationError, match="Set TRUSTED_HOSTS"):
        _find(host)
    listening = _find(host, TRUSTED_HOSTS="desk.example.org, 192.168.1.5")
    assert listening.hosts == ("desk.example.org", "192.168.1.5")
    assert listening.shown_host == "desk.example.org"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.5", "::1"])
def test_of_this_machine_alone_no_warning_is_given(host: str) -> None:
    assert _find(host).describe() == "Only this machine can reach it."
    assert "proxies" in _find(host, TRUSTED_PROXIES="127.0.0.1").describe()


@pytest.mark.parametrize("host", ["192.168.1.5", "0.0.0.0", "::", "fd00::5"])
def test_beyond_this_machine_the_lack_of_tls_is_said_plainly(host: str) -> None:
    names = {"TRUSTED_HOSTS": "desk.example.org"}
    said = _find(host, **names).describe()
    assert "passwords and keys travel readable" in said
    assert "desk.example.org" in said
    assert "readable" not in _find(host, **names, TRUSTED_PROXIES="10.0.0.0/8").describe()

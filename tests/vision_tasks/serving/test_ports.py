"""Ports are taken before anything starts."""

import socket

import pytest

from tests.servers import find_free_port
from vision_tasks.errors import ConfigurationError
from vision_tasks.serving.ports import reserve_port


def test_a_port_that_somebody_listens_on_is_refused_by_number_and_option() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with (
            pytest.raises(ConfigurationError, match=rf"Port {port} .* --api-port"),
            reserve_port("127.0.0.1", port, "--api-port"),
        ):
            pass


def test_a_port_whose_listener_shares_it_is_refused_too() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with (
            pytest.raises(ConfigurationError, match="is taken"),
            reserve_port("127.0.0.1", other.getsockname()[1], "--api-port"),
        ):
            pass


def test_a_reserved_port_is_refused_to_a_second_desk_and_open_to_our_server() -> None:
    port = find_free_port()
    with reserve_port("127.0.0.1", port, "--api-port"), socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", port))
        server.listen()
        with (
            pytest.raises(ConfigurationError, match="is taken"),
            reserve_port("127.0.0.1", port, "--api-port"),
        ):
            pass
        with socket.create_connection(("127.0.0.1", port)) as client, server.accept()[0] as peer:
            assert client.getsockname() == peer.getpeername()


def test_two_reservations_exclude_each_other_before_either_server_listens() -> None:
    port = find_free_port()
    with (
        reserve_port("127.0.0.1", port, "--api-port"),
        pytest.raises(ConfigurationError, match="is taken"),
        reserve_port("127.0.0.1", port, "--api-port"),
    ):
        pass


def test_an_address_that_this_machine_lacks_is_reported() -> None:
    with (
        pytest.raises(ConfigurationError, match="--host"),
        reserve_port("203.0.113.7", 8000, "--api-port"),
    ):
        pass

"""Where the two servers listen, under which names, and what that means for people."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Self

from vision_tasks.config import Settings
from vision_tasks.errors import ConfigurationError


@dataclass(frozen=True)
class Listening:
    """`address` is what the servers bind, `hosts` are the names they may be addressed by."""

    address: IPv4Address | IPv6Address
    hosts: tuple[str, ...]
    is_behind_proxies: bool

    @classmethod
    def find(cls, settings: Settings, host: str) -> Self:
        """Read the option `--host`; raises ConfigurationError where it cannot be served."""
        address = _parse(host)
        hosts = settings.TRUSTED_HOSTS
        if not address.is_unspecified:
            hosts = tuple(dict.fromkeys((*hosts, _format_host(address))))
        elif "TRUSTED_HOSTS" not in settings.model_fields_set:
            raise ConfigurationError(
                f"--host {host} lets other machines in, but under no name so far. Set TRUSTED_HOSTS"
                " to the names and addresses that people will type, as in"
                " TRUSTED_HOSTS=desk.example.org,192.168.5.7."
            )
        return cls(address, hosts, bool(settings.TRUSTED_PROXIES))

    @property
    def shown_host(self) -> str:
        """The host of an address that a person can open."""
        return self.hosts[0] if self.address.is_unspecified else _format_host(self.address)

    def describe(self) -> str:
        """Say for the screen who can reach the servers, and whether what they send is readable."""
        if self.address.is_loopback:
            also = ", and whoever the proxies in TRUSTED_PROXIES let through"
            return f"Only this machine can reach it{also if self.is_behind_proxies else ''}."
        reach = f"Other machines can reach it, under: {', '.join(self.hosts)}."
        if self.is_behind_proxies:
            return f"{reach}\nTLS is up to the proxies in TRUSTED_PROXIES; let only them through."
        return (
            f"{reach}\nNo TLS is in front, as far as TRUSTED_PROXIES tells: passwords and keys"
            " travel readable.\nPut a proxy with TLS in front and name it there, or listen on"
            " 127.0.0.1."
        )


def _parse(host: str) -> IPv4Address | IPv6Address:
    try:
        address = ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        address = None
    if address is None or address.is_multicast:
        raise ConfigurationError(
            f"--host {host} is no address to listen on. Use one of this machine's: 127.0.0.1 for"
            " this machine alone, 0.0.0.0 or :: for whoever can reach it."
        )
    return address


def _format_host(address: IPv4Address | IPv6Address) -> str:
    return f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004

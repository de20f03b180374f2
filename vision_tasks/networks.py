"""Addresses and networks as people write them into a setting."""

from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network


def parse_networks(text: str) -> tuple[Network, ...]:
    """Read a comma-separated list; raises ValueError that says how to write one."""
    try:
        return tuple(ip_network(part) for one in text.split(",") if (part := one.strip()))
    except ValueError:
        raise ValueError(
            "is a list of addresses and networks, as in 10.0.0.7,192.168.5.0/24,fd00::/8"
        ) from None

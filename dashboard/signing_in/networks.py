"""Where a request comes from, as far as one and the same sender can be told from it."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

_NETWORK_BITS, _SITE_BITS = 64, 48


def get_network() -> str:
    """Return the address; of IPv6 its network, for whoever has one of it has all of it."""
    return _get_network(_NETWORK_BITS)


def get_site() -> str:
    """Return the address; of IPv6 the most that one customer is given (RFC 6177, section 2)."""
    return _get_network(_SITE_BITS)


def _get_network(bits: int) -> str:
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, bits), strict=False))
    return str(address)

"""How many connections a server process holds at a time."""

from contextlib import suppress

MAX_CONNECTIONS = 10_000
"""Most connections to a process of the API. Who comes beyond is not heard until another one goes,
so there is room for far more than may wait for PostgreSQL: whoever is heard gets an answer.
"""

_OTHER_FILES = 256


def allow_connections() -> int:
    """Return how many connections a child process may hold, up to MAX_CONNECTIONS.

    To the system each is an open file, of which a process may have more where it asks for them.
    """
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return MAX_CONNECTIONS  # on Windows
    wanted = MAX_CONNECTIONS + _OTHER_FILES
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return max(1, wanted - _OTHER_FILES)

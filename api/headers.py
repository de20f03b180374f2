"""The headers that every answer carries."""

from quart import Response

DEFAULT_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


async def set_default_headers(response: Response) -> Response:
    """Add DEFAULT_HEADERS where the handler has not set its own."""
    for name, value in DEFAULT_HEADERS.items():
        response.headers.setdefault(name, value)
    return response

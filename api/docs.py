"""The OpenAPI document and the page that shows it, served from our own files."""

from http import HTTPStatus
from pathlib import Path

import msgspec
from quart import Blueprint, Quart, Response, current_app
from werkzeug.exceptions import NotFound

from api.answers import MEDIA_TYPE
from api.openapi import make_openapi
from api.operations import Answer, Operation, describe

_EXTENSION = "vision_tasks.openapi"
STATIC_DIRECTORY = Path(__file__).parent / "static"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/static/swagger-ui/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="docs/static/swagger-ui/swagger-ui-bundle.js"></script>
<script src="docs/static/docs.js"></script>
</body>
</html>
"""
# Swagger UI sets style attributes; it runs no inline script.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none';"
    " form-action 'none'"
)

STATIC_FILES = frozenset(
    {
        "docs.js",
        "swagger-ui/LICENSE",
        "swagger-ui/NOTICE",
        "swagger-ui/swagger-ui-bundle.js",
        "swagger-ui/swagger-ui-bundle.js.LICENSE.txt",
        "swagger-ui/swagger-ui.css",
    }
)
"""All that is served; no other name gets as far as the file system, which may refuse it."""


class Docs(Blueprint):
    """A blueprint whose static files are those of STATIC_FILES."""

    async def send_static_file(self, filename: str) -> Response:
        """Serve one of STATIC_FILES."""
        if filename not in STATIC_FILES:
            raise NotFound
        return await super().send_static_file(filename)


blueprint = Docs(
    "docs", __name__, static_folder=str(STATIC_DIRECTORY), static_url_path="/docs/static"
)


def provide_openapi(app: Quart, title: str) -> None:
    """Make the OpenAPI document of `app`, whose routes are all registered by now."""
    app.extensions[_EXTENSION] = msgspec.json.encode(make_openapi(app, title))


@blueprint.get("/openapi.json")
@describe(
    Operation(
        summary="This description",
        tag="docs",
        answers={HTTPStatus.OK: Answer(description="OpenAPI 3.1.")},
    )
)
async def openapi() -> Response:
    """Describe the API in OpenAPI 3.1, made from the code that runs."""
    return Response(
        current_app.extensions[_EXTENSION],
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-cache"},
    )


@blueprint.get("/docs")
@describe(
    Operation(
        summary="This description, for people",
        tag="docs",
        answers={HTTPStatus.OK: Answer(description="A page.", media_type="text/html")},
    )
)
async def page() -> Response:
    """Show the description to people and let them try it out; needs no internet."""
    return Response(
        PAGE,
        content_type="text/html; charset=utf-8",
        headers={
            "Content-Security-Policy": PAGE_POLICY,
            "Cache-Control": "no-cache",
        },
    )

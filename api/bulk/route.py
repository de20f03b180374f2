"""The address of bulk requests, as Quart and OpenAPI know it; POST never comes this far."""

from http import HTTPStatus

from quart import Blueprint, Response

from api.bodies import JSON
from api.bulk.handler import NDJSON, make_handler
from api.bulk.payloads import BulkAnswer, BulkTask
from api.gate import Gate
from api.operations import Answer, Operation, Parameter, describe
from api.parameter_descriptions import IDEMPOTENCY_KEY
from api.preferences import APPLIED
from vision_tasks.api_key_rules import Scope
from vision_tasks.config import Settings

PATH = "/tasks/bulk"

blueprint = Blueprint("bulk", __name__)


def provide_bulk(app: Gate, settings: Settings) -> None:
    """Give `app` the route and the handler that answers in its place."""
    app.register_blueprint(blueprint, url_prefix=settings.API_V1_STR)
    app.direct["POST", f"{settings.API_V1_STR}{PATH}"] = make_handler(app, settings)


@blueprint.post(PATH)
@describe(
    Operation(
        summary="Add many tasks",
        scope=Scope.WRITE,
        parameters=(
            Parameter(
                name="Prefer",
                place="header",
                description="`handling=strict` (all or nothing, the default) or `lenient`;"
                " `return=minimal` (the default) or `representation`, up to 10,000 tasks.",
                example="return=representation",
            ),
            IDEMPOTENCY_KEY,
        ),
        body=BulkTask,
        media_types=(NDJSON, JSON),
        body_example={"filename": "street-0417.jpg"},
        in_lines=(NDJSON,),
        in_arrays=(JSON,),
        answers={
            HTTPStatus.CREATED: Answer(
                description="What was stored, and what was not.",
                body=BulkAnswer,
                headers=(APPLIED,),
                links=("GetFirstStored",),
                example={"created": 2, "rejected": 0, "taken": 0, "errors": []},
            )
        },
        problems=(
            "malformed_body",
            "request_timeout",
            "task_exists",
            "body_too_large",
            "unsupported_media_type",
            "invalid_field",
            "idempotency_key_reused",
            "overloaded",
        ),
    )
)
async def create_tasks() -> Response:
    """Add tasks, one on each line or in one array, as many as BULK_MAX_BYTES hold.

    Either all are stored or none, unless `handling=lenient` is preferred: then each bad line is
    told of and the others are stored. The body may come with `Content-Encoding: gzip`.
    """
    # Described here; answered by the handler that `provide_bulk` puts in its place.
    raise AssertionError

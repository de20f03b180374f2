"""The factory of the Quart app."""

import asyncio

from api import (
    database,
    docs,
    error_handlers,
    health,
    ingestion,
    metrics,
    one_task,
    schema_state,
    tasks,
)
from api.authentication import require_keys
from api.bodies import LIMITS
from api.bulk.route import provide_bulk
from api.cursors import provide_cursors
from api.gate import Gate
from api.headers import set_default_headers
from api.identifiers import TaskIdConverter
from api.key_use import provide_key_use
from vision_tasks.config import Settings
from vision_tasks.documents import DocumentLimits
from vision_tasks.secret_key import get_secret_key


def create_app(settings: Settings) -> Gate:
    """Build the API; it touches neither the disk nor the network before it serves."""
    app = Gate(
        "api",
        settings.TRUSTED_HOSTS,
        prefix=settings.API_V1_STR,
        max_at_work=settings.MAX_WAITING_REQUESTS,
    )
    app.config["MAX_CONTENT_LENGTH"] = settings.MAX_BODY_BYTES
    app.config[LIMITS] = DocumentLimits(settings.MAX_JSON_DEPTH, settings.MAX_JSON_FIELDS)
    # A URL has one spelling: any other is a 404, never a redirect.
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    app.url_map.converters[TaskIdConverter.name] = TaskIdConverter

    app.register_blueprint(tasks.blueprint, url_prefix=settings.API_V1_STR)
    app.register_blueprint(one_task.blueprint, url_prefix=settings.API_V1_STR)
    provide_bulk(app, settings)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(docs.blueprint)
    app.register_blueprint(metrics.blueprint)
    docs.provide_openapi(app, settings.PROJECT_NAME)
    require_keys(app, settings.API_V1_STR)
    provide_key_use(app)
    error_handlers.register(app)
    app.after_request(set_default_headers)

    @app.before_serving
    async def start() -> None:
        provide_cursors(app, await asyncio.to_thread(get_secret_key, settings))
        database.open_engine(app, settings)
        await metrics.open_metrics(app)
        ingestion.open_writer(app, settings)
        await schema_state.look_at_start(app)

    @app.after_serving
    async def stop() -> None:
        await ingestion.finish_writing(app)
        await metrics.close_metrics(app)
        await database.dispose_engine(app)

    return app

"""A desk in this process whose pages ask several times a second, so that no test has to wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from werkzeug.serving import make_server

from dashboard import create_app
from dashboard.live.pulse import Pulse
from dashboard.overview.looks import Looks
from vision_tasks.config import Settings

SECONDS = 0.1


@contextmanager
def serve_live(settings: Settings) -> Iterator[str]:
    """Serve the desk; yields its base URL."""
    app = create_app(settings)
    app.extensions["vision_tasks_pulse"] = Pulse(seconds=SECONDS)
    looks = app.extensions["vision_tasks_overview"] = Looks(interval_seconds=SECONDS)
    for kept in (looks.figures, looks.rates, looks.failures):
        kept.seconds = SECONDS
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["vision_tasks"].engine.dispose()

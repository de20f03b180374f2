"""Where an app keeps its pulse."""

from typing import cast

from flask import current_app

from dashboard.live.pulse import Pulse

_NAME = "vision_tasks_pulse"


def get_pulse() -> Pulse:
    """Return the one pulse of the current app in this process."""
    return cast("Pulse", current_app.extensions.setdefault(_NAME, Pulse()))

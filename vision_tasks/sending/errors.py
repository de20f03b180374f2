"""What ends a run."""

from vision_tasks.errors import VisionTasksError


class SendingStoppedError(VisionTasksError):
    """The run cannot go on now; the message says why, in a sentence and without the key."""

    code = "sending_stopped"

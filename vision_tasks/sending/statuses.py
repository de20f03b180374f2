"""The exit statuses of `send`."""

EVERYTHING_SENT = 0
STOPPED = 1
SOME_REJECTED = 2
INTERRUPTED = 130

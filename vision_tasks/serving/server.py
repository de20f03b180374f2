"""A server process seen from its parent: start, wait until it answers, stop."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress

from vision_tasks.errors import VisionTasksError

START_SECONDS = 60
POLL_SECONDS = 0.05


class ServerEndedError(VisionTasksError):
    """A server ended though nobody asked it to."""

    code = "server_ended"

    def __init__(self, name: str, status: int) -> None:
        super().__init__(f"The {name} ended unexpectedly (status {status}); its output is above.")


class ServerSilentError(VisionTasksError):
    """A server runs but does not answer."""

    code = "server_silent"

    def __init__(self, name: str) -> None:
        super().__init__(f"The {name} did not answer within {START_SECONDS} s; try again.")


class Server:
    """One of our two servers. `name` is for people, `path` is asked to see that it answers."""

    def __init__(
        self, name: str, interface: str, target: str, *, host: str, port: int, path: str
    ) -> None:
        self.name = name
        self._target = (interface, target)
        self._host = host
        self._port = port
        self._path = path
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, environment: Mapping[str, str], *, workers: int, threads: int | None) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the parent alone."""
        command = [sys.executable, "-P", "-m", "vision_tasks.serving.worker", *self._target]
        command += ["--host", self._host, "--port", str(self._port), "--workers", str(workers)]
        if threads is not None:
            command += ["--threads", str(threads)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, env=dict(environment), start_new_session=True
        )

    def wait_until_it_answers(self) -> None:
        """Return when the server answers; raise ServerEndedError or ServerSilentError if not."""
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            self.check()
            if time.monotonic() > deadline:
                raise ServerSilentError(self.name)
            time.sleep(POLL_SECONDS)

    def check(self) -> None:
        """Raise ServerEndedError if the process is gone."""
        if self._process is not None and (status := self._process.poll()) is not None:
            raise ServerEndedError(self.name, status)

    def ask_to_stop(self) -> None:
        """Let the server finish what it has accepted; `stop` waits for it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self, deadline: float) -> None:
        """Wait until the monotonic moment `deadline`, then end what is left by force."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=START_SECONDS)
        try:
            connection.request("GET", self._path)
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True

"""A server that keeps the contract of `POST /tasks/bulk` and can fail where a real one seldom does.

How the command gets on with the API itself is in `test_against_the_api.py`.
"""

import gzip
import hashlib
import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.keys import KEY

PATH = "/api/v1/tasks/bulk"
PATIENCE_SECONDS = 30


class StandIn:
    """Tasks by id, and what is to happen to the next requests.

    A fault is an answer `(status, headers, body)`, or one of "drop" (no answer, nothing done),
    "store and drop" (done, no answer), "store and cut" (done, half an answer) and "store and leave"
    (done, answered, and the connection closed without a word).
    """

    def __init__(self) -> None:
        self.url = ""
        self.tasks: dict[str, str] = {}
        self.requests: list[dict[str, Any]] = []
        self.faults: deque[Any] = deque()
        self.max_listed = 100
        self.max_bytes = 10**9
        self.forgets_keys = False
        self.refused_names: set[str] = set()
        self.holds_from: int | None = None
        self.held = threading.Event()
        self.released = threading.Event()
        self._answers: dict[str, tuple[bytes, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    @property
    def names(self) -> list[str]:
        return sorted(self.tasks.values())

    def answer(self, headers: dict[str, str], raw: bytes) -> tuple[int, dict[str, Any]]:
        zipped = headers.get("content-encoding") == "gzip"
        body = gzip.decompress(raw) if zipped else raw
        self.requests.append({"headers": headers, "body": body})
        if headers.get("authorization") != f"Bearer {KEY}":
            return 401, problem("unauthenticated", "Send a key that is in force.")
        if len(raw) > self.max_bytes:
            return 413, problem("body_too_large", "The body is longer than this server accepts.")
        if self.holds_from is not None and len(self.tasks) >= self.holds_from:
            self.held.set()
            assert self.released.wait(PATIENCE_SECONDS)
        with self._lock:
            return self._store(headers.get("idempotency-key"), body)

    def _store(self, key: str | None, body: bytes) -> tuple[int, dict[str, Any]]:
        digest = hashlib.sha256(body).digest()
        if key in self._answers and not self.forgets_keys:
            before, first = self._answers[key]
            if before != digest:
                return 422, problem("idempotency_key_reused", "Use a new one.")
            return 201, first
        errors = []
        lines = body.splitlines()
        for number, line in enumerate(lines, 1):
            task = json.loads(line)
            if task["filename"] in self.refused_names:
                reason = "is refused by a newer rule."
                errors.append({"line": number, "field": "filename", "reason": reason})
            elif task["id"] in self.tasks:
                errors.append({"line": number, "field": "id", "reason": "is taken."})
            else:
                self.tasks[task["id"]] = task["filename"]
        answer = {
            "created": len(lines) - len(errors),
            "rejected": len(errors),
            "taken": sum(error["field"] == "id" for error in errors),
            "errors": errors[: self.max_listed],
        }
        if key:
            self._answers[key] = (digest, answer)
        return 201, answer


def problem(code: str, detail: str) -> dict[str, Any]:
    return {"type": f"urn:vision-tasks:problem:{code}", "code": code, "detail": detail}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    stand_in: StandIn

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        raw = self.rfile.read(int(headers["content-length"]))
        fault = self.stand_in.faults.popleft() if self.stand_in.faults else None
        if fault == "drop":
            self.close_connection = True
        elif isinstance(fault, tuple):
            status, more, body = fault
            self._send(status, body, more)
        elif self.path != PATH:
            self._send(404, problem("not_found", "There is nothing at this address."), {})
        else:
            status, answer = self.stand_in.answer(headers, raw)
            self.close_connection = fault is not None
            if fault != "store and drop":
                self._send(status, answer, {}, is_cut=fault == "store and cut")

    def _send(
        self, status: int, body: Any, headers: dict[str, str], *, is_cut: bool = False
    ) -> None:
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text[: len(text) // 2] if is_cut else text)

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        # A client that was killed is no news.
        pass


@contextmanager
def run_stand_in() -> Iterator[StandIn]:
    stand_in = StandIn()
    handler = type("Handler", (_Handler,), {"stand_in": stand_in})
    server = _Server(("127.0.0.1", 0), handler)
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield stand_in
    finally:
        stand_in.released.set()
        server.shutdown()
        thread.join()
        server.server_close()

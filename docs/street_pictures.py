"""A server of pictures of streets, drawn when they are asked for, whatever they are called."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

_STREET = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360">
<rect width="640" height="360" fill="#b9d0de"/><circle cx="545" cy="62" r="26" fill="#f3e3b0"/>
<path d="M0 190h640v170H0z" fill="#9aa69b"/><path d="M250 190h140l180 170H70z" fill="#5d6468"/>
<path d="M317 200h6l4 30h-14zM311 250h18l6 50h-30z" fill="#e8e4d4"/>
<path d="M20 90h120v110H20zM160 120h70v76h-70zM430 80h90v118h-90zM535 110h95v92h-95z"
fill="#7d6f66"/>
<path d="M36 106h20v22H36zM76 106h20v22H76zM36 146h20v22H36zM76 146h20v22H76zM448 98h18v22h-18z
M482 98h18v22h-18zM448 138h18v22h-18zM482 138h18v22h-18z" fill="#d9cfa8"/>
<rect x="390" y="236" width="92" height="46" rx="9" fill="#b3402f"/>
<path d="M404 236l12-24h44l12 24z" fill="#8d3325"/><circle cx="412" cy="284" r="11" fill="#222"/>
<circle cx="462" cy="284" r="11" fill="#222"/>
<rect x="176" y="212" width="58" height="34" rx="7" fill="#2f5f8a"/>
<circle cx="190" cy="248" r="8" fill="#222"/><circle cx="221" cy="248" r="8" fill="#222"/>
<path d="M118 250h16v50h-16z" fill="#3c4a3e"/><circle cx="126" cy="240" r="9" fill="#d8b08c"/>
</svg>"""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/svg+xml")
        self.send_header("Cross-Origin-Resource-Policy", "cross-origin")
        self.end_headers()
        self.wfile.write(_STREET.encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serve_pictures() -> Iterator[str]:
    """Serve pictures on this machine, and yield the setting that finds them."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/{{path}}"
    server.shutdown()
    server.server_close()

"""A package index on this machine: what was asked before is answered from a folder.

Run as `python -m bench.index FOLDER [UPSTREAM]`; prints its port. With an upstream it fetches what
the folder lacks, in the format (HTML or JSON) that the client asked for; without one the folder is
all there is. Pages are a snapshot: every tool that is measured sees the same versions.
"""

import hashlib
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

from bench.snapshot import Page, Snapshot


class Handler(BaseHTTPRequestHandler):
    """Answers over connections that stay open, as a real index does."""

    protocol_version = "HTTP/1.1"
    # Head and body are two writes: with Nagle's algorithm the second waits for 40 ms.
    disable_nagle_algorithm = True
    snapshot: Snapshot

    def do_GET(self) -> None:
        """A page, a file, or how often the folder lacked something."""
        match unquote(self.path.partition("?")[0]).strip("/").split("/"):
            case ["simple", name]:
                self._page(self.snapshot.page(name, json="+json" in self.headers["Accept"]))
            case ["files", key, filename]:
                self._file(self.snapshot.file(key, filename))
            case ["misses"]:
                self._send(str(self.snapshot.misses).encode(), "text/plain")
            case _:
                self.send_error(HTTPStatus.NOT_FOUND)

    def _page(self, page: Page | None) -> None:
        if page is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        tag = f'"{hashlib.sha256(page.body).hexdigest()}"'
        if self.headers["If-None-Match"] == tag:
            self._send(b"", page.kind, status=HTTPStatus.NOT_MODIFIED, tag=tag)
        else:
            self._send(page.body, page.kind, tag=tag)

    def _file(self, path: Path | None) -> None:
        if path is None:
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            self._send(path.read_bytes(), "application/octet-stream")

    def _send(
        self, body: bytes, kind: str, *, status: HTTPStatus = HTTPStatus.OK, tag: str = ""
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class' name
        """Prints nothing."""


class Server(ThreadingHTTPServer):
    """One thread for each connection; a burst of them is not refused."""

    daemon_threads = True
    request_queue_size = 128


def main() -> None:
    folder, *upstream = sys.argv[1:]
    Handler.snapshot = Snapshot(Path(folder), upstream[0] if upstream else None)
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

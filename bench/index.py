"""A package index on this machine: what was asked before is answered from a folder.

Run as `python -m bench.index FOLDER [UPSTREAM]`; prints its port. With an upstream it fetches what
the folder lacks, in the format (HTML or JSON) that the client asked for; without one the folder is
all there is. Pages are a snapshot: every tool that is measured sees the same versions.
"""

import hashlib
import re
import sys
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote

from bench.snapshot import Page, Snapshot

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


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

    do_HEAD = do_GET  # noqa: N815  the base class' name

    def _page(self, page: Page | None) -> None:
        if page is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        tag = f'"{hashlib.sha256(page.body).hexdigest()}"'
        if self.headers["If-None-Match"] == tag:
            self._send(b"", page.kind, status=HTTPStatus.NOT_MODIFIED, more={"ETag": tag})
        else:
            self._send(page.body, page.kind, more={"ETag": tag})

    def _file(self, path: Path | None) -> None:
        if path is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body, kind = path.read_bytes(), "application/octet-stream"
        match _RANGE.fullmatch(self.headers["Range"] or ""):
            case None:
                self._send(body, kind)
            case asked:
                begin, end = _span(asked, len(body))
                self._send(
                    body[begin:end],
                    kind,
                    status=HTTPStatus.PARTIAL_CONTENT,
                    more={"Content-Range": f"bytes {begin}-{end - 1}/{len(body)}"},
                )

    def _send(
        self,
        body: bytes,
        kind: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.send_response(status)
        headers = {"Content-Type": kind, "Accept-Ranges": "bytes", **more}
        if status is not HTTPStatus.NOT_MODIFIED:
            headers["Content-Length"] = str(len(body))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class' name
        """Prints nothing."""


def _span(asked: re.Match[str], size: int) -> tuple[int, int]:
    """Begin and end of one byte range (RFC 9110) of a file of that size."""
    first, last = asked.groups()
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1 if last else size)


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

"""An HTTP server on the loopback that behaves as badly as a test asks for."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(kw_only=True)
class Reply:
    """What is sent back.

    cut: how many bytes of the body are sent before the connection is dropped; -1 for all.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = -1


@dataclass(kw_only=True)
class Seen:
    """One request."""

    path: str
    headers: dict[str, str]


Answer = Callable[[Seen], Reply]


class Server:
    """Answers by path; `seen` has every request in order."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: dict[str, Answer] = {}
        self.seen: list[Seen] = []

    def answer(self, path: str, answer: Answer | Reply) -> str:
        """Answer requests of `path` so; its URL."""
        self.answers[path] = (lambda _: answer) if isinstance(answer, Reply) else answer
        return self.url + path

    def ranges(self) -> list[str]:
        """The Range header of each request, "" where there was none."""
        return [seen.headers.get("range", "") for seen in self.seen]


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server until the end of the block; of https, if it is given a certificate."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = Seen(path=self.path, headers=headers)
            server.seen.append(seen)
            answer: Answer = server.answers.get(self.path, lambda _: Reply(status=404))
            self._send(answer(seen))

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers and reply.status != 304:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body if reply.cut < 0 else reply.body[: reply.cut])
            if reply.cut >= 0:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    if tls:
        http.socket = tls.wrap_socket(http.socket, server_side=True)
    server = Server(f"http{'s' * bool(tls)}://127.0.0.1:{http.server_address[1]}")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def file_with_ranges(body: bytes, *, cuts: list[int], headers: dict[str, str]) -> Answer:
    """A file of a server that understands Range; the first answers are cut after so many bytes."""

    def answer(seen: Seen) -> Reply:
        cut = cuts.pop(0) if cuts else -1
        wanted = seen.headers.get("range", "")
        condition = seen.headers.get("if-range", "")
        if not wanted or (condition and condition not in headers.values()):
            return Reply(body=body, headers=headers, cut=cut)
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        place = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
        return Reply(status=206, body=body[start:], headers={**headers, **place}, cut=cut)

    return answer


def netrc_file(folder: Path, text: str) -> dict[str, str]:
    """An environment whose netrc file says `text`."""
    path = folder / "netrc"
    path.write_text(text)
    path.chmod(0o600)
    return {"NETRC": str(path)}

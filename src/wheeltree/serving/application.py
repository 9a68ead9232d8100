"""Requests answered from a wheelhouse, as an ASGI application."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from wheeltree.serving.formats import FORMATS, acceptable
from wheeltree.serving.lookup import Found, Missing, Moved, Unacceptable, look_up
from wheeltree.serving.opened import OpenFile
from wheeltree.serving.parts import NoSuchPart, Part, asked_part
from wheeltree.serving.tags import is_known, tag

_METHODS = ("GET", "HEAD")
_BLOCK = 1 << 18
_SAFE = {"x-content-type-options": "nosniff"}
"""With every answer: a browser must not take a wheel for a page."""


class Application:
    """Answers GET and HEAD from the wheelhouse `root`, as it is at the moment of the request."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        async with AsyncExitStack() as stack:
            response = await self._response(stack, scope)
            await response(scope, receive, send)

    async def _response(self, stack: AsyncExitStack, scope: Scope) -> Response:
        if scope["method"] not in _METHODS:
            return _told(405, "only GET and HEAD are answered", {"allow": ", ".join(_METHODS)})
        headers = Headers(scope=scope)
        formats = acceptable(_joined(headers, "accept"))
        try:
            answer = await run_in_threadpool(look_up, self._root, scope["path"], formats)
        except OSError:
            # Such as too many open files: what is not there, or not for us, is no OSError.
            return _told(503, "the wheelhouse cannot be read at the moment", {"retry-after": "1"})
        if isinstance(answer, Found):
            stack.enter_context(answer.file)
            return _of_file(answer, scope["method"], headers)
        return _of_none(answer)


def _of_none(answer: Moved | Missing | Unacceptable) -> Response:
    match answer:
        case Moved(location=location):
            return _told(301, "moved", {"location": location, "cache-control": "no-cache"})
        case Unacceptable():
            types = ", ".join(name for each in FORMATS for name in each.names)
            return _told(406, f"a page can be had as {types}", {"vary": "Accept"})
        case Missing():
            return _told(404, "not found", {})


def _of_file(found: Found, method: str, headers: Headers) -> Response:
    size, own = found.file.status.st_size, tag(found.file.status, found.content_type)
    described = {**_SAFE, "etag": own, "cache-control": found.caching}
    if found.negotiated:
        described["vary"] = "Accept"
    if is_known(_joined(headers, "if-none-match"), own):
        return Response(status_code=304, headers=described)
    described |= {"content-type": found.content_type, "accept-ranges": "bytes"}
    if method == "HEAD":
        return Response(headers={**described, "content-length": str(size)})
    try:
        # A part of what the client has another part of, or else everything.
        same = headers.get("if-range", own) == own
        part = asked_part(headers.get("range", ""), size) if same else None
    except NoSuchPart:
        return _told(416, f"there are {size} bytes", {"content-range": f"bytes */{size}"})
    if part is None:
        return _streamed(200, found.file, Part(start=0, end=size), described)
    described["content-range"] = f"bytes {part.start}-{part.end - 1}/{size}"
    return _streamed(206, found.file, part, described)


def _streamed(status: int, file: OpenFile, part: Part, headers: Mapping[str, str]) -> Response:
    length = {"content-length": str(part.end - part.start)}
    return StreamingResponse(_blocks(file, part), status_code=status, headers={**headers, **length})


async def _blocks(file: OpenFile, part: Part) -> AsyncIterator[bytes]:
    position = part.start
    while position < part.end:
        count = min(_BLOCK, part.end - position)
        block = await run_in_threadpool(file.read, position, count)
        if not block:  # cut off in place by somebody: the client sees that bytes are missing
            return
        position += len(block)
        yield block


def _told(status: int, text: str, headers: Mapping[str, str]) -> Response:
    return PlainTextResponse(f"{text}\n", status_code=status, headers={**_SAFE, **headers})


def _joined(headers: Headers, name: str) -> str:
    """A header that may come on several lines."""
    return ", ".join(headers.getlist(name))

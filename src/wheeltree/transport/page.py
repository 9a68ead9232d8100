"""What a server answered to a question for one page."""

from wheeltree.errors import FetchError
from wheeltree.model.frozen import Frozen


class NotFound(FetchError):
    """There is nothing at a URL (HTTP 404 or 410, or no such file)."""


class Page(Frozen):
    """The content of one URL."""

    url: str
    """After redirects, without credentials: relative links are relative to this."""
    status: int
    """HTTP status; 200 for a file."""
    content_type: str
    """As the server says, parameters included; by suffix for a file; "" if it says nothing."""
    content: bytes
    etag: str = ""
    """ETag as received, for a conditional request; "" where the server sent none."""
    last_modified: str = ""
    """Last-Modified as received; "" where the server sent none."""

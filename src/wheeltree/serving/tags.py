"""Entity tags: whether a client already has what it asks for (RFC 9110, 8.8.3 and 13.1)."""

import hashlib
import os


def tag(status: os.stat_result, content_type: str) -> str:
    """The tag of a file that is sent with this content type.

    A wheelhouse replaces files and never changes one: another inode, date or size is another file.
    Last-Modified could not tell this: two publications fit into one second, and a wheel that comes
    back from the store is older than the one in its place.
    """
    text = f"{status.st_ino} {status.st_mtime_ns} {status.st_size} {content_type}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def is_known(header: str, own: str) -> bool:
    """Whether an If-None-Match header names `own`, or anything."""
    named = {each.strip().removeprefix("W/") for each in header.split(",")}
    return bool(named & {own, "*"})

"""Members of a wheel that get other bytes than its file has, or are new, before it is repacked."""

import dataclasses
from collections.abc import Mapping

from wheeltree.building.wheel import Member, Wheel, opened
from wheeltree.model.digest import digest_bytes
from wheeltree.model.frozen import replace


def text_of(wheel: Wheel, path: str) -> bytes:
    """The bytes that a member has now; BuildError if the file is damaged."""
    rewritten = dict(wheel.rewritten)
    if path in rewritten:
        return rewritten[path]
    with opened(wheel.path, subject=wheel.filename) as archive:
        return archive.read(path)


def rewritten(wheel: Wheel, contents: Mapping[str, bytes]) -> Wheel:
    """The same wheel with these members, by path; those that it has get other bytes."""
    if not contents:
        return wheel
    members = {each.path: each for each in wheel.members}
    for path, content in contents.items():
        members[path] = _member(members.get(path), path, content)
    return replace(
        wheel,
        members=tuple(members[path] for path in sorted(members)),
        rewritten=tuple({**dict(wheel.rewritten), **contents}.items()),
    )


def _member(standing: Member | None, path: str, content: bytes) -> Member:
    digest, size = digest_bytes(content), len(content)
    if standing is None:
        return Member(path=path, executable=False, digest=digest, size=size)
    return dataclasses.replace(standing, digest=digest, size=size)

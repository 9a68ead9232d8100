"""What a wheel requires, edited in its METADATA, of which every other byte stays as it is."""

import dataclasses

from wheeltree.building.core_metadata import read_metadata
from wheeltree.building.wheel import Member, Wheel, opened
from wheeltree.errors import BuildError
from wheeltree.model.digest import digest_bytes
from wheeltree.model.edits import RequirementEdits
from wheeltree.model.frozen import replace

_FIELD = b"requires-dist:"


def redeclared(wheel: Wheel, edits: RequirementEdits) -> Wheel:
    """The same wheel, with its Requires-Dist edited; the wheel itself if nothing changes.

    BuildError if its METADATA is spelled so that another reader might see other lines in it.
    """
    wanted = edits.apply(wheel.metadata.requires_dist)
    if wanted == wheel.metadata.requires_dist:
        return wheel
    path = f"{wheel.dist_info}/METADATA"
    with opened(wheel.path, subject=wheel.filename) as archive:
        content = _edited(archive.read(path), wheel, edits)
    metadata = read_metadata(
        content.decode(), name=wheel.name, version=wheel.version, subject=wheel.filename
    )
    if metadata != replace(wheel.metadata, requires_dist=wanted):
        raise _unreadable(wheel)
    return replace(
        wheel,
        metadata=metadata,
        members=tuple(_renewed(each, path, content) for each in wheel.members),
        rewritten=((path, content),),
    )


def _renewed(member: Member, path: str, content: bytes) -> Member:
    if member.path != path:
        return member
    return dataclasses.replace(member, digest=digest_bytes(content), size=len(content))


def _edited(content: bytes, wheel: Wheel, edits: RequirementEdits) -> bytes:
    headers, body = _split(content)
    requires = wheel.metadata.requires_dist
    places = [at for at, each in enumerate(headers) if each.lower().startswith(_FIELD)]
    if len(places) != len(requires):
        raise _unreadable(wheel)
    end = _line_end(content)
    for at, text, instead in zip(places, requires, edits.fates(requires), strict=True):
        if instead != text:
            headers[at] = _spell(instead, end) if instead else b""
    if not headers[-1].endswith((b"\n", b"\r")):
        headers[-1] += end
    last = places[-1] if places else len(headers) - 1
    headers[last + 1 : last + 1] = [_spell(text, end) for text in edits.added(requires)]
    return b"".join((*headers, body))


def _split(content: bytes) -> tuple[list[bytes], bytes]:
    """The fields, each with its further lines, and all from the first empty line on."""
    fields: list[bytes] = []
    rest = content
    for line in content.splitlines(keepends=True):
        if not line.strip(b"\r\n"):
            break
        rest = rest[len(line) :]
        if line[:1] in b" \t" and fields:
            fields[-1] += line
        else:
            fields.append(line)
    return fields, rest


def _line_end(content: bytes) -> bytes:
    return b"\r\n" if content.partition(b"\n")[0].endswith(b"\r") else b"\n"


def _spell(requirement: str, end: bytes) -> bytes:
    return b"Requires-Dist: " + requirement.encode() + end


def _unreadable(wheel: Wheel) -> BuildError:
    return BuildError(
        f"{wheel.filename}: its METADATA is spelled so that its Requires-Dist cannot be edited",
        hint="edit what the source declares instead, by `pyproject:` or with a patch",
    )

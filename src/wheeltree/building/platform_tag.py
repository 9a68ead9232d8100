"""The platform tag that settings give a wheel, checked against what its files need."""

import dataclasses
import re
from pathlib import PurePosixPath

from wheeltree.building.wheel import Member, Wheel, opened
from wheeltree.errors import BuildError
from wheeltree.host.elf import linkages
from wheeltree.model.digest import digest_bytes
from wheeltree.model.frozen import replace
from wheeltree.model.platform import Interpreter

_MANYLINUX = re.compile(r"manylinux_(\d+)_(\d+)_\w+")
_ANY = "any"


def platform_tagged(wheel: Wheel, tag: str, interpreter: Interpreter) -> Wheel:
    """The same wheel for another platform; the wheel itself if it is for any, or `tag` is "".

    BuildError if no installer would take it for `interpreter` here, or if the tag promises an older
    GNU C library than its files need (PEP 600).
    """
    stem, _, own = wheel.filename.removesuffix(".whl").rpartition("-")
    if not tag or own in {_ANY, tag}:
        return wheel
    filename = f"{stem}-{tag}.whl"
    _check(wheel, tag, interpreter)
    path = f"{wheel.dist_info}/WHEEL"
    with opened(wheel.path, subject=wheel.filename) as archive:
        said = dict(wheel.rewritten).get(path) or archive.read(path)
    content = re.sub(rb"(?m)^(Tag: [^-\r\n]+-[^-\r\n]+)-[^-\r\n]+$", rb"\1-" + tag.encode(), said)
    return replace(
        wheel,
        filename=filename,
        members=tuple(_renewed(each, path, content) for each in wheel.members),
        rewritten=(*wheel.rewritten, (path, _once(content))),
    )


def _check(wheel: Wheel, tag: str, interpreter: Interpreter) -> None:
    subject = f"{wheel.name} {wheel.version}"
    if not any(each.endswith(f"-{tag}") for each in interpreter.tags):
        raise BuildError(
            f"{subject}: its settings say `platform_tag: {tag}`, which no installer takes for "
            f"Python {interpreter.version} on this machine",
            hint="pip debug --verbose lists the tags that are taken",
        )
    promised = _MANYLINUX.fullmatch(tag)
    if promised is None:
        return
    least = (int(promised[1]), int(promised[2]))
    above = [each for each in linkages(wheel.path).files if each.glibc > least]
    if above:
        newest = max(each.glibc for each in above)
        raise BuildError(
            f"{subject}: its settings say `platform_tag: {tag}`, but its files need glibc "
            f"{_spelled(newest)}",
            details=[f"{each.member} needs {_spelled(each.glibc)}" for each in above],
            hint=f"say manylinux_{newest[0]}_{newest[1]}, or build it where glibc is older",
        )


def _renewed(member: Member, path: str, content: bytes) -> Member:
    if PurePosixPath(member.path) != PurePosixPath(path):
        return member
    once = _once(content)
    return dataclasses.replace(member, digest=digest_bytes(once), size=len(once))


def _once(content: bytes) -> bytes:
    """Without lines that say the same: a wheel of several platforms becomes one of one."""
    return b"".join(dict.fromkeys(content.splitlines(keepends=True)))


def _spelled(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"

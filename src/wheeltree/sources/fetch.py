"""A candidate's archive on this disk, with the bytes that were promised."""

from pathlib import Path

from wheeltree.errors import DigestMismatch
from wheeltree.model.digest import Digest
from wheeltree.model.source import Candidate
from wheeltree.transport import Transport, redact


def fetch(
    transport: Transport, candidate: Candidate, into: Path, *, expected: frozenset[Digest]
) -> Digest:
    """Download the archive of `candidate` into the file `into`; its SHA-256.

    expected: digests that the requirement allows; empty if it names none. They count beside what
    the index promised.

    DigestMismatch or FetchError; then `into` does not exist.
    """
    got = transport.download(candidate.url, into)
    promised = frozenset({candidate.digest} if candidate.digest else ())
    promising = "settings promise" if candidate.declared else "index promises"
    for said, allowed in ((promising, promised), ("requirement promises", expected)):
        if allowed and got not in allowed:
            into.unlink()
            raise DigestMismatch(
                f"{candidate}: {redact(candidate.url)} has sha256 {got}, but the {said} "
                f"{' or '.join(sorted(allowed))}",
                hint="do not use it: either the file was replaced where it is published, or a "
                "cache on the way is damaged",
            )
    return got

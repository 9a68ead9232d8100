"""Statements as they are read again: from files that anybody may have written."""

import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from wheeltree.attesting.envelope import ENDING, MOST_BYTES, Envelope, read, signed_bytes, unbased
from wheeltree.attesting.keys import PublicKey
from wheeltree.attesting.statement import PROVENANCE, STATEMENT
from wheeltree.errors import EvidenceError
from wheeltree.model.codec import Malformed, decode
from wheeltree.model.frozen import Frozen, field

_PLACES = (f"pool/*/*/*{ENDING}", f"statements/*{ENDING}")
_MOST_FILES = 200_000


class Descriptor(Frozen):
    """What in-toto calls a resource: a file, a package, a folder."""

    name: str = ""
    uri: str = ""
    digest: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, Any] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Its digest; "" where it has none of that kind."""
        return self.digest.get("sha256", "")

    def noted(self, name: str) -> str:
        """One annotation, as text."""
        return str(self.annotations.get(name, ""))


class _Definition(Frozen):
    buildType: str  # noqa: N815  as the standard has it
    resolvedDependencies: tuple[Descriptor, ...]  # noqa: N815


class _Predicate(Frozen):
    buildDefinition: _Definition  # noqa: N815


class _Statement(Frozen):
    type: str = field(name="_type")
    predicateType: str  # noqa: N815
    subject: tuple[Descriptor, ...]
    predicate: _Predicate


class Claim(Frozen, dict=True):
    """One statement, not believed yet."""

    place: str
    """The file that it was read from, below the wheelhouse, for messages."""
    envelope: Envelope
    subjects: tuple[Descriptor, ...]
    """The file that came out of the build, and all that it was published as."""
    build_type: str
    dependencies: tuple[Descriptor, ...]

    @property
    def name(self) -> str:
        """Of the wheel as it was built."""
        return self.subjects[0].name

    def is_about(self, sha256: str) -> bool:
        """Whether a file with this digest is among its subjects."""
        return any(each.sha256 == sha256 for each in self.subjects)

    def is_signed_by(self, key: PublicKey) -> bool:
        """Whether one of its signatures is by this key; what key they name does not count."""
        content = signed_bytes(self.envelope.statement)
        return any(key.verifies(unbased(each.sig), content) for each in self.envelope.signatures)


class Claims:
    """All statements of a wheelhouse."""

    def __init__(self, found: Iterable[Claim]) -> None:
        self._by_digest: dict[str, list[Claim]] = defaultdict(list)
        self._by_content: dict[str, list[Claim]] = defaultdict(list)
        self._by_name: dict[str, list[Claim]] = defaultdict(list)
        for claim in found:
            for each in claim.subjects:
                _enter(self._by_digest[each.sha256], claim)
                _enter(self._by_content[each.noted("content")], claim)
                _enter(self._by_name[each.name], claim)

    def about(self, sha256: str) -> Sequence[Claim]:
        """Those about a file with this digest."""
        return self._by_digest.get(sha256, ()) if sha256 else ()

    def of_content(self, content: str) -> Sequence[Claim]:
        """Those about a wheel with this content, however it is packed."""
        return self._by_content.get(content, ()) if content else ()

    def named(self, filename: str) -> Sequence[Claim]:
        """Those about a file of this name, whatever its bytes."""
        return self._by_name.get(filename, ())


def claims_of(house: Path, *, beside: Path) -> Claims:
    """All statements in a wheelhouse, and those in the file beside a wheel.

    EvidenceError, which names the file, for one that is no file of statements.
    """
    found = (path for pattern in _PLACES for path in sorted(house.glob(pattern)))
    own = beside.with_name(f"{beside.name}{ENDING}")
    paths = [*found, *((own,) if own.exists() else ())]
    if len(paths) > _MOST_FILES:
        raise EvidenceError(f"{house} has {len(paths)} files of statements, which is too many")
    return Claims(claim for path in paths for claim in _claims(path, house))


def _claims(path: Path, house: Path) -> Iterator[Claim]:
    place = str(path.relative_to(house) if path.is_relative_to(house) else path)
    try:
        for envelope in read(_content(path)):
            yield _claim(place, envelope)
    except (Malformed, RecursionError) as error:
        raise EvidenceError(f"{path} is no file of statements: {error}", hint=_ANEW) from error
    except OSError as error:
        raise EvidenceError(f"{path} cannot be read: {error.strerror}") from error


_ANEW = "publish the wheelhouse anew: builder bootstrap"


def _claim(place: str, envelope: Envelope) -> Claim:
    said = decode(envelope.statement, _Statement)
    if (said.type, said.predicateType) != (STATEMENT, PROVENANCE) or not said.subject:
        raise Malformed("it has a statement of another kind than provenance")
    definition = said.predicate.buildDefinition
    return Claim(
        place=place,
        envelope=envelope,
        subjects=said.subject,
        build_type=definition.buildType,
        dependencies=definition.resolvedDependencies,
    )


def _content(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
            raise Malformed("it is no plain file, or too large")
        return file.read(MOST_BYTES + 1)


def _enter(claims: list[Claim], claim: Claim) -> None:
    if not claims or claims[-1] is not claim:
        claims.append(claim)

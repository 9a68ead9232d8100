"""Checks how a wheel was made, from link to link, down to sources and to what others made.

Each wheel must have a statement about its very bytes, signed by the key that is asked for; each
wheel that it was built with must have one, too; each source must be the file in the wheelhouse.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from wheeltree.attesting.claims import Claim, Claims, Descriptor
from wheeltree.attesting.envelope import Envelope
from wheeltree.attesting.keys import PublicKey
from wheeltree.attesting.statement import BUILT, TAKEN
from wheeltree.errors import EvidenceError
from wheeltree.model.codec import Malformed
from wheeltree.model.digest import digest_file
from wheeltree.model.frozen import Frozen

_DEEPEST = 100
"""Wheels that were built with one another; real trees have a dozen."""

Kind = Literal["wheel", "source", "patch", "extra", "crate", "seed", "system", "prebuilt"]
State = Literal["holds", "end", "broken"]
"""end: named by its digest, and made by somebody else."""

_ENDS: dict[str, Kind] = {"patch": "patch", "extra": "extra", "crate": "crate"}
_ORIGINS: dict[str, Kind] = {"seed": "seed", "system": "system", "prebuilt": "prebuilt"}


class Link(Frozen):
    """One thing that a wheel was made from, or the wheel itself."""

    kind: Kind
    name: str
    sha256: str
    state: State
    said: str
    """Where it holds, what it is an end of, or why it is broken."""
    of: str
    """The wheel that it is a part of; "" for the one that was asked about."""


class Verdict(Frozen):
    """What came of a check."""

    links: tuple[Link, ...]
    """Each once, the wheel itself first."""
    signed: bool
    """Whether signatures were checked."""

    @property
    def broken(self) -> tuple[Link, ...]:
        """The links that fail."""
        return tuple(each for each in self.links if each.state == "broken")


def verify(wheel: Path, house: Path, claims: Claims, key: PublicKey | None) -> Verdict:
    """Whether the wheel file was made as statements in the wheelhouse `house` say.

    key: the one that must have signed all of them; None looks at no signature, and then nothing is
    proven but that everything fits. EvidenceError if the wheel cannot be read.
    """
    try:
        digest = digest_file(wheel)
    except OSError as error:
        raise EvidenceError(f"{wheel} cannot be read: {error.strerror}") from error
    links = _Chain(house, claims, key).wheel(wheel.name, digest)
    return Verdict(links=tuple(dict.fromkeys(links)), signed=key is not None)


_Identity = tuple[str, Envelope]
"""A claim by where it stands and what is written there."""


class _Chain:
    def __init__(self, house: Path, claims: Claims, key: PublicKey | None) -> None:
        self._house = house
        self._claims = claims
        self._key = key
        self._known: dict[_Identity, tuple[Link, ...]] = {}
        self._digests: dict[Path, str] = {}
        self._above: list[_Identity] = []

    def wheel(self, name: str, digest: str) -> tuple[Link, ...]:
        """The links of the wheel file itself."""
        about = self._claims.about(digest)
        if about:
            return self._best(about, _broken("wheel", name, digest, "", "unreachable"))
        others = self._claims.named(name)
        said = (
            f"{others[0].place} is about a file of this name with other bytes"
            if others
            else f"no statement in {self._house} is about its bytes"
        )
        return (_broken("wheel", name, digest, "", said),)

    def _best(self, claims: Sequence[Claim], none: Link) -> tuple[Link, ...]:
        """The links of the first claim of which none is broken, or else of the first."""
        tried = [self._links(claim, none.of) for claim in claims]
        whole = (each for each in tried if all(link.state != "broken" for link in each))
        return next(whole, tried[0] if tried else (none,))

    def _links(self, claim: Claim, of: str) -> tuple[Link, ...]:
        itself = (claim.place, claim.envelope)
        if itself not in self._known:
            if itself in self._above or len(self._above) >= _DEEPEST:
                return (_link(claim, "broken", "it is built with itself, or without end", of),)
            self._above.append(itself)
            self._known[itself] = tuple(dict.fromkeys(self._below(claim)))
            self._above.pop()
        doubt = self._doubt(claim)
        state: State = "broken" if doubt else "holds"
        return (_link(claim, state, doubt or claim.place, of), *self._known[itself])

    def _doubt(self, claim: Claim) -> str:
        """Why a claim is not believed; "" for one that is."""
        try:
            if self._key is not None and not claim.is_signed_by(self._key):
                by = "another key" if claim.envelope.signatures else "nobody"
                return f"{claim.place} is signed by {by}"
        except Malformed as error:
            return f"{claim.place}: {error}"
        if claim.build_type not in {BUILT, TAKEN}:
            return f"{claim.place} tells of a build of another kind: {claim.build_type[:100]!r}"
        for each in claim.subjects:
            path = self._house / "pool" / each.sha256[:2] / each.sha256 / _plain(each.name)
            if path.is_file() and self._digest(path) != each.sha256:
                return f"{path} has other bytes than {claim.place} is about"
        return ""

    def _below(self, claim: Claim) -> Iterator[Link]:
        if claim.build_type == TAKEN:
            yield from self._taken(claim)
            return
        sources = [each for each in claim.dependencies if each.noted("kind") == "sdist"]
        fetched = [each for each in claim.dependencies if each.noted("kind") == "source"]
        for each in sources or fetched:
            yield self._source(each, claim.name)
        if not (sources or fetched):
            yield _broken("source", claim.name, "", claim.name, "its statement names no source")
        for each in fetched if sources else ():
            yield _end("source", each, claim.name)
        for each in claim.dependencies:
            if kind := _ENDS.get(each.noted("kind")):
                yield _end(kind, each, claim.name)
            elif each.noted("kind") == "wheel":
                yield from self._tool(each, claim.name)

    def _taken(self, claim: Claim) -> Iterator[Link]:
        wheels = [each for each in claim.dependencies if each.noted("kind") == "prebuilt"]
        for each in wheels:
            if claim.is_about(each.sha256):
                yield _end("prebuilt", each, claim.name)
        if not any(claim.is_about(each.sha256) for each in wheels):
            said = "its statement names another wheel than it is about"
            yield _broken("prebuilt", claim.name, "", claim.name, said)

    def _tool(self, tool: Descriptor, of: str) -> tuple[Link, ...]:
        """A wheel of a build environment: by its bytes, or packed otherwise with the same content.

        A seed and a program of the system have no statement, and need none.
        """
        origin = tool.noted("origin")
        if origin in {"seed", "system"}:
            return (_end(_ORIGINS[origin], tool, of),)
        about = self._claims.about(tool.sha256) or self._claims.of_content(tool.noted("content"))
        if not about and origin == "prebuilt":
            return (_end("prebuilt", tool, of),)
        said = f"it is built with it, and no statement in {self._house} is about it"
        return self._best(about, _broken("wheel", tool.name, tool.sha256, of, said))

    def _source(self, source: Descriptor, of: str) -> Link:
        name = _plain(source.name)
        of_variants = sorted(self._house.glob(f"*/sdists/{_glob(name)}"))
        there = [each for each in (self._house / "sdists" / name, *of_variants) if each.is_file()]
        for path in there:
            if self._digest(path) == source.sha256:
                return Link(
                    kind="source",
                    name=name,
                    sha256=source.sha256,
                    state="holds",
                    said=str(path),
                    of=of,
                )
        said = (
            f"{there[0]} has other bytes than the source that it was built from"
            if there
            else f"there is no {name} in {self._house / 'sdists'}"
        )
        return _broken("source", name, source.sha256, of, said)

    def _digest(self, path: Path) -> str:
        if path not in self._digests:
            try:
                self._digests[path] = digest_file(path)
            except OSError as error:
                raise EvidenceError(f"{path} cannot be read: {error.strerror}") from error
        return self._digests[path]


def _link(claim: Claim, state: State, said: str, of: str) -> Link:
    first = claim.subjects[0]
    return Link(kind="wheel", name=first.name, sha256=first.sha256, state=state, said=said, of=of)


def _broken(kind: Kind, name: str, sha256: str, of: str, said: str) -> Link:
    return Link(kind=kind, name=name, sha256=sha256, state="broken", said=said, of=of)


def _end(kind: Kind, named: Descriptor, of: str) -> Link:
    """What is known of it: its digest, without which it could be anything."""
    if not named.sha256:
        return _broken(kind, named.name, "", of, "its statement names no digest of it")
    said = named.noted("note") or named.uri
    return Link(kind=kind, name=named.name, sha256=named.sha256, state="end", said=said, of=of)


def _plain(name: str) -> str:
    """A file name that stays in its folder, whatever a statement says."""
    odd = "/" in name or "\0" in name or name in {"", ".", ".."}
    return "-" if odd else name


def _glob(name: str) -> str:
    return "".join(f"[{each}]" if each in "*?[" else each for each in name)

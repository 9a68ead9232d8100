"""How wheels were made, checked offline; and keys that sign it."""

from pathlib import Path

from wheeltree.attesting import chain, keys
from wheeltree.attesting.chain import Verdict
from wheeltree.attesting.claims import claims_of
from wheeltree.errors import EvidenceError


def verify(wheel: Path, *, wheelhouse: Path, key: Path | None) -> Verdict:
    """The links of the wheel down to its sources; see `attesting.chain`.

    key: a file with the public key. UsageError for one that is none, EvidenceError for files that
    cannot be read; a broken link is in the verdict.
    """
    public = None if key is None else keys.public_key(key)
    return chain.verify(wheel, wheelhouse, claims_of(wheelhouse, beside=wheel), public)


def refusal(wheel: Path, verdict: Verdict) -> EvidenceError | None:
    """The error that tells of broken links; None where there are none."""
    broken = verdict.broken
    if not broken:
        return None
    count = "one link" if len(broken) == 1 else f"{len(broken)} links"
    return EvidenceError(
        f"{wheel}: {count} between it and its sources cannot be proven",
        details=tuple(f"{each.name}: {each.said}" for each in broken),
        hint="do not install it; if the wheelhouse is yours, publish it anew: builder bootstrap",
    )


def generate(file: Path) -> Path:
    """A new key in `file`, and its public key beside it; where that is. Errors as of `keys`."""
    return keys.generate(file)

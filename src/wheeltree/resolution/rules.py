"""Rules of admission about where a candidate comes from, how old it is, and what its index says."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

from packaging.utils import NormalizedName

from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate
from wheeltree.resolution.admission import Rejection, RuleName, waiving
from wheeltree.resolution.index import Listing


class Cooldown(Frozen):
    """What was uploaded a short while ago is left alone, until others have looked at it."""

    age: timedelta
    now: datetime
    where: str

    def rejections(self, candidate: Candidate, listing: Listing | None) -> Iterator[Rejection]:
        """One for what is too young, or of unknown age."""
        del listing
        if _is_exact(candidate):
            return
        waive = waiving(candidate.name, "cooldown", f'versions: "=={candidate.version}", ')
        uploaded = candidate.upload_time
        if uploaded is None:
            yield Rejection(
                rule="cooldown",
                text=f"has no upload time, and {self.where} asks for {_spelled(self.age)} since "
                "then (cooldown)",
                remedy=f"take an index that tells upload times (PEP 700), or {waive}",
            )
            return
        uploaded = uploaded if uploaded.tzinfo else uploaded.replace(tzinfo=UTC)
        passed = self.now - uploaded
        if passed < self.age:
            yield Rejection(
                rule="cooldown",
                text=f"was uploaded {_spelled(max(passed, timedelta()))} ago, and {self.where} "
                f"asks for {_spelled(self.age)} (cooldown)",
                remedy=f"wait until {(uploaded + self.age).date()}, or {waive}",
            )


def _is_exact(candidate: Candidate) -> bool:
    """Whether somebody named its very bytes, or it lies on this machine: nothing was chosen.

    What a URL alone names has no age that anybody could tell, and tags move on as an index does.
    """
    if candidate.planted or _is_here(candidate):
        return True
    named = candidate.index is None or (candidate.declared and candidate.commit is None)
    return named and candidate.digest is not None


def _is_here(candidate: Candidate) -> bool:
    """Whether it is a folder or file of this machine that somebody names directly."""
    here = candidate.index is None and candidate.url.startswith("file:")
    return here or candidate.kind == "folder"


def _spelled(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    number, word = (hours // 24, "day") if hours >= 24 else (hours, "hour")  # noqa: PLR2004
    return f"{number} {word}{'' if number == 1 else 's'}"


class Standing(Frozen):
    """Projects whose index says that they are no longer looked after (PEP 792)."""

    refused: Mapping[str, str]
    """Such a status, and where it is refused: `file:line`."""

    def rejections(self, candidate: Candidate, listing: Listing | None) -> Iterator[Rejection]:
        """One for every version of such a project."""
        if listing is None or listing.status not in self.refused:
            return
        rule: RuleName = "archived" if listing.status == "archived" else "deprecated"
        yield Rejection(
            rule=rule,
            text=f"is of a project that {listing.index} calls {listing.status}"
            f"{listing.status_reason and f' ({listing.status_reason})'}, which "
            f"{self.refused[listing.status]} refuses ({rule})",
            remedy=f"do without {candidate.name}, or {waiving(candidate.name, rule)}",
        )


class Restriction(Frozen):
    """Projects that may come from some indexes only."""

    packages: tuple[str, ...]
    """Patterns of canonical names."""
    urls: tuple[str, ...]
    """Of indexes, without credentials and without a last slash."""
    where: str

    def covers(self, name: NormalizedName) -> bool:
        """Whether it is about a project."""
        return any(fnmatchcase(name, pattern) for pattern in self.packages)


class Provenance(Frozen):
    """What may come from where; the first restriction that is about a project holds."""

    restrictions: tuple[Restriction, ...]

    def rejections(self, candidate: Candidate, listing: Listing | None) -> Iterator[Rejection]:
        """One for what comes from elsewhere; settings that name its source are obeyed."""
        del listing
        if candidate.planted or candidate.declared or _is_here(candidate):
            return
        found = restriction_on(candidate.name, self.restrictions)
        if found and (candidate.index or "").rstrip("/") not in found.urls:
            yield Rejection(
                rule="indexes",
                text=f"comes from {candidate.index or candidate.url}, and {found.where} takes it "
                f"from {' or '.join(found.urls)} only (indexes)",
                remedy=f"offer it there, or {waiving(candidate.name, 'indexes')}",
            )


class Claims(Frozen):
    """What an index claims (`indexes: only:`) comes from none that does not claim it."""

    claims: tuple[Restriction, ...]
    """One of each index that claims something."""

    def rejections(self, candidate: Candidate, listing: Listing | None) -> Iterator[Rejection]:
        """One for what an earlier plan, or a URL, has from elsewhere."""
        del listing
        if candidate.planted or candidate.declared or _is_here(candidate):
            return
        claiming = [each for each in self.claims if each.covers(candidate.name)]
        allowed = [url for each in claiming for url in each.urls]
        if claiming and (candidate.index or "").rstrip("/") not in allowed:
            yield Rejection(
                rule="indexes",
                text=f"comes from {candidate.index or candidate.url}, and {claiming[0].where} "
                f"claims it for {' and '.join(allowed)} (indexes)",
                remedy=f"offer it there, or {waiving(candidate.name, 'indexes')}",
            )


def restriction_on(
    name: NormalizedName, restrictions: tuple[Restriction, ...]
) -> Restriction | None:
    """The first restriction that is about a project."""
    return next((each for each in restrictions if each.covers(name)), None)

"""A world of packages in a few dicts, for solving without indexes and sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from wheeltree.model.digest import Digest, digest_bytes
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Candidate, Licensing, Metadata
from wheeltree.resolution.admission import EVERYTHING, Admission
from wheeltree.resolution.index import Listing
from wheeltree.resolution.resolve import Problem, Solution, World, solve
from wheeltree.resolution.wanted import Wanted

INDEX = "https://index.test/simple"
PYTHON = Interpreter(
    executable="/usr/bin/python3",
    prefix="/usr",
    digest=Digest("0" * 64),
    version="3.11.7",
    site="lib/python3.11/site-packages",
    markers=(
        ("implementation_name", "cpython"),
        ("implementation_version", "3.11.7"),
        ("os_name", "posix"),
        ("platform_machine", "x86_64"),
        ("platform_python_implementation", "CPython"),
        ("platform_release", "6.1"),
        ("platform_system", "Linux"),
        ("platform_version", "1"),
        ("python_full_version", "3.11.7"),
        ("python_version", "3.11"),
        ("sys_platform", "linux"),
    ),
    tags=(),
)


UNSAID = Licensing()


@dataclass(frozen=True, kw_only=True)
class Release:
    """One version as a test writes it down."""

    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    python: str = ""
    """In its metadata only."""
    listed_python: str = ""
    """On the page of the index only."""
    yanked: str | None = None
    digest: bool = True
    uploaded: datetime | None = None
    licensing: Licensing = UNSAID


Releases = Mapping[str, Release | Iterable[str]]
"""By version; a list stands for a Release that requires it."""


@dataclass(kw_only=True)
class SmallWorld(World):
    projects: Mapping[str, Releases] = field(default_factory=dict)
    wheels: Mapping[str, Iterable[str]] = field(default_factory=dict)
    """Versions with wheels, by project."""
    urls: Mapping[str, tuple[str, str, tuple[str, ...]]] = field(default_factory=dict)
    """Name, version and requirements of what lies at a URL."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    """What the index says of a project as a whole."""
    asked: list[str] = field(default_factory=list)
    """Projects that were asked for, in order."""

    def offers(self, name: NormalizedName) -> Listing:
        self.asked.append(name)
        if name not in self.projects and name not in self.wheels:
            return Listing(name=name)
        releases = self.projects.get(name, {})
        found = (self.candidate(f"{name}=={version}") for version in releases)
        return Listing(
            name=name,
            candidates=tuple(sorted(found, key=lambda each: each.version, reverse=True)),
            wheel_versions=frozenset(self.wheels.get(name, ())),
            index=INDEX,
            status=self.statuses.get(name, ""),
        )

    def candidate(self, pin: str) -> Candidate:
        name, _, version = pin.partition("==")
        release = self.release(name, version)
        python = release.listed_python
        return Candidate(
            name=canonicalize_name(name),
            version=Version(version),
            filename=f"{name}-{version}.tar.gz",
            url=f"https://files.test/{name}-{version}.tar.gz",
            digest=digest_bytes(pin.encode()) if release.digest else None,
            requires_python=SpecifierSet(python) if python else None,
            yanked=release.yanked,
            upload_time=release.uploaded,
            index=INDEX,
        )

    def release(self, name: str, version: str) -> Release:
        release = self.projects[name][version]
        return release if isinstance(release, Release) else Release(requires=tuple(release))

    def direct(self, requirement: Requirement) -> Candidate:
        url = requirement.url or ""
        name, version, _ = self.urls[url]
        return Candidate(
            name=canonicalize_name(name),
            version=Version(version),
            filename=url.rpartition("/")[2],
            url=url,
            digest=digest_bytes(url.encode()),
        )

    def metadata(self, candidate: Candidate) -> Metadata:
        if candidate.url in self.urls:
            return Metadata(requires_dist=self.urls[candidate.url][2])
        release = self.release(candidate.name, str(candidate.version))
        return Metadata(
            requires_dist=release.requires,
            requires_python=release.python,
            extras=tuple(canonicalize_name(each) for each in release.extras),
        )

    def licensing(self, candidate: Candidate) -> Licensing | None:
        return self.release(candidate.name, str(candidate.version)).licensing


def wanted(*texts: str, file: str = "requirements.txt") -> tuple[Wanted, ...]:
    """Requirements as the lines of a file."""
    return tuple(
        Wanted(requirement=Requirement(text), origin=f"{file}:{number}")
        for number, text in enumerate(texts, 1)
    )


def problem(
    *texts: str,
    constraints: Iterable[str] = (),
    preferred: Iterable[Candidate] = (),
    fixed: Mapping[str, str] | None = None,
    pre: bool = False,
    admission: Admission = EVERYTHING,
) -> Problem:
    return Problem(
        wanted=wanted(*texts),
        constraints=wanted(*constraints, file="constraints.txt"),
        preferred={each.name: each for each in preferred},
        interpreter=PYTHON,
        fixed={canonicalize_name(name): Version(at) for name, at in (fixed or {}).items()},
        pre=pre,
        admission=admission,
    )


def pins(solution: Solution) -> list[str]:
    return [str(pin) for pin in solution.pins]


def solved(
    world: World, *texts: str, constraints: Iterable[str] = (), pre: bool = False
) -> list[str]:
    return pins(solve(problem(*texts, constraints=constraints, pre=pre), world))

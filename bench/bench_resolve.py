"""What a joint solve costs for each project, in trees of 100, 300 and 1,000 projects.

Run as `python bench/bench_resolve.py`. Everything that a solve asks is in memory; parsed
requirements are shared between solves in one process, so the first one is measured by itself.
"""

import random
import time

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from wheeltree.model.digest import Digest, digest_bytes
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Candidate, Metadata
from wheeltree.resolution.index import Listing
from wheeltree.resolution.resolve import Problem, World, solve
from wheeltree.resolution.wanted import Wanted

VERSIONS = 30
PYTHON = Interpreter(
    executable="/usr/bin/python3",
    prefix="/usr",
    digest=Digest("0" * 64),
    version="3.11.7",
    site="lib/python3.11/site-packages",
    markers=(
        ("python_version", "3.11"),
        ("python_full_version", "3.11.7"),
        ("sys_platform", "linux"),
    ),
    tags=(),
)


class Tree(World):
    """Projects that each require up to eight others, some with markers and extras.

    Every tenth is wanted; the others are needed by one before them.
    """

    def __init__(self, size: int) -> None:
        draw = random.Random(size)
        self.names = [canonicalize_name(f"project-{number}") for number in range(size)]
        self.requires = {
            name: tuple(self._line(draw, other) for other in self._others(draw, place))
            for place, name in enumerate(self.names)
        }
        self.listings = {name: self._listing(name) for name in self.names}

    def _others(self, draw: random.Random, place: int) -> list[NormalizedName]:
        others = self.names[place + 1 :]
        found = draw.sample(others, min(len(others), draw.randint(1, 7)))
        return [*found, *others[:1]]

    def _line(self, draw: random.Random, name: NormalizedName) -> str:
        extra = draw.choice(["", "", "", "[fast]"])
        marker = draw.choice(["", '; python_version >= "3.8"', '; sys_platform == "linux"'])
        return f"{name}{extra}>={draw.randint(1, VERSIONS // 2)}.0,<{VERSIONS + 2}{marker}"

    def _listing(self, name: NormalizedName) -> Listing:
        versions = [Version(f"{number}.0") for number in range(VERSIONS, 0, -1)]
        return Listing(
            name=name,
            candidates=tuple(self._candidate(name, version) for version in versions),
            index="https://index.test/simple",
        )

    def _candidate(self, name: NormalizedName, version: Version) -> Candidate:
        filename = f"{name}-{version}.tar.gz"
        return Candidate(
            name=name,
            version=version,
            filename=filename,
            url=f"https://index.test/{filename}",
            digest=digest_bytes(filename.encode()),
            index="https://index.test/simple",
        )

    def offers(self, name: NormalizedName) -> Listing:
        """What the index has."""
        return self.listings[name]

    def direct(self, requirement: Requirement) -> Candidate:
        """Nothing lies at a URL."""
        raise AssertionError(requirement)

    def metadata(self, candidate: Candidate) -> Metadata:
        """What a project requires, the same in all versions."""
        return Metadata(
            requires_dist=self.requires[candidate.name], extras=(canonicalize_name("fast"),)
        )


def problem(tree: Tree) -> Problem:
    return Problem(
        wanted=tuple(
            Wanted(requirement=Requirement(name), origin=f"requirements.txt:{line}")
            for line, name in enumerate(tree.names[::10], 1)
        ),
        constraints=(),
        preferred={},
        interpreter=PYTHON,
        fixed={},
        pre=False,
    )


def main() -> None:
    for size in (100, 300, 1000):
        tree = Tree(size)
        asked = problem(tree)
        for attempt in ("first", "again"):
            start = time.process_time()
            solution = solve(asked, tree)
            seconds = time.process_time() - start
            per_project = seconds / len(solution.pins) * 1e3
            print(
                f"{size:5} projects, {len(solution.edges):5} edges, {attempt}: "
                f"{seconds:6.3f} s, {per_project:.2f} ms a project"
            )


if __name__ == "__main__":
    main()

"""Sources of which a plugin prepares a part."""

import shlex
from pathlib import Path

from wheeltree.model.frozen import replace
from wheeltree.model.source import BuildSystem, Candidate, Preparation
from wheeltree.plugins.files import WorkRefused
from wheeltree.plugins.guarded import Guarded
from wheeltree.plugins.work import Package, SourceWork
from wheeltree.plugins.work import Tree as PublicTree
from wheeltree.sources.metadata import Tree
from wheeltree.sources.patch import Runner, apply

_SHOWN = 20
_LARGEST = 64 << 20
"""Bytes of a file that a plugin may look into."""


class Preparing(SourceWork):
    """A source that is laid out in the folder `top` for a while.

    run: runs programs in the sandbox.
    """

    def __init__(
        self, candidate: Candidate, top: Path, preparation: Preparation, run: Runner
    ) -> None:
        patches = preparation.patches
        self.package = Package(
            name=candidate.name, version=candidate.version, asks_for=preparation.variant
        )
        super().__init__(self.package, top, patches=[each.name for each in patches])
        self.top = top
        self._selected = patches
        self._runner = run

    def _run(self, argv: tuple[str, ...]) -> str:
        outcome = self._runner(argv, cwd=self.top, stdin=b"")
        printed = outcome.output.decode(errors="replace")
        if outcome.attempts:
            raise WorkRefused(
                f"`{shlex.join(argv)}` tried to reach {outcome.attempts[0]}; there is no network",
                details=printed.splitlines()[-_SHOWN:],
            )
        if outcome.returncode:
            raise WorkRefused(
                f"`{shlex.join(argv)}` failed (exit status {outcome.returncode})",
                details=printed.splitlines()[-_SHOWN:],
            )
        return printed

    def _apply_patches(self) -> None:
        apply(self._selected, self.top, package=str(self.package), run=self._runner)


def required_by(
    plugin: Guarded, candidate: Candidate, tree: Tree, declared: BuildSystem, variant: str
) -> BuildSystem:
    """The build system of a prepared tree, with the requirements that a plugin says.

    variant: the one that the package asks for, or "".
    """
    if not plugin.overrides("build_requires"):
        return declared
    public = PublicTree(
        name=candidate.name,
        version=candidate.version,
        asks_for=variant,
        requires=declared.requires,
        content=lambda path: tree.read(path, _LARGEST),
    )
    return replace(declared, requires=plugin.build_requires(public))

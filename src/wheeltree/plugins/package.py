"""The class that an override derives from."""

from collections.abc import Mapping, Sequence

from wheeltree.model.source import Candidate
from wheeltree.plugins.work import BuildWork, Package, SourceWork, Tree, Wheel

API = 1
"""In every fingerprint; raised when a method is called otherwise than before."""

METHODS = ("select", "prepare", "build_requires", "environ", "build_wheel", "finish")
"""What a plugin may override, in the order in which it is called."""


class PackagePlugin:
    """How one project differs from others.

    Each method does what is done for every package; a plugin overrides those that differ, and
    calls `super()` for the rest. One instance serves all versions and threads of a run, so it
    keeps no state, and the same work must always come to the same.

    Sample usage, in `overrides/banner.py`::

        from wheeltree.plugins import PackagePlugin, SourceWork

        class Banner(PackagePlugin):
            def prepare(self, work: SourceWork) -> None:
                super().prepare(work)
                work.replace("setup.py", "fetch_font()", "pass")
    """

    def select(self, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
        """Which versions may be built, the preferred one first.

        candidates: what an index offers, the newest first; or one that an earlier plan chose, to
        see whether it may stay. Requirements and constraints choose among what is returned.
        """
        return candidates

    def prepare(self, work: SourceWork) -> None:
        """Make the unpacked source what is to be built; by default, with the patches applied."""
        work.apply_patches()

    def build_requires(self, tree: Tree) -> Sequence[str]:
        """The requirements of the build environment; by default, those that the tree declares.

        `build_requires` of the settings edits them further, and the build backend may add some.
        """
        return tree.requires

    def environ(self, work: Package) -> Mapping[str, str]:
        """Environment variables of the build; those of the settings are stronger."""
        del work
        return {}

    def build_wheel(self, work: BuildWork) -> str:
        """Build the wheel; by default, with the build backend.

        Returns the path of the wheel as programs that are run see it: below `work.output`, or
        relative to the top of the tree.
        """
        return work.build_wheel()

    def finish(self, wheel: Wheel) -> None:
        """Change files of the finished wheel; by default, none.

        What it requires must stay as it was planned: edit that with `requires_dist` of the
        settings.
        """
        del wheel


METHODS = ("select", "prepare", "build_requires", "environ", "build_wheel", "finish")
"""What a plugin may override."""

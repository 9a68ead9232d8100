"""What the methods of a plugin are given to work with."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.frozen import Frozen
from wheeltree.plugins.files import Files, WorkRefused


def _asked(package: object, variant: str) -> str:
    if not variant:
        raise WorkRefused(
            f"no rule of the settings has {package} ask for a variant: it is built once for all of "
            "them. Name it under `packages:` of the variant, or in a rule with `variant:`"
        )
    return variant


class Package(Frozen):
    """One version of one project."""

    name: NormalizedName
    version: Version
    asks_for: str = ""
    """The variant that settings have it ask for; "" where they do not."""

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def variant(self) -> str:
        """The variant that it is built for; WorkRefused unless settings have it ask for one."""
        return _asked(self, self.asks_for)


class Tree(Package):
    """A prepared source, to be read."""

    requires: tuple[str, ...]
    """`[build-system].requires`, or what PEP 518 puts in its place."""
    content: Callable[[str], bytes | None]
    """The bytes of a file by its path; None if there is no such file."""

    def has(self, path: str) -> bool:
        """Whether there is a regular file at `path`."""
        return self.content(path) is not None

    def read(self, path: str) -> str:
        """The text of a file, which is UTF-8; WorkRefused if there is none."""
        content = self.content(path)
        if content is None:
            raise WorkRefused(f"there is no file {path}")
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise WorkRefused(f"{path} is not UTF-8") from error


class Work(Files, ABC):
    """A source tree that may be changed, and the sandbox to run programs on it.

    package: what is worked on. root: the top of its tree.
    """

    def __init__(self, package: Package, root: Path) -> None:
        super().__init__(root)
        self.name = package.name
        self.version = package.version
        self._asks_for = package.asks_for

    @property
    def variant(self) -> str:
        """The variant that it is built for; WorkRefused unless settings have it ask for one."""
        return _asked(f"{self.name} {self.version}", self._asks_for)

    def run(self, argv: Sequence[str]) -> str:
        """Run a program in the sandbox, in the top folder of the tree; what it printed.

        There is no network and no shell: use `["sh", "-c", "…"]` for one. A program that fails is
        an error that shows the end of what it printed.
        """
        if isinstance(argv, str) or not argv:
            words = 'a list of words, such as ["make", "fonts"] or ["sh", "-c", "make fonts"]'
            raise WorkRefused(f"run takes {words}, not {argv!r:.60}")
        return self._run(tuple(map(str, argv)))

    @abstractmethod
    def _run(self, argv: tuple[str, ...]) -> str:
        """Run it."""


class SourceWork(Work):
    """The work of `PackagePlugin.prepare`: an unpacked source.

    patches: names of the patches that are selected for this version, in order. What is run here
    sees the system without compilers and without a build environment.
    """

    def __init__(self, package: Package, root: Path, *, patches: Sequence[str]) -> None:
        super().__init__(package, root)
        self.patches = tuple(patches)
        self.patched = False
        """Whether the patches were applied."""

    def apply_patches(self) -> None:
        """Apply the patches of `patches/NAME` and its kind; nothing where there are none."""
        if self.patched:
            raise WorkRefused("the patches are applied already")
        self._apply_patches()
        self.patched = True

    @abstractmethod
    def _apply_patches(self) -> None:
        """Apply them."""


class BuildWork(Work):
    """The work of `PackagePlugin.build_wheel`: a source in its build environment.

    What is run here sees what the build backend sees: the environment's `python` and programs, the
    variables of the recipe, and compilers if the package is native.

    output: an empty folder for wheels, as programs that are run see it.
    """

    def __init__(self, package: Package, root: Path, *, output: str) -> None:
        super().__init__(package, root)
        self.output = output

    @abstractmethod
    def build_wheel(self) -> str:
        """Have the build backend build the wheel (PEP 517); its path below `output`."""


class Wheel(Files):
    """A wheel that was built and checked, unpacked.

    It is checked again and packed afterwards; its RECORD is written anew, so there is none here.
    """

    def __init__(self, package: Package, root: Path, *, dist_info: str) -> None:
        super().__init__(root)
        self.name = package.name
        self.version = package.version
        self.dist_info = dist_info
        """Name of its `.dist-info` folder."""
        self._asks_for = package.asks_for

    @property
    def variant(self) -> str:
        """The variant that it was built for; WorkRefused unless settings have it ask for one."""
        return _asked(f"{self.name} {self.version}", self._asks_for)

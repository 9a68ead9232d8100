"""What the methods of a plugin are given, made of a few files in a temporary folder."""

import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.model.digest import digest_bytes
from wheeltree.model.source import Candidate
from wheeltree.plugins.files import Files
from wheeltree.plugins.work import BuildWork, Package, SourceWork, Tree, Wheel, Work

Content = Mapping[str, str | bytes]
"""Files by path."""

Program = Callable[["FakeWork", tuple[str, ...]], str]
"""What stands for programs: it may change the work, and returns what is printed."""

_OUTPUT = "/build/out"


def _nothing(_work: "FakeWork", _argv: tuple[str, ...]) -> str:
    return ""


class FakeWork(SourceWork, BuildWork):
    """The work of `prepare` and of `build_wheel`, on files of a test.

    variant: the one that the settings have it ask for, if any. patches: names of patches that are
    selected. program: stands for every program that is run; by
    default nothing happens, and nothing is printed.
    """

    def __init__(
        self,
        files: Content | None = None,
        *,
        name: str = "demo",
        version: str = "1.0",
        variant: str = "",
        patches: Sequence[str] = (),
        program: Program = _nothing,
    ) -> None:
        Work.__init__(self, _package(name, version, variant), _laid_out(self, files or {}))
        self.patches = tuple(patches)
        self.patched = False
        self.output = _OUTPUT
        self.runs: list[tuple[str, ...]] = []
        """The programs that were run, in order."""
        self.wheels_built = 0
        """How often the build backend was called."""
        self._program = program

    @property
    def files(self) -> dict[str, str]:
        """The text of every file that is there now, by path."""
        return _texts(self)

    def _run(self, argv: tuple[str, ...]) -> str:
        self.runs.append(argv)
        return self._program(self, argv)

    def build_wheel(self) -> str:
        """See `BuildWork.build_wheel`: the path of a wheel that nobody built."""
        self.wheels_built += 1
        return f"{_OUTPUT}/{self.name.replace('-', '_')}-{self.version}-py3-none-any.whl"

    def _apply_patches(self) -> None:
        """They change nothing here; that they were to be applied is in `patched`."""


class FakeWheel(Wheel):
    """The wheel of `finish`, of files of a test; METADATA and WHEEL are there already.

    variant: the one that the settings have it ask for, if any.
    """

    def __init__(
        self,
        files: Content | None = None,
        *,
        name: str = "demo",
        version: str = "1.0",
        variant: str = "",
    ) -> None:
        package = _package(name, version, variant)
        dist_info = f"{package.name.replace('-', '_')}-{version}.dist-info"
        standard = {
            f"{dist_info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{dist_info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        root = _laid_out(self, {**standard, **(files or {})})
        super().__init__(package, root, dist_info=dist_info)

    @property
    def files(self) -> dict[str, str]:
        """The text of every file that is there now, by path."""
        return _texts(self)


def fake_tree(
    files: Content | None = None,
    *,
    requires: Sequence[str] = (),
    name: str = "demo",
    version: str = "1.0",
    variant: str = "",
) -> Tree:
    """The tree of `build_requires`; for a variant, if the settings have it ask for one."""
    package = _package(name, version, variant)
    content = {path: _bytes(text) for path, text in (files or {}).items()}
    return Tree(
        name=package.name,
        version=package.version,
        asks_for=package.asks_for,
        requires=tuple(requires),
        content=content.get,
    )


def fake_candidates(*versions: str, name: str = "demo") -> tuple[Candidate, ...]:
    """The candidates of `select`: sdists of these versions, in this order."""
    return tuple(
        Candidate(
            name=canonicalize_name(name),
            version=Version(each),
            filename=f"{name}-{each}.tar.gz",
            url=f"https://index.test/{name}-{each}.tar.gz",
            digest=digest_bytes(f"{name} {each}".encode()),
        )
        for each in versions
    )


def fake_package(*, name: str = "demo", version: str = "1.0", variant: str = "") -> Package:
    """The package of `environ`; for a variant, if the settings have it ask for one."""
    return _package(name, version, variant)


def _package(name: str, version: str, variant: str) -> Package:
    return Package(name=canonicalize_name(name), version=Version(version), asks_for=variant)


def _laid_out(owner: object, files: Content) -> Path:
    """A folder with these files, which goes when its owner does."""
    root = Path(tempfile.mkdtemp(prefix="wheeltree-testing-"))
    weakref.finalize(owner, shutil.rmtree, root, ignore_errors=True)
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(_bytes(content))
    return root


def _texts(files: Files) -> dict[str, str]:
    return {path: files.read_bytes(path).decode(errors="replace") for path in files.find("**/*")}


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content

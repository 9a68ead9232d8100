"""Wheels installed into folders that are laid out like a venv; the only user of `installer`."""

import configparser
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, cast
from zipfile import ZipFile

import installer
from installer.destinations import WheelDestination
from installer.records import Hash, RecordEntry
from installer.scripts import Script
from installer.sources import WheelContentElement, WheelSource
from installer.utils import Scheme, construct_record_file, copyfileobj_with_hashing, fix_shebang

from wheeltree.building.wheel import Wheel, opened
from wheeltree.errors import BuildError
from wheeltree.model.frozen import Frozen

_SCRIPT = re.compile(r"(?!\.)[\w.+ -]{1,200}")
_FOREIGN = (
    installer.exceptions.InstallerError,
    configparser.Error,
    AssertionError,  # how installer refuses a malformed entry point
    UnicodeError,
    ValueError,
)


def install(wheel: Wheel, into: Path, *, site: str, python: str) -> None:
    """`wheel` installed into the folder `into`, as pip installs it into a venv.

    site: where modules go, below the folder. python: the interpreter in the first line of scripts.
    BuildError, naming the wheel, if it cannot be done or would write outside the folder.
    """
    subject = wheel.filename
    with opened(wheel.path, subject=subject) as archive:
        try:
            source = _Source(wheel, archive)
            folder = _Folder(
                subject=subject,
                root=into,
                paths=_paths(site, source.distribution),
                python=python,
            )
            installer.install(source, folder, {"INSTALLER": b"wheeltree\n"})
        except (FileExistsError, NotADirectoryError) as error:
            raise BuildError(f"{subject} installs {error.filename!r} twice") from error
        except _FOREIGN as error:
            raise BuildError(f"{subject} cannot be installed: {error}") from error


def _paths(site: str, distribution: str) -> dict[str, str]:
    return {
        "purelib": site,
        "platlib": site,
        "headers": f"include/site/{PurePosixPath(site).parent.name}/{distribution}",
        "scripts": "bin",
        "data": ".",
    }


class _Source(WheelSource):
    """An inspected wheel, as `installer` reads one."""

    def __init__(self, wheel: Wheel, archive: ZipFile) -> None:
        name, _, version = wheel.dist_info.removesuffix(".dist-info").rpartition("-")
        super().__init__(distribution=name, version=version)
        self._wheel = wheel
        self._archive = archive

    @property
    def dist_info_filenames(self) -> list[str]:
        prefix = f"{self.dist_info_dir}/"
        paths = (member.path for member in self._wheel.members)
        return [path.removeprefix(prefix) for path in paths if path.startswith(prefix)]

    def read_dist_info(self, filename: str) -> str:
        return self._archive.read(f"{self.dist_info_dir}/{filename}").decode()

    def get_contents(self) -> Iterator[WheelContentElement]:
        for member in self._wheel.members:
            if "__pycache__" in member.path.split("/"):
                continue  # bytecode is compiled from the source that is shown
            with self._archive.open(member.path) as stream:
                yield (member.path, "", ""), cast(BinaryIO, stream), member.executable


class _Folder(Frozen, WheelDestination):
    """A folder laid out like a venv, as `installer` writes to one; member paths are safe already.

    Installer's own destination sets the umask of the whole process for a moment, which other
    threads would see.
    """

    subject: str
    root: Path
    paths: dict[str, str]
    """Folder of each scheme, below the root."""
    python: str

    def write_script(
        self, name: str, module: str, attr: str, section: Literal["console", "gui"]
    ) -> RecordEntry:
        if not _SCRIPT.fullmatch(name):
            raise BuildError(f"{self.subject}: entry point {name!r:.200} cannot be a file name")
        filename, text = Script(name, module, attr, section).generate(self.python, "posix")
        return self._write(Scheme("scripts"), filename, io.BytesIO(text), executable=True)

    def write_file(
        self,
        scheme: Scheme,
        path: object,
        stream: BinaryIO,
        is_executable: bool,  # noqa: FBT001 -- installer's signature
    ) -> RecordEntry:
        if scheme != "scripts":
            return self._write(scheme, str(path), stream, executable=is_executable)
        with fix_shebang(stream, self.python) as script:
            return self._write(scheme, str(path), script, executable=True)

    def finalize_installation(
        self,
        scheme: Scheme,
        record_file_path: str,
        records: Iterable[tuple[Scheme, RecordEntry]],
    ) -> None:
        lines = sorted(records, key=lambda item: (self.paths[item[0]], item[1].path))
        with construct_record_file(lines, self._prefix(scheme)) as text:
            self._write(scheme, record_file_path, text, executable=False)

    def _prefix(self, base: Scheme) -> "_Prefix":
        return _Prefix(base=self.paths[base], paths=self.paths)

    def _write(
        self, scheme: Scheme, path: str, stream: BinaryIO, *, executable: bool
    ) -> RecordEntry:
        target = self.root / self.paths[scheme] / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            hashed, size = copyfileobj_with_hashing(stream, file, "sha256")
        target.chmod(0o755 if executable else 0o644)
        return RecordEntry(path, Hash("sha256", hashed), size)


class _Prefix(Frozen):
    """What RECORD writes before the path of a file of another scheme."""

    base: str
    paths: dict[str, str]

    def __call__(self, scheme: str) -> str | None:
        if self.paths[scheme] == self.base:
            return None
        up = "../" * len(PurePosixPath(self.base).parts)
        return f"{up}{self.paths[scheme]}/".replace("/./", "/")

"""Crates, lock files that name them, and a registry of them in a folder."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from sdist_maker import entry, write_tar

from wheeltree.model.digest import Digest, digest_file
from wheeltree.sources.parcel import Parcel

CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"


class Registry:
    """A sparse index in a folder, with the files of crates; `index` is its URL."""

    def __init__(self, folder: Path, source: str = CRATES_IO) -> None:
        self.folder = folder
        self.source = source
        self.asked: list[Parcel] = []
        self._crates: list[tuple[str, str, Digest]] = []
        folder.mkdir()
        template = f"{folder.as_uri()}/{{crate}}-{{version}}.crate"
        (folder / "config.json").write_text(json.dumps({"dl": template}))

    @property
    def index(self) -> str:
        """As a file URL."""
        return self.folder.as_uri()

    def add(self, name: str, version: str, files: Mapping[str, bytes]) -> Digest:
        """Offer a crate with these files beside its Cargo.toml; its checksum."""
        stem = f"{name}-{version}"
        manifest = f'[package]\nname = "{name}"\nversion = "{version}"\nedition = "2021"\n'
        every = {"Cargo.toml": manifest.encode(), **files}
        path = self.file(name, version)
        write_tar(path, [entry(f"{stem}/{file}", content) for file, content in every.items()])
        digest = digest_file(path)
        self._crates.append((name, version, digest))
        return digest

    def file(self, name: str, version: str) -> Path:
        """Where a crate lies."""
        return self.folder / f"{name}-{version}.crate"

    def lock(self) -> bytes:
        """A lock file that names all of them."""
        return lock(*(package(*crate, source=self.source) for crate in self._crates))

    def supply(self, parcels: Sequence[Parcel]) -> Sequence[Path]:
        """As `Supply`, without looking at their bytes."""
        self.asked += parcels
        return [self.file(each.name, each.version) for each in parcels]


def package(name: str, version: str, checksum: str | None, *, source: str = CRATES_IO) -> str:
    """One table of a lock file."""
    lines = ["[[package]]", f"name = {json.dumps(name)}", f"version = {json.dumps(version)}"]
    if source:
        lines.append(f"source = {json.dumps(source)}")
    if checksum is not None:
        lines.append(f"checksum = {json.dumps(checksum)}")
    return "\n".join([*lines, ""])


def lock(*packages: str, form: str = "version = 4\n") -> bytes:
    """A Cargo.lock."""
    return "\n".join([form, *packages]).encode()

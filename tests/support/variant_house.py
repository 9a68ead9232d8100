"""A wheelhouse with labelled wheels, its files and pages in the shape that publishing gives them."""

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from wheeltree.model.digest import digest_bytes
from wheeltree.model.variant import KNOWN_PROVIDERS, Label, label, properties, vocabulary
from wheeltree.model.variant_file import in_index, index_filename
from wheeltree.store.labelling import labelled

WORDS = vocabulary(KNOWN_PROVIDERS[each] for each in ("nvidia", "amd", "x86_64", "tpu"))

Said = Mapping[str, Mapping[str, Iterable[str]]]


@dataclass(frozen=True, kw_only=True)
class Made:
    """One wheel that a test writes down."""

    name: str
    version: str = "1.0"
    label: str = ""
    needs: Said | None = None
    """The properties of its label."""
    requires: tuple[str, ...] = ()
    tag: str = "py3-none-any"
    build: str = ""
    python: str = ""

    @property
    def meaning(self) -> Label:
        """Its label, which is not ""."""
        return label(self.label, properties(self.needs or {}))

    @property
    def filename(self) -> str:
        """Its name in the wheelhouse; its one module says it, too."""
        parts = (self.name, self.version, self.build, self.tag, self.label)
        return f"{'-'.join(each for each in parts if each)}.whl"


@dataclass(frozen=True, kw_only=True)
class _File:
    name: str
    content: bytes
    metadata: bytes
    """b"" where it has none."""
    python: str

    @property
    def location(self) -> str:
        digest = digest_bytes(self.content)
        return f"pool/{digest[:2]}/{digest}/{self.name}"


def wheelhouse(root: Path, wheels: Iterable[Made], *, words: Any = WORDS) -> Path:
    """The wheelhouse `root` with these wheels."""
    scratch = root.with_name(f"{root.name}-scratch")
    scratch.mkdir(parents=True)
    every = sorted(wheels, key=lambda made: (made.name, made.version, made.filename))
    for project, offered in groupby(every, key=lambda made: made.name):
        files = list(_files(list(offered), scratch, words))
        for each in files:
            path = root / each.location
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(each.content)
            if each.metadata:
                path.with_name(f"{path.name}.metadata").write_bytes(each.metadata)
        _write_pages(root / "simple" / project.replace("_", "-"), files)
    return root


def _files(wheels: list[Made], scratch: Path, words: Any) -> Iterator[_File]:
    for version, offered in groupby(wheels, key=lambda made: made.version):
        meanings = {}
        for made in offered:
            plain = _plain(made, scratch)
            if made.label:
                meanings[made.label] = made.meaning
                done = labelled(
                    plain, filename=plain.name, label=made.meaning, vocabulary=words, into=scratch
                )
            else:
                done = plain
            yield _File(
                name=made.filename,
                content=done.read_bytes(),
                metadata=_metadata(made),
                python=made.python,
            )
            plain.unlink()
        if meanings:
            name = index_filename(wheels[0].name, version)
            content = in_index(meanings.values(), words)
            yield _File(name=name, content=content, metadata=b"", python="")


def _metadata(made: Made) -> bytes:
    lines = ["Metadata-Version: 2.1", f"Name: {made.name}", f"Version: {made.version}"]
    lines += [f"Requires-Python: {made.python}"] if made.python else []
    lines += [f"Requires-Dist: {each}" for each in made.requires]
    return "\n".join([*lines, ""]).encode()


def _plain(made: Made, folder: Path) -> Path:
    info = f"{made.name}-{made.version}.dist-info"
    tag = f"Tag: {made.tag}\n" + (f"Build: {made.build}\n" if made.build else "")
    files = {
        f"{made.name}.py": made.filename.encode(),
        f"{info}/METADATA": _metadata(made),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\n{tag}".encode(),
    }
    lines = [f"{path},{_hash(content)},{len(content)}\n" for path, content in files.items()]
    files[f"{info}/RECORD"] = "".join([*lines, f"{info}/RECORD,,\n"]).encode()
    name = "-".join(each for each in (made.name, made.version, made.build, made.tag) if each)
    with zipfile.ZipFile(folder / f"{name}.whl", "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 2, 2, 0, 0, 0)), content)
    return folder / f"{name}.whl"


def _hash(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return f"sha256={digest.rstrip(b'=').decode()}"


def _write_pages(folder: Path, files: list[_File]) -> None:
    folder.mkdir(parents=True)
    anchors = "".join(f"{_anchor(each)}<br>\n" for each in files)
    (folder / "index.html").write_text(f"<!DOCTYPE html>\n<html><body>\n{anchors}</body></html>\n")
    page = {"meta": {"api-version": "1.1"}, "name": folder.name, "files": list(map(_object, files))}
    (folder / "index.v1_json").write_text(json.dumps(page))


def _anchor(each: _File) -> str:
    href = f"../../{each.location}#sha256={digest_bytes(each.content)}"
    more = f' data-core-metadata="sha256={digest_bytes(each.metadata)}"' if each.metadata else ""
    more += f' data-requires-python="{escape(each.python)}"' if each.python else ""
    return f'<a href="{href}"{more}>{each.name}</a>'


def _object(each: _File) -> dict[str, object]:
    described: dict[str, object] = {
        "filename": each.name,
        "url": f"../../{each.location}",
        "hashes": {"sha256": digest_bytes(each.content)},
        "size": len(each.content),
    }
    if each.metadata:
        described["core-metadata"] = {"sha256": digest_bytes(each.metadata)}
    if each.python:
        described["requires-python"] = each.python
    return described

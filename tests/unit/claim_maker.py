"""Wheelhouses of a few statements, made by hand, true or not."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wheeltree.attesting.envelope import ENDING, Envelope, enclosed, spelled
from wheeltree.attesting.signing import Nobody, Signer
from wheeltree.attesting.statement import BUILT, PROVENANCE, STATEMENT
from wheeltree.model.digest import digest_bytes


def descriptor(kind: str, name: str, data: bytes, /, **annotations: str) -> dict[str, Any]:
    return {
        "name": name,
        "digest": {"sha256": digest_bytes(data)},
        "annotations": {"kind": kind, **annotations},
    }


def document(
    name: str, content: bytes, dependencies: Iterable[dict[str, Any]], *, build_type: str = BUILT
) -> dict[str, Any]:
    return {
        "_type": STATEMENT,
        "subject": [descriptor("wheel", name, content)],
        "predicateType": PROVENANCE,
        "predicate": {
            "buildDefinition": {
                "buildType": build_type,
                "externalParameters": {},
                "resolvedDependencies": list(dependencies),
            },
            "runDetails": {},
        },
    }


@dataclass
class House:
    """A wheelhouse of files that are their own names."""

    root: Path
    signer: Signer = field(default_factory=Nobody)

    def source(self, name: str) -> dict[str, Any]:
        (self.root / "sdists").mkdir(parents=True, exist_ok=True)
        (self.root / "sdists" / name).write_bytes(name.encode())
        return descriptor("source", name, name.encode())

    def wheel(self, name: str, *used: dict[str, Any], **options: Any) -> dict[str, Any]:
        """A wheel with its statement; how others name it as what they are built with."""
        content = name.encode()
        digest = digest_bytes(content)
        folder = self.root / "pool" / digest[:2] / digest
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        text = json.dumps(document(name, content, used, **options)).encode()
        self.write(folder / f"{name}{ENDING}", self.signer.enclose(text))
        return descriptor("wheel", name, content, origin="built", content="c" + digest[1:])

    def statement(self, name: str) -> Path:
        """The file of statements of a wheel."""
        return next(self.root.glob(f"pool/*/*/{name}{ENDING}"))

    def file(self, name: str) -> Path:
        """A wheel file."""
        return next(self.root.glob(f"pool/*/*/{name}"))

    def write(self, path: Path, *envelopes: Envelope) -> None:
        path.write_bytes(spelled(envelopes))

    def unsigned(self, name: str, content: dict[str, Any]) -> None:
        """Another statement in the place of one."""
        self.write(self.statement(name), enclosed(json.dumps(content).encode()))

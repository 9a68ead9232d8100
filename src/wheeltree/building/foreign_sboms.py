"""SBOMs that a build backend wrote into a wheel, without what differs between two builds."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from wheeltree.building.rewriting import text_of
from wheeltree.building.wheel import Wheel
from wheeltree.model import codec
from wheeltree.model.digest import digest_bytes

_LARGEST = 16 << 20
"""Bytes of one that is looked into."""
_ENDINGS = (".json", ".cdx", ".spdx")


def steadied(wheel: Wheel, paths: Iterable[str], *, epoch: int) -> Mapping[str, bytes]:
    """The new bytes of those SBOMs that are changed, by path.

    Serial numbers, times and the names of tools go from CycloneDX. SPDX demands a time and a name:
    it gets the source's, `epoch`, and one that follows from its content. What is neither, or no
    JSON, stays as it is.
    """
    sizes = {each.path: each.size for each in wheel.members}
    found = {}
    for path in paths:
        if path.endswith(_ENDINGS) and sizes[path] <= _LARGEST:
            content = text_of(wheel, path)
            if (steady := steadied_text(content, epoch=epoch)) != content:
                found[path] = steady
    return found


def steadied_text(content: bytes, *, epoch: int) -> bytes:
    """One SBOM; the very same bytes where there is nothing random in it."""
    try:
        document = codec.decode(content, dict[str, Any])
    except (codec.Malformed, RecursionError):
        return content
    if document.get("bomFormat") == "CycloneDX":
        changed = _cyclonedx(document)
    elif isinstance(document.get("spdxVersion"), str):
        changed = _spdx(document, epoch)
    else:
        return content
    return content if changed == document else codec.pretty(changed)


def _cyclonedx(document: dict[str, Any]) -> dict[str, Any]:
    changed = {name: value for name, value in document.items() if name != "serialNumber"}
    about = changed.get("metadata")
    if isinstance(about, dict):
        kept = {name: about[name] for name in about if name not in {"timestamp", "tools"}}
        changed["metadata"] = kept
    return changed


def _spdx(document: dict[str, Any], epoch: int) -> dict[str, Any]:
    """SPDX 2: https://spdx.github.io/spdx-spec/v2.3/document-creation-information/."""
    made = document.get("creationInfo")
    said = made.get("creators") if isinstance(made, dict) else None
    people = [
        each
        for each in (said if isinstance(said, list) else ())
        if not str(each).startswith("Tool:")
    ]
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(max(epoch, 0)))
    changed = {
        **document,
        "creationInfo": {"created": created, "creators": people or ["Tool: wheeltree"]},
        "documentNamespace": "",
    }
    changed["documentNamespace"] = f"urn:sha256:{digest_bytes(codec.encode(changed))}"
    return changed

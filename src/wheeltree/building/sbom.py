"""The SBOM inside a wheel (PEP 770): what it is, and what others made that is in it.

It is written as CycloneDX 1.6, in JSON. All of it follows from the wheel and from what was laid
into its source: there is no time, no serial number and no tool in it, so that the wheel stays the
same when a tool changes. What it was built with stands beside it, in its provenance.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from wheeltree.building.core_metadata import Licences, read_licences
from wheeltree.building.foreign_sboms import steadied
from wheeltree.building.rewriting import rewritten, text_of
from wheeltree.building.wheel import Member, Wheel
from wheeltree.errors import BuildError
from wheeltree.host.elf import Linkage, libraries
from wheeltree.model import codec
from wheeltree.model.ingredient import Ingredient, purl
from wheeltree.model.spec import BuildSpec

NAME = "wheeltree.cdx.json"
_ANY = "-none-any.whl"


def with_sbom(wheel: Wheel, spec: BuildSpec) -> Wheel:
    """The wheel with an SBOM; those that its backend wrote stay, without what is random in them.

    BuildError if the wheel is damaged, or its backend wrote one of the same name.
    """
    folder = f"{wheel.dist_info}/sboms"
    path = f"{folder}/{NAME}"
    if any(each.path == path for each in wheel.members):
        raise BuildError(
            f"{wheel.filename} has {path} already, which is where its SBOM goes",
            hint="have its build leave that file out",
        )
    others = [each.path for each in wheel.members if each.path.startswith(f"{folder}/")]
    wheel = rewritten(wheel, steadied(wheel, others, epoch=spec.epoch))
    shared = () if wheel.filename.endswith(_ANY) else libraries(wheel.path)
    licences = read_licences(text_of(wheel, f"{wheel.dist_info}/METADATA").decode())
    return rewritten(
        wheel, {path: codec.pretty(_bom(wheel, licences, spec.ingredients, shared, others))}
    )


def _bom(
    wheel: Wheel,
    licences: Licences,
    ingredients: tuple[Ingredient, ...],
    shared: tuple[Linkage, ...],
    others: list[str],
) -> Mapping[str, Any]:
    members = {each.path: each for each in wheel.members}
    itself = purl("pypi", wheel.name, str(wheel.version))
    components = {
        each["bom-ref"]: each
        for each in (
            *map(_ingredient, ingredients),
            *(_library(each, members[each.member]) for each in shared),
        )
    }
    references = (*_licence_files(wheel, licences, members), *_sboms(others, members))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": itself,
                "name": wheel.name,
                "version": str(wheel.version),
                "purl": itself,
                **_having("licenses", _licences(licences)),
                **_having("externalReferences", list(references)),
            }
        },
        "components": [components[each] for each in sorted(components)],
        "dependencies": [
            {"ref": itself, **_having("dependsOn", sorted(components))},
            *({"ref": each} for each in sorted(components)),
        ],
    }


def _having(name: str, value: list[Any]) -> dict[str, Any]:
    return {name: value} if value else {}


def _licences(found: Licences) -> list[Any]:
    """An expression stands alone, as the format demands."""
    if found.expression:
        return [{"expression": found.expression}]
    return [{"license": {"name": each}} for each in found.names]


def _ingredient(each: Ingredient) -> dict[str, Any]:
    hashes = [_sha256(each.digest)]
    if each.kind == "crate":
        itself = purl("cargo", each.name, each.version)
        known = {"version": each.version, "purl": itself, "hashes": hashes}
        return {"type": "library", "bom-ref": itself, "name": each.name, **known}
    place = {"type": "source-distribution", "url": each.url, "hashes": hashes}
    reference = f"extra:{quote(each.name)}"
    return {
        "type": "library",
        "bom-ref": reference,
        "name": PurePosixPath(each.name).name,
        "hashes": hashes,
        "externalReferences": [place],
    }


def _library(linkage: Linkage, member: Member) -> dict[str, Any]:
    name = min(linkage.soname, default=PurePosixPath(member.path).name)
    return {
        "type": "library",
        "bom-ref": f"file:{quote(member.path)}",
        "name": name,
        "hashes": [_sha256(member.digest)],
        "evidence": {"occurrences": [{"location": member.path}]},
    }


def _licence_files(
    wheel: Wheel, licences: Licences, members: Mapping[str, Member]
) -> Iterator[dict[str, Any]]:
    for name in licences.files:
        for path in (f"{wheel.dist_info}/licenses/{name}", f"{wheel.dist_info}/{name}"):
            if path in members:
                yield _reference("license", members[path])
                break


def _sboms(paths: list[str], members: Mapping[str, Member]) -> Iterator[dict[str, Any]]:
    return (_reference("bom", members[path]) for path in sorted(paths))


def _reference(kind: str, member: Member) -> dict[str, Any]:
    """A file of the wheel itself, by its path in it."""
    return {"type": kind, "url": quote(member.path), "hashes": [_sha256(member.digest)]}


def _sha256(digest: str) -> dict[str, str]:
    return {"alg": "SHA-256", "content": digest}

"""What a wheelhouse says about itself, for people and for other tools."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from packaging.pylock import Package, PackageSdist, PackageWheel, Pylock
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from wheeltree.model import toml
from wheeltree.model.plan import Edge, InstallSet, Plan, Planned
from wheeltree.model.platform import library_part
from wheeltree.store.view import Shelved

_ROOT = ""


def constraints(found: InstallSet) -> bytes:
    """The versions of one install set as a constraints file."""
    return "".join(f"{pin}\n" for pin in found.pins).encode()


def graph(plan: Plan) -> bytes:
    """Every package, and every requirement that leads to it, as JSON.

    A map from `name==version` (the root is "") to the package with its edges; an edge names its
    target, its kind (toplevel, install, build-system, build-backend) and the requirement.
    """
    nodes: dict[str, dict[str, Any]] = {_ROOT: _node(_ROOT, "", "", ())}
    edges: dict[str, list[Edge]] = {}
    for edge in plan.edges:
        edges.setdefault(edge.parent, []).append(edge)
    for each in plan.packages:
        name = str(each)
        nodes[name] = _node(
            each.candidate.name,
            str(each.candidate.version),
            each.candidate.url,
            edges.get(name, ()),
            prebuilt=each.candidate.kind == "wheel",
        )
    for found in plan.stand_ins:
        nodes[str(found)] = _node(found.name, str(found.version), f"file://{found.program}", ())
    nodes[_ROOT]["edges"] = [_edge(edge) for edge in edges.get(_ROOT, ())]
    return _json(nodes)


def build_order(plan: Plan) -> bytes:
    """The published wheels as a JSON list in which each stands after what it is built with."""
    order = [
        {
            "dist": each.candidate.name,
            "version": str(each.candidate.version),
            "req": f"{each}",
            "prebuilt": each.candidate.kind == "wheel",
            "source_url": each.candidate.url,
            "source_sha256": each.tree.archive,
            "source_url_type": each.candidate.kind,
        }
        for each in plan.packages
        if not each.stage
    ]
    return _json(order)


def system_packages(loads: Mapping[str, Iterable[str]], owners: Mapping[str, str]) -> bytes:
    """The distribution packages whose libraries wheels load, one a line, with the wheels.

    loads: shared libraries by wheel. owners: the package of each of them that belongs to one.
    """
    lines: dict[str, set[str]] = {}
    for wheel, sonames in loads.items():
        for soname in sonames:
            package = owners.get(soname, f"# no package owns {soname}")
            lines.setdefault(package, set()).add(wheel)
    return "".join(
        f"{package}  # {', '.join(sorted(wheels))}\n" for package, wheels in sorted(lines.items())
    ).encode()


def system_libraries(
    loads: Mapping[Planned, Iterable[str]],
    named: Mapping[Planned, Iterable[str]],
    owners: Mapping[str, str],
) -> bytes:
    """What each wheel needs of the system, as JSON by `name==version`.

    `loads`: its shared libraries that are not in it, each with the distribution package that owns
    it, or "". `by_name`: the same for what it opens by name. `uses`: the libraries that it is
    declared to use, with their versions. Wheels that need nothing are left out.
    """
    found = {}
    for each, sonames in loads.items():
        parts = dict(each.spec.platform.parts)
        used = {one.name: parts[library_part(one.name)] for one in each.spec.recipe.libraries}
        entry = {
            "loads": {soname: owners.get(soname, "") for soname in sonames},
            "by_name": {soname: owners.get(soname, "") for soname in named[each]},
            "uses": used,
        }
        if any(entry.values()):
            found[str(each)] = entry
    return _json(found)


def pylock(found: InstallSet, plan: Plan, wheels: Mapping[str, Shelved], python: str) -> bytes:
    """One install set as a lock file (PEP 751) whose wheels lie beside it.

    wheels: as published, by `name==version`. python: the version planned for.
    """
    pins = frozenset(found.pins)
    packages = [
        _package(each, wheels[str(each)])
        for each in plan.packages
        if str(each) in pins and not each.stage
    ]
    major, minor = Version(python).release[:2]
    document = Pylock(
        lock_version=Version("1.0"),
        requires_python=SpecifierSet(f"=={major}.{minor}.*"),
        created_by="wheeltree",
        packages=sorted(packages, key=lambda each: each.name),
    )
    return toml.spelled(document.to_dict())


def _package(each: Planned, wheel: Shelved) -> Package:
    return Package(
        name=each.candidate.name,
        version=each.candidate.version,
        sdist=_sdist(each),
        wheels=[
            PackageWheel(
                name=wheel.filename,
                path=f"./{wheel.filename}",
                size=wheel.size,
                hashes={"sha256": wheel.digest},
            )
        ],
    )


def _sdist(each: Planned) -> PackageSdist | None:
    """Where its source is an archive; a commit, which we archive, has none that others know."""
    if each.candidate.kind in {"git", "wheel"}:
        return None
    return PackageSdist(
        name=each.candidate.filename,
        url=each.candidate.url,
        hashes={"sha256": each.tree.archive},
    )


def _node(
    name: str, version: str, url: str, edges: Iterable[Edge], *, prebuilt: bool = False
) -> dict[str, Any]:
    return {
        "canonicalized_name": name,
        "version": version,
        "download_url": url,
        "pre_built": prebuilt,
        "edges": [_edge(edge) for edge in edges],
    }


def _edge(edge: Edge) -> dict[str, str]:
    return {
        "key": edge.child,
        "req_type": edge.kind,
        "req": edge.requirement,
        "origin": edge.origin,
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()

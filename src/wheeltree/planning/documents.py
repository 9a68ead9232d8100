"""What a wheelhouse says about itself, for people and for other tools."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from packaging.pylock import Package, PackageSdist, PackageWheel, Pylock
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from wheeltree.model.plan import Edge, InstallSet, Plan, Planned
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
        )
    nodes[_ROOT]["edges"] = [_edge(edge) for edge in edges.get(_ROOT, ())]
    return _json(nodes)


def build_order(plan: Plan) -> bytes:
    """The published wheels as a JSON list in which each stands after what it is built with."""
    order = [
        {
            "dist": each.candidate.name,
            "version": str(each.candidate.version),
            "req": f"{each}",
            "prebuilt": False,
            "source_url": each.candidate.url,
            "source_sha256": each.tree.archive,
            "source_url_type": each.candidate.kind,
        }
        for each in plan.packages
        if not each.stage
    ]
    return _json(order)


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
    return _toml(document.to_dict())


def _package(each: Planned, wheel: Shelved) -> Package:
    return Package(
        name=each.candidate.name,
        version=each.candidate.version,
        sdist=PackageSdist(
            name=each.candidate.filename,
            url=each.candidate.url,
            hashes={"sha256": each.tree.archive},
        ),
        wheels=[
            PackageWheel(
                name=wheel.filename,
                path=f"./{wheel.filename}",
                size=wheel.size,
                hashes={"sha256": wheel.digest},
            )
        ],
    )


def _node(name: str, version: str, url: str, edges: Iterable[Edge]) -> dict[str, Any]:
    return {
        "canonicalized_name": name,
        "version": version,
        "download_url": url,
        "pre_built": False,
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


def _toml(document: Mapping[str, Any]) -> bytes:
    import tomli_w  # noqa: PLC0415  only where a lock is written

    return tomli_w.dumps(document).encode()

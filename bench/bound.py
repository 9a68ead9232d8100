"""The lower bound: how fast a tool could be that does nothing but run the backends.

bound = max(work of all backends / cores, longest chain of backend work, questions included)
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench.hooks import OTHER, REQUIRES, WHEEL, Hook, read


@dataclass(frozen=True, kw_only=True)
class Bound:
    """The lower bound of one plan on one machine; times in seconds."""

    work: float
    """Core-seconds of all hooks."""
    cores: int
    chain: float
    """Wall time of the longest chain of questions and builds that wait for one another."""
    path: tuple[str, ...]
    """That chain, first first."""
    hooks: int
    other: float
    """What ran in the sandbox and is not a backend's work."""

    @property
    def seconds(self) -> float:
        """The bound."""
        return max(self.work / self.cores, self.chain)


@dataclass(frozen=True, kw_only=True)
class _Package:
    """What the chain needs to know of one wheel."""

    asking: float
    building: float
    static: frozenset[str]
    """What must be built before the backend can be asked."""
    environment: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class _End:
    """When something ends if every core is free for it, and what it waited for."""

    at: float
    path: tuple[str, ...]


def bound(trace: Path, plan: Path, cores: int) -> Bound:
    """The bound from a traced run and the plan that it wrote."""
    hooks = read(trace)
    backends = [hook for hook in hooks if hook.backend and not _repeats(hook)]
    longest = _longest(_packages(json.loads(plan.read_bytes()), backends))
    return Bound(
        work=sum(hook.work for hook in backends),
        cores=cores,
        chain=longest.at,
        path=longest.path,
        hooks=len(backends),
        other=sum(hook.seconds for hook in hooks if hook.hook == OTHER),
    )


def _repeats(hook: Hook) -> bool:
    """Whether a build asks again, on its own tree, what was asked to plan it."""
    return hook.hook == REQUIRES and not hook.question


def _packages(plan: dict[str, Any], hooks: Iterable[Hook]) -> dict[str, _Package]:
    asking: defaultdict[str, float] = defaultdict(float)
    building: defaultdict[str, float] = defaultdict(float)
    for hook in hooks:
        (building if hook.hook == WHEEL else asking)[hook.subject] += hook.seconds
    return {
        _spec(each): _Package(
            asking=asking[_spec(each)],
            building=building[_spec(each)],
            static=_static(plan, each),
            environment=frozenset(each["environment"]),
        )
        for each in plan["packages"]
    }


def _spec(package: dict[str, Any]) -> str:
    source = package["source"]
    return f"{source['name']}=={source['version']}"


def _static(plan: dict[str, Any], package: dict[str, Any]) -> frozenset[str]:
    """The part of its environment that follows from pyproject.toml alone."""
    environment = {pin.partition("==")[0]: pin for pin in package["environment"]}
    children: dict[str, set[str]] = {}
    for edge in plan["edges"]:
        if edge["kind"] == "install":
            children.setdefault(edge["parent"], set()).add(edge["child"])
    names = {canonicalize_name(Requirement(text).name) for text in package["static_requires"]}
    pending = {environment[name] for name in names if name in environment}
    found: set[str] = set()
    while pending:
        pin = pending.pop()
        found.add(pin)
        pending |= (children.get(pin, set()) & set(environment.values())) - found
    return frozenset(found)


def _longest(packages: dict[str, _Package]) -> _End:
    """The end of whatever ends last, and how it came about."""

    @cache
    def built(name: str) -> _End:
        package = packages.get(name)
        if package is None:  # a seed
            return _End(at=0.0, path=())
        told = _then(_last(built(each) for each in package.static), package.asking, f"ask {name}")
        ready = _last([told, *(built(each) for each in package.environment)])
        return _then(ready, package.building, f"build {name}")

    return _last(built(name) for name in packages)


def _last(ends: Iterable[_End]) -> _End:
    return max(ends, key=lambda end: end.at, default=_End(at=0.0, path=()))


def _then(end: _End, seconds: float, what: str) -> _End:
    return _End(at=end.at + seconds, path=(*end.path, f"{what} {seconds:.2f}"))

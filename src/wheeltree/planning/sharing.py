"""What variants share of their plans, what each has for itself, and why."""

from collections.abc import Iterator, Mapping, Sequence

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from wheeltree.model.digest import Key
from wheeltree.model.frozen import Frozen
from wheeltree.model.plan import Plan, Planned
from wheeltree.planning.reasons import differences, inputs
from wheeltree.resolution.wanted import Wanted


class Share(Frozen):
    """One wheel, and the variants that it is published for."""

    planned: Planned
    variants: tuple[str, ...]
    """In the order of the plans."""
    why: str
    """Why it is not the same for all variants; "" where it is."""

    @property
    def depends(self) -> bool:
        """Whether it depends on a variant; else it is only asked for by some."""
        return bool(self.why)


def shares(plans: Sequence[Plan]) -> tuple[Share, ...]:
    """Every published wheel of the plans once, in their order."""
    found: dict[Key, list[str]] = {}
    planned: dict[Key, Planned] = {}
    by_pin: dict[str, list[Key]] = {}
    for plan in plans:
        for each in plan.packages:
            if each.stage:
                continue
            key = each.spec.key
            if key not in found:
                by_pin.setdefault(str(each), []).append(key)
            found.setdefault(key, []).append(plan.variant)
            planned.setdefault(key, each)
    return tuple(
        Share(
            planned=each,
            variants=tuple(found[key]),
            why=_why(each, [planned[other] for other in by_pin[str(each)] if other != key]),
        )
        for key, each in planned.items()
    )


def _why(planned: Planned, others: Sequence[Planned]) -> str:
    """What a wheel has for itself, compared with those of the same version in other variants."""
    if others:
        found = differences(inputs(others[0].spec), inputs(planned.spec))
        return ", ".join(found) or _asked(planned)
    return _asked(planned) if planned.spec.variant else ""


def _asked(planned: Planned) -> str:
    if planned.spec.recipe.variant:
        return "it asks for the variant"
    return "it is built with what depends on the variant"


def misaligned(plans: Sequence[Plan], limits: Mapping[str, Sequence[Wanted]]) -> Iterator[str]:
    """Every version that differs between variants, with its cause, in words.

    limits: the constraints of one variant alone, by its name.
    """
    for at, plan in enumerate(plans):
        for name, version in _versions(plan).items():
            other = next((each for each in plans[:at] if name in _versions(each)), None)
            if other is None or _versions(other)[name] == version:
                continue
            before = _versions(other)[name]
            cause = ", by what its sources offer"
            if own := _cause(plan, name, before, limits):
                cause = f": {own}"
            elif theirs := _cause(other, name, version, limits):
                cause = f": {theirs} in {other.variant}"
            yield f"{name} is {before} in {other.variant} and {version} in {plan.variant}{cause}"


def _versions(plan: Plan) -> dict[NormalizedName, Version]:
    """What is installed, of projects that have one version in all sets."""
    found: dict[NormalizedName, set[Version]] = {}
    pins = plan.installed()
    for each in plan.packages:
        if str(each) in pins and not each.stage:
            found.setdefault(each.candidate.name, set()).add(each.candidate.version)
    return {name: min(versions) for name, versions in found.items() if len(versions) == 1}


def _cause(
    plan: Plan, name: NormalizedName, version: Version, limits: Mapping[str, Sequence[Wanted]]
) -> str:
    """The limit or requirement of a plan that excludes a version of another one."""
    for each in limits.get(plan.variant, ()):
        if each.name == name and _excludes(each.requirement, version):
            return f"{each.origin} asks for {each.text}"
    for edge in plan.edges:
        asked = Requirement(edge.requirement)
        installs = edge.kind in {"toplevel", "install"}
        if installs and canonicalize_name(asked.name) == name and _excludes(asked, version):
            return f"{edge.parent or edge.origin} asks for {asked}"
    return ""


def _excludes(asked: Requirement, version: Version) -> bool:
    return not asked.specifier.contains(version, prereleases=True)

"""What variants share of their plans, what each has for itself, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

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
    """Why it depends on its variant; "" where it is what any variant gets that asks for nothing."""

    @property
    def depends(self) -> bool:
        """Whether it depends on a variant."""
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
    usual = [each for each in others if not each.spec.variant]
    if not planned.spec.variant and not usual:
        return ""
    if others:
        found = differences(inputs((usual or others)[0].spec), inputs(planned.spec))
        return ", ".join(found) or _asked(planned)
    return _asked(planned)


def _asked(planned: Planned) -> str:
    if planned.spec.recipe.variant:
        return "it asks for the variant"
    return "it is built with what depends on the variant"


def misaligned(
    plans: Sequence[Plan], limits: Mapping[str, Sequence[Wanted]] = MappingProxyType({})
) -> Iterator[str]:
    """Every version that differs between variants, with its cause, in words.

    limits: what settings demand of versions for one variant, by variant.
    """
    for at, plan in enumerate(plans):
        for name, version in _versions(plan).items():
            other = next((each for each in plans[:at] if name in _versions(each)), None)
            before = version if other is None else _versions(other)[name]
            if other is not None and before != version:
                mine, theirs = (limits.get(each.variant, ()) for each in (plan, other))
                cause = _cause(plan, name, before, mine) or _cause(other, name, version, theirs)
                yield (
                    f"{name} is {before} in {other.variant} and {version} in {plan.variant}: "
                    f"{cause or 'their sources offer different versions'}"
                )


def _versions(plan: Plan) -> dict[NormalizedName, Version]:
    """What is installed, of projects that have one version in all sets."""
    found: dict[NormalizedName, set[Version]] = {}
    pins = plan.installed()
    for each in plan.packages:
        if str(each) in pins and not each.stage:
            found.setdefault(each.candidate.name, set()).add(each.candidate.version)
    return {name: min(versions) for name, versions in found.items() if len(versions) == 1}


def _cause(plan: Plan, name: NormalizedName, version: Version, limits: Iterable[Wanted]) -> str:
    """What in one variant excludes a version that another has; "" if nothing does."""
    edges = (each for each in plan.edges if each.kind in {"toplevel", "install"})
    asked = [(Requirement(each.requirement), each.parent or each.origin) for each in edges]
    asked += [(each.requirement, each.origin) for each in limits]
    for requirement, asker in asked:
        if canonicalize_name(requirement.name) == name and not requirement.specifier.contains(
            version, prereleases=True
        ):
            return f"{asker} asks for {requirement} in {plan.variant}"
    return ""

"""Makes the plan file of what was planned, and of what other variants had before."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Key
from wheeltree.model.frozen import replace
from wheeltree.model.plan import Plan, Planned
from wheeltree.model.schemas import PLAN_SCHEMA
from wheeltree.model.stand_in import StandIn
from wheeltree.planning.lockfile import Lock, LockedEnvironment, LockedPackage, LockedTool
from wheeltree.planning.reasons import inputs


def lock(plans: Sequence[Plan], artifacts: Mapping[Key, Artifact], python: str) -> Lock:
    """The plans of all variants, with the results that are known."""
    packages = {each.spec.key: each for plan in plans for each in plan.packages}
    stand_ins = {each.key: each for plan in plans for each in plan.stand_ins}
    seeds = {each.key: each for plan in plans for each in plan.seeds}
    return Lock(
        schema=PLAN_SCHEMA,
        python=python,
        sets=tuple(each for plan in plans for each in plan.sets),
        packages=tuple(
            _locked(each, artifacts.get(key), _having(key, plans)) for key, each in packages.items()
        ),
        environments=tuple(_environments(packages.values())),
        edges=tuple(dict.fromkeys(edge for plan in plans for edge in plan.edges)),
        seeds=tuple(seeds.values()),
        tools=tuple(
            _locked_tool(each, packages.values()) for each in sorted(stand_ins.values(), key=str)
        ),
    )


def _having(key: Key, plans: Iterable[Plan]) -> tuple[str, ...]:
    """The variants whose plan has a wheel."""
    return tuple(
        plan.variant
        for plan in plans
        if plan.variant and any(each.spec.key == key for each in plan.packages)
    )


def joined(standing: Lock, made: Lock, kept: frozenset[str]) -> Lock:
    """A new plan of some variants, with what an earlier one had for others, the `kept` ones."""
    new = {each.key for each in made.packages}
    old = [
        replace(each, variants=tuple(name for name in each.variants if name in kept))
        for each in standing.packages
        if not kept.isdisjoint(each.variants)
    ]
    left = {each.key: each.variants for each in old}
    packages = (
        *(
            replace(each, variants=(*each.variants, *left.get(each.key, ())))
            for each in made.packages
        ),
        *(each for each in old if each.key not in new),
    )
    names = {str(each) for each in old}
    edges = (each for each in standing.edges if each.child in names)
    return replace(
        made,
        sets=(*made.sets, *(each for each in standing.sets if each.variant in kept)),
        packages=packages,
        environments=tuple(dict.fromkeys((*made.environments, *standing.environments))),
        edges=tuple(dict.fromkeys((*made.edges, *edges))),
        seeds=tuple({each.key: each for each in (*standing.seeds, *made.seeds)}.values()),
        tools=tuple({each.key: each for each in (*standing.tools, *made.tools)}.values()),
    )


def _locked(
    planned: Planned, artifact: Artifact | None, variants: tuple[str, ...]
) -> LockedPackage:
    return LockedPackage(
        source=planned.candidate,
        stage=planned.stage,
        archive=planned.tree.archive,
        static_requires=planned.static_requires,
        dynamic_requires=planned.dynamic_requires,
        environment=tuple(str(each) for each in planned.spec.environment),
        metadata=planned.metadata,
        key=planned.spec.key,
        inputs=inputs(planned.spec),
        content=artifact.content if artifact else None,
        labels=dict(planned.spec.recipe.labels),
        changelog=planned.spec.recipe.changelog,
        variant=planned.spec.variant,
        variants=variants,
    )


def _locked_tool(found: StandIn, packages: Iterable[Planned]) -> LockedTool:
    users = (each for each in packages if found.key in {i.key for i in each.spec.environment})
    return LockedTool(
        name=found.name,
        version=found.version,
        says=found.says,
        program=found.program,
        key=found.key,
        users=tuple(dict.fromkeys(map(str, users))),
    )


def _environments(packages: Collection[Planned]) -> list[LockedEnvironment]:
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for each in packages:
        pins = tuple(str(pin) for pin in each.spec.environment)
        added = each.spec.recipe.build_requires.apply_to_more(each.dynamic_requires)
        found.setdefault(frozenset((*each.static_requires, *added)), pins)
    for each in packages:  # a static environment's versions are those of the whole one
        pins = tuple(str(pin) for pin in each.spec.environment)
        found.setdefault(frozenset(each.static_requires), pins)
    ordered = sorted((tuple(sorted(requires)), pins) for requires, pins in found.items())
    return [LockedEnvironment(requires=requires, pins=pins) for requires, pins in ordered]

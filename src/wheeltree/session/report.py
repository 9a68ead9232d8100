"""What a run comes to, in the words of its summary."""

from collections.abc import Iterator

from wheeltree.building.toolkits import stamp_of_toolkit
from wheeltree.host.tools import stamp_of
from wheeltree.model.event import Summary, VariantShare
from wheeltree.model.plan import Planned
from wheeltree.model.stand_in import StandIn
from wheeltree.planning.drive import Outcome
from wheeltree.planning.sharing import shares
from wheeltree.session import noop
from wheeltree.session.inputs import Inputs


def summary(outcome: Outcome, *, wheelhouse: str, seconds: float) -> Summary:
    """The summary of a run that ended well.

    wheelhouse: where it was published; "" for a plan. seconds: how long it took.
    """
    reused = [each for key, each in outcome.artifacts.items() if key not in outcome.built]
    return Summary(
        built=_subjects(outcome, built=True),
        reused=_subjects(outcome, built=False),
        failed=(),
        blocked=(),
        seeds=_seeds(outcome),
        prebuilt=_prebuilt(outcome),
        tools=_programs(outcome),
        variants=tuple(_sharing(outcome)),
        wheelhouse=wheelhouse,
        seconds=seconds,
        seconds_saved=sum(each.seconds for each in reused),
    )


def last_run(outcome: Outcome, inputs: Inputs) -> noop.LastRun:
    """What a finished run leaves for the next one to compare with."""
    published = {each.spec.subject for each in packages(outcome) if not each.stage}
    installed = {
        each.spec.subject
        for plan in outcome.plans
        for each in plan.packages
        if str(each) in plan.installed()
    }
    prefixes = dict.fromkeys(one for each in packages(outcome) for one in each.spec.recipe.toolkits)
    return noop.LastRun(
        inputs=inputs,
        installed=tuple(sorted(installed)),
        tools=tuple(sorted(published - installed)),
        seeds=_seeds(outcome),
        prebuilt=_prebuilt(outcome),
        system=tuple(
            noop.Program(described=text, paths=each.programs, stamp=stamp_of(each.programs))
            for each, text in zip(_stand_ins(outcome), _programs(outcome), strict=True)
        ),
        toolkits=tuple((prefix, stamp_of_toolkit(prefix)) for prefix in prefixes),
        variants=tuple(_sharing(outcome)),
        seconds=sum(each.seconds for each in outcome.artifacts.values()),
    )


def packages(outcome: Outcome) -> tuple[Planned, ...]:
    """Everything that is planned, for whichever variant, once."""
    found = {each.spec.key: each for plan in outcome.plans for each in plan.packages}
    return tuple(found.values())


def _sharing(outcome: Outcome) -> Iterator[VariantShare]:
    """What each variant has for itself, and how much it shares."""
    every = shares(outcome.plans)
    for plan in outcome.plans:
        mine = [each for each in every if plan.variant in each.variants]
        if plan.variant:
            yield VariantShare(
                variant=plan.variant,
                shared=tuple(sorted(str(each.planned) for each in mine if not each.depends)),
                own=tuple(sorted((str(each.planned), each.why) for each in mine if each.depends)),
            )


def _seeds(outcome: Outcome) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(each) for plan in outcome.plans for each in plan.seeds))


def _stand_ins(outcome: Outcome) -> list[StandIn]:
    found = {each.key: each for plan in outcome.plans for each in plan.stand_ins}
    return sorted(found.values(), key=str)


def _programs(outcome: Outcome) -> tuple[str, ...]:
    return tuple(f"{each.name} {each.version} ({each.program})" for each in _stand_ins(outcome))


def may_change(outcome: Outcome) -> bool:
    """Whether there is a folder among the sources, which must be looked at again each time."""
    return any(each.candidate.kind == "folder" for each in packages(outcome))


def _prebuilt(outcome: Outcome) -> tuple[str, ...]:
    taken = (each for each in packages(outcome) if each.candidate.kind == "wheel")
    return tuple(each.spec.subject for each in taken)


def _subjects(outcome: Outcome, *, built: bool) -> tuple[str, ...]:
    """Everything that was built, or was not."""
    found = (
        each.spec.subject
        for each in packages(outcome)
        if each.spec.key in outcome.artifacts and (each.spec.key in outcome.built) == built
    )
    return tuple(sorted(set(found)))

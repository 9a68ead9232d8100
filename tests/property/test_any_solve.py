"""Whatever the tree: a solution satisfies everything in it and has nothing that is not needed."""

from collections.abc import Mapping, Sequence

from hypothesis import assume, given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from support.small_world import Release, SmallWorld, problem
from wheeltree.errors import ResolutionError
from wheeltree.resolution.resolve import solve

NAMES = "abcde"

lines = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(NAMES),
    st.sampled_from(["", "", "[x]"]),
    st.sampled_from(["", ">=2.0", "<=2.0", "==1.0", "!=3.0"]),
    st.sampled_from(["", "", '; extra == "x"']),
)
releases = st.builds(
    Release, requires=st.lists(lines, max_size=3).map(tuple), extras=st.just(("x",))
)
worlds = st.fixed_dictionaries(
    {
        name: st.dictionaries(st.sampled_from(["1.0", "2.0", "3.0"]), releases, min_size=1)
        for name in NAMES
    }
)
asked = st.lists(lines.filter(lambda line: ";" not in line), min_size=1, max_size=4)


def needed(
    world: SmallWorld, chosen: Mapping[NormalizedName, Version], wanted: Sequence[str]
) -> set[str]:
    """Projects that `wanted` leads to; asserts that each requirement on the way holds."""
    waiting = [(text, "") for text in wanted]
    seen = set()
    while waiting:
        text, extra = waiting.pop()
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        assert requirement.specifier.contains(chosen[canonicalize_name(requirement.name)])
        for each in ("", *requirement.extras):
            if (requirement.name, each) not in seen:
                seen.add((requirement.name, each))
                release = world.release(
                    requirement.name, str(chosen[canonicalize_name(requirement.name)])
                )
                waiting += [(line, each) for line in release.requires]
    return {name for name, _ in seen}


@given(worlds, asked)
def test_a_solution_is_sound_and_has_nothing_superfluous(
    projects: Mapping[str, Mapping[str, Release]], wanted: list[str]
) -> None:
    world = SmallWorld(projects=projects)
    try:
        solution = solve(problem(*wanted), world)
    except ResolutionError:
        assume(False)
        raise
    chosen = {pin.name: pin.version for pin in solution.pins}
    assert needed(world, chosen, wanted) == set(chosen)


@given(worlds, asked)
def test_solving_again_with_the_solution_preferred_changes_nothing_and_asks_no_index(
    projects: Mapping[str, Mapping[str, Release]], wanted: list[str]
) -> None:
    try:
        first = solve(problem(*wanted), SmallWorld(projects=projects))
    except ResolutionError:
        assume(False)
        raise
    world = SmallWorld(projects=projects)
    again = solve(problem(*wanted, preferred=first.pins), world)
    assert (again.pins, again.edges, again.extras) == (first.pins, first.edges, first.extras)
    assert world.asked == []


@given(worlds, asked)
def test_a_failure_is_told_in_few_lines_with_the_line_of_every_party(
    projects: Mapping[str, Mapping[str, Release]], wanted: list[str]
) -> None:
    failure = failure_of(projects, wanted)
    if failure is None:
        return
    assert "requirements.txt:" in failure.message
    assert 0 < len(failure.details) < 25
    assert failure.hint


def failure_of(
    projects: Mapping[str, Mapping[str, Release]], wanted: list[str]
) -> ResolutionError | None:
    try:
        solve(problem(*wanted), SmallWorld(projects=projects))
    except ResolutionError as error:
        return error
    return None

"""The joint solve."""

from itertools import count
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from support.small_world import PYTHON, Release, Releases, SmallWorld, pins, problem, solved, wanted
from support.variation import varied
from wheeltree.errors import ResolutionError
from wheeltree.model.source import Candidate, Metadata
from wheeltree.resolution import resolve
from wheeltree.resolution.index import Listing
from wheeltree.resolution.resolve import Limits, likely, solve

FLASK = SmallWorld(
    projects={
        "flask": {
            "3.1": ["werkzeug>=3.1", "click>=8"],
            "2.0": ["werkzeug>=2,<3", "click>=7"],
        },
        "werkzeug": {"3.1": [], "2.3": []},
        "click": {"8.2": [], "8.1": []},
    }
)


def test_each_project_has_the_newest_version_that_the_others_allow() -> None:
    assert solved(FLASK, "flask") == ["click==8.2", "flask==3.1", "werkzeug==3.1"]


def test_a_later_requirement_moves_what_was_chosen_before() -> None:
    assert solved(FLASK, "flask", "werkzeug<3") == ["click==8.2", "flask==2.0", "werkzeug==2.3"]


def test_a_cap_found_deep_in_the_tree_moves_what_was_chosen_before() -> None:
    world = SmallWorld(
        projects={
            "app": {"1": ["lib", "deep"]},
            "deep": {"1": ["deeper"]},
            "deeper": {"1": ["lib<2"]},
            "lib": {"2": ["only-new"], "1": []},
            "only-new": {"1": []},
        }
    )
    assert solved(world, "app") == ["app==1", "deep==1", "deeper==1", "lib==1"]


def test_a_cycle_of_requirements_is_no_problem() -> None:
    world = SmallWorld(projects={"a": {"1": ["b"]}, "b": {"1": ["a"]}})
    assert solved(world, "a") == ["a==1", "b==1"]


def test_edges_tell_who_asked_for_what() -> None:
    solution = solve(problem("flask==3.1"), FLASK)
    assert [
        (parent, child, asked.text, asked.origin) for parent, child, asked in solution.edges
    ] == [
        ("", "flask==3.1", "flask==3.1", "requirements.txt:1"),
        ("flask==3.1", "click==8.2", "click>=8", "flask==3.1"),
        ("flask==3.1", "werkzeug==3.1", "werkzeug>=3.1", "flask==3.1"),
    ]


EXTRAS = SmallWorld(
    projects={
        "pkg": {
            "2": Release(
                requires=(
                    "core",
                    'a>=1; extra == "a"',
                    'b; extra == "Long_Name"',
                    'pkg[a,long-name]; extra == "all"',
                ),
                extras=("a", "Long_Name", "all"),
            ),
            "1": Release(requires=("core",), extras=("a",)),
        },
        "core": {"1": []},
        "a": {"1": []},
        "b": {"1": []},
    }
)


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("pkg", ["core==1", "pkg==2"]),
        ("pkg[a]", ["a==1", "core==1", "pkg==2"]),
        ("pkg[Long.Name]", ["b==1", "core==1", "pkg==2"]),
        ("pkg[all]", ["a==1", "b==1", "core==1", "pkg==2"]),
        ("pkg[a]<2", ["core==1", "pkg==1"]),
    ],
)
def test_extras_add_their_requirements(requirement: str, expected: list[str]) -> None:
    assert solved(EXTRAS, requirement) == expected


def test_an_extra_and_its_project_are_the_same_version() -> None:
    assert solved(EXTRAS, "pkg[a]", "pkg<2") == ["core==1", "pkg==1"]


def test_extras_in_use_are_told() -> None:
    solution = solve(problem("pkg[all]"), EXTRAS)
    assert solution.extras == {"pkg": {"all", "a", "long-name"}}
    assert [child for parent, child, _ in solution.edges if parent == ""] == ["pkg==2"]


def test_an_extra_that_does_not_exist_is_a_notice() -> None:
    solution = solve(problem("pkg[nope]"), EXTRAS)
    assert solution.notices == ("pkg==2 has no extra 'nope', which requirements.txt:1 asks for",)


def test_a_requirement_whose_marker_is_false_is_left_out() -> None:
    world = SmallWorld(
        projects={
            "a": {"1": ['b; sys_platform == "win32"', 'c; python_version >= "3.9"']},
            "c": {"1": []},
        }
    )
    assert solved(world, "a", 'gone; python_version < "3"') == ["a==1", "c==1"]


PRE = SmallWorld(
    projects={
        "x": {"2.0rc1": [], "1.0": []},
        "only-pre": {"1.0b2": [], "1.0b1": []},
        "wheels-too": {"1.1rc1": []},
        "uses": {"1": ["x>=2.0rc1"]},
    },
    wheels={"wheels-too": ["1.0"]},
)


@pytest.mark.parametrize(
    ("requirements", "constraints", "pre", "expected"),
    [
        (["x"], [], False, ["x==1.0"]),
        (["x"], [], True, ["x==2.0rc1"]),
        (["x>=1.0b1"], [], False, ["x==2.0rc1"]),
        (["x"], ["x>=2.0a1"], False, ["x==2.0rc1"]),
        (["only-pre"], [], False, ["only-pre==1.0b2"]),
        (["x", "uses"], [], False, ["uses==1", "x==2.0rc1"]),
        (["wheels-too"], [], True, ["wheels-too==1.1rc1"]),
    ],
)
def test_pre_releases_are_taken_as_pip_takes_them(
    requirements: list[str],
    constraints: list[str],
    pre: bool,  # a column of the table
    expected: list[str],
) -> None:
    assert solved(PRE, *requirements, constraints=constraints, pre=pre) == expected


def test_a_release_that_has_only_wheels_does_not_make_a_pre_release_acceptable() -> None:
    with pytest.raises(ResolutionError, match="wheels-too"):
        solved(PRE, "wheels-too")


YANKED = SmallWorld(projects={"y": {"2.0": Release(yanked="broken"), "1.0": [], "0.9": []}})


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [("y", "1.0"), ("y>=0.9", "1.0"), ("y==2.0", "2.0"), ("y===2.0", "2.0"), ("y<1", "0.9")],
)
def test_a_yanked_version_is_taken_only_where_it_is_pinned(requirement: str, expected: str) -> None:
    assert solved(YANKED, requirement) == [f"y=={expected}"]


def test_a_wildcard_does_not_pin_a_yanked_version() -> None:
    with pytest.raises(ResolutionError, match=r"y==2\.\*"):
        solved(YANKED, "y==2.*")


@pytest.mark.parametrize("place", ["python", "listed_python"])
def test_a_version_for_another_python_is_passed_over(place: str) -> None:
    newest = Release(python=">=3.12") if place == "python" else Release(listed_python=">=3.12")
    world = SmallWorld(projects={"p": {"2": newest, "1": []}})
    assert solved(world, "p") == ["p==1"]


@pytest.mark.parametrize("text", ["not a requirement !", "a; nonsense ==", "b>=1.0.*.*"])
def test_a_version_with_unreadable_metadata_is_passed_over(text: str) -> None:
    world = SmallWorld(projects={"p": {"2": [text], "1": []}})
    assert solved(world, "p") == ["p==1"]


def test_constraints_bound_what_takes_part_and_bring_in_nothing() -> None:
    found = solved(FLASK, "flask", constraints=["werkzeug<3", "unheard-of==1"])
    assert found == ["click==8.2", "flask==2.0", "werkzeug==2.3"]


def test_a_constraint_whose_marker_is_false_does_not_count() -> None:
    constraints = ['werkzeug<3; python_version < "3"']
    assert "werkzeug==3.1" in solved(FLASK, "flask", constraints=constraints)


URL = "https://files.test/fork-9.tar.gz"


def forked() -> SmallWorld:
    projects: dict[str, Releases] = {
        "fork": {"1": []},
        "user": {"1": ["fork"]},
        "dep": {"1": []},
        "old": {"1": ["fork<2"]},
    }
    return SmallWorld(projects=projects, urls={URL: ("fork", "9", ("dep",))})


@pytest.mark.parametrize("order", [1, -1])
def test_a_url_requirement_replaces_what_the_index_offers(order: int) -> None:
    found = solved(forked(), *[f"fork @ {URL}", "user"][::order])
    assert found == ["dep==1", "fork==9", "user==1"]


def test_a_url_constraint_replaces_what_the_index_offers() -> None:
    found = solved(forked(), "user", constraints=[f"fork @ {URL}"])
    assert found == ["dep==1", "fork==9", "user==1"]


def test_a_url_that_has_another_version_than_is_required_is_a_conflict() -> None:
    with pytest.raises(ResolutionError, match=r"old \(requirements.txt:2\)"):
        solved(forked(), f"fork @ {URL}", "old")


def test_two_urls_for_one_project_are_a_conflict() -> None:
    world = forked()
    world.urls = {**world.urls, "https://files.test/b.tar.gz": ("fork", "9", ())}
    with pytest.raises(ResolutionError, match="disagree on fork"):
        solved(world, f"fork @ {URL}", "fork @ https://files.test/b.tar.gz")


def test_a_source_from_a_url_is_left_when_nobody_names_the_url_any_more() -> None:
    world = forked()
    kept = solve(problem(f"fork @ {URL}"), world).pins
    assert pins(solve(problem("fork", preferred=kept), world)) == ["fork==1"]


def test_preferred_candidates_stay_and_no_index_is_asked() -> None:
    world = SmallWorld(projects=FLASK.projects)
    old = [FLASK.candidate(pin) for pin in ("flask==2.0", "werkzeug==2.3", "click==8.1")]
    assert pins(solve(problem("flask", preferred=old), world)) == [
        "click==8.1",
        "flask==2.0",
        "werkzeug==2.3",
    ]
    assert world.asked == []


def test_only_what_must_move_is_asked_for() -> None:
    world = SmallWorld(projects=FLASK.projects)
    old = [FLASK.candidate(pin) for pin in ("flask==2.0", "werkzeug==2.3", "click==8.1")]
    found = pins(solve(problem("flask", "click>8.1", preferred=old), world))
    assert found == ["click==8.2", "flask==2.0", "werkzeug==2.3"]
    assert world.asked == ["click"]


def test_fixed_versions_hold_for_what_takes_part() -> None:
    solution = solve(problem("flask", fixed={"werkzeug": "2.3", "numpy": "2.0"}), FLASK)
    assert pins(solution) == ["click==8.2", "flask==2.0", "werkzeug==2.3"]


def test_a_fixed_version_may_be_yanked_or_a_pre_release() -> None:
    assert pins(solve(problem("y", fixed={"y": "2.0"}), YANKED)) == ["y==2.0"]
    assert pins(solve(problem("x", fixed={"x": "2.0rc1"}), PRE)) == ["x==2.0rc1"]


class Missing(Exception):
    """What planning raises for a fact that it does not know yet."""


class Unready(SmallWorld):
    def metadata(self, candidate: Candidate) -> Metadata:
        raise Missing(str(candidate))


def test_what_the_world_raises_passes_through_untouched() -> None:
    with pytest.raises(Missing, match=r"flask==3\.1"):
        solve(problem("flask"), Unready(projects=FLASK.projects))


def test_each_thing_is_asked_once() -> None:
    world = SmallWorld(projects=FLASK.projects)
    with pytest.raises(ResolutionError):
        solved(world, "flask>=3", "werkzeug<3")
    assert len(world.asked) == len(set(world.asked))


def knot(size: int) -> SmallWorld:
    """Every choice of versions but one ends in a conflict with the last project."""
    names = [f"n{number}" for number in range(size)]
    return SmallWorld(
        projects={
            name: {
                str(version): [f"{other}!={version}" for other in names if other != name]
                for version in range(1, size)
            }
            for name in names
        }
    )


@pytest.mark.parametrize(
    ("limits", "reached"),
    [(Limits(rounds=30), "30 rounds"), (Limits(seconds=30), "30 seconds")],
)
def test_a_search_without_end_is_stopped(
    limits: Limits, reached: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(monotonic=count().__next__)  # a second at each look, on any machine
    monkeypatch.setattr(resolve, "time", clock)
    world = knot(9)
    with pytest.raises(ResolutionError, match=reached) as caught:
        solve(problem(*world.projects), world, limits)
    assert caught.value.details
    assert "bound" in caught.value.hint


def test_hashes_of_a_requirement_choose_the_version() -> None:
    asked = problem("werkzeug")
    digest = FLASK.candidate("werkzeug==2.3").digest
    assert digest
    line = wanted("werkzeug")[0]
    hashed = type(line)(
        requirement=line.requirement, origin=line.origin, hashes=frozenset({digest})
    )
    one = varied(asked, wanted=(hashed,))
    assert pins(solve(one, FLASK)) == ["werkzeug==2.3"]


def test_a_candidate_without_a_digest_is_promised_the_only_hash_that_was_asked_for() -> None:
    world = SmallWorld(projects={"h": {"1": Release(digest=False)}})
    digest = FLASK.candidate("werkzeug==2.3").digest
    assert digest
    asked = problem("h")
    line = type(asked.wanted[0])(
        requirement=Requirement("h"), origin="r:1", hashes=frozenset({digest})
    )
    solution = solve(varied(asked, wanted=(line,)), world)
    assert [pin.digest for pin in solution.pins] == [digest]


def test_where_hashes_are_required_a_dependency_without_one_is_a_conflict() -> None:
    asked = problem("flask")
    with pytest.raises(ResolutionError, match="flask"):
        solve(varied(asked, require_hashes=True), FLASK)


@pytest.mark.parametrize(
    ("requirement", "constraints", "expected"),
    [
        ("flask", [], "3.1"),
        ("flask<3", [], "2.0"),
        ("flask", ["flask<3", "other==1"], "2.0"),
        ("flask>9", [], None),
    ],
)
def test_the_likely_candidate_is_the_best_for_one_requirement_alone(
    requirement: str, constraints: list[str], expected: str | None
) -> None:
    found = likely(
        wanted(requirement)[0],
        FLASK.offers(NormalizedName("flask")),
        constraints=wanted(*constraints),
        interpreter=PYTHON,
        pre=False,
    )
    assert (found and found.version) == (expected and Version(expected))


def test_a_project_that_no_index_has_is_an_error_not_a_crash() -> None:
    assert Listing(name=NormalizedName("x")).wheels_only == ()
    with pytest.raises(ResolutionError, match="no index has a project named nowhere"):
        solved(FLASK, "nowhere")

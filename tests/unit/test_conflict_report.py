"""What a person reads when requirements cannot be satisfied together."""

from pathlib import Path

import pytest

from support.small_world import Release, Releases, SmallWorld, problem
from wheeltree.errors import ResolutionError
from wheeltree.resolution.resolve import Problem, solve

GOLDEN = Path(__file__).parents[1] / "golden" / "conflicts"

WEB: dict[str, Releases] = {
    "flask": {
        "3.1.3": ["werkzeug>=3.1"],
        "3.0.0": ["werkzeug>=3.0"],
        "2.0.0": ["werkzeug>=2.0"],
    },
    "werkzeug": {f"{major}.{minor}": () for major in (1, 2, 3) for minor in (0, 1)},
    "unrelated": {"1": ["werkzeug"]},
    "also": {"1": []},
}
QUEUE: dict[str, Releases] = {
    "celery": {f"5.{minor}": [f"kombu>=5.{minor}"] for minor in range(9)},
    "kombu": {f"5.{minor}": ["amqp>=5"] for minor in range(9)},
    "amqp": {"5.0": [], "4.0": []},
    "broker": {"1.0": ["transport"]},
    "transport": {"2.0": ["amqp<5"], "1.0": ["amqp<4.5"]},
}

CASES: dict[str, tuple[Problem, SmallWorld]] = {
    "two-lines": (
        problem("unrelated", "flask==3.1.3", "also", "werkzeug<3"),
        SmallWorld(projects=WEB),
    ),
    "constraint": (
        problem("flask>=3", constraints=["unrelated==1", "also<5", "werkzeug<3"]),
        SmallWorld(projects=WEB),
    ),
    "deep": (
        problem("also", "celery", "broker"),
        SmallWorld(projects={**QUEUE, "also": {"1": []}}),
    ),
    "nowhere": (problem("flask", "flaks>=1"), SmallWorld(projects=WEB)),
    "required-nowhere": (
        problem("app"),
        SmallWorld(projects={"app": {"1.0": ["internal-lib"]}}),
    ),
    "wheels-only": (
        problem("torch>=2"),
        SmallWorld(wheels={"torch": ["2.9.0", "2.8.0"]}),
    ),
    "newest-wheels-only": (
        problem("torch>=2"),
        SmallWorld(projects={"torch": {"1.0": []}}, wheels={"torch": ["2.9.0", "2.8.0", "1.0"]}),
    ),
    "yanked": (
        problem("lib>=2"),
        SmallWorld(projects={"lib": {"2.0": Release(yanked="leaks keys"), "1.0": []}}),
    ),
    "pre-release": (
        problem("lib"),
        SmallWorld(projects={"lib": {"2.0rc1": []}}, wheels={"lib": ["1.0"]}),
    ),
    "python": (
        problem("numpy>=2.5"),
        SmallWorld(projects={"numpy": {"2.5": Release(listed_python=">=3.12"), "2.4": []}}),
    ),
    "python-in-metadata": (
        problem("numpy>=2.5"),
        SmallWorld(projects={"numpy": {"2.5": Release(python=">=3.12"), "2.4": []}}),
    ),
    "extra": (
        problem("pkg[fast]", "pkg<2"),
        SmallWorld(
            projects={
                "pkg": {
                    "2.0": Release(extras=("fast",)),
                    "1.0": Release(requires=('gone; extra == "fast"',), extras=("fast",)),
                }
            }
        ),
    ),
    "fixed": (
        problem("setuptools>=80", fixed={"setuptools": "75.0"}),
        SmallWorld(projects={"setuptools": {"80.0": [], "75.0": []}}),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_explanation_is_as_recorded(case: str) -> None:
    asked, world = CASES[case]
    with pytest.raises(ResolutionError) as caught:
        solve(asked, world)
    assert f"{caught.value}\n" == (GOLDEN / f"{case}.txt").read_text(encoding="utf-8")


def test_what_takes_no_part_in_a_conflict_is_not_mentioned() -> None:
    asked, world = CASES["two-lines"]
    with pytest.raises(ResolutionError) as caught:
        solve(asked, world)
    assert "unrelated" not in str(caught.value)
    assert "also" not in str(caught.value)

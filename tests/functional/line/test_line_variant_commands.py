"""The commands about single packages, where settings declare variants."""

import pytest

from support.line import Line
from support.projects import Project
from wheeltree.cli.main import status
from wheeltree.session.check import check

SETTINGS = """\
variants:
  cpu: {}
  cuda130:
    env: {ACCEL: cuda}
    packages:
      acc: {}
  rocm64:
    env: {ACCEL: rocm}
policies:
  - {packages: [acc], variant: "rocm*", env: {FLAVOUR: hip}}
"""


@pytest.fixture
def accelerated(line: Line) -> Line:
    line.offer(
        Project(name="acc", requires=("base",)),
        Project(name="base"),
        Project(name="app", requires=("acc",)),
    )
    line.settings(SETTINGS)
    return line


def builder(line: Line, *arguments: str) -> int:
    """The exit status of a command on the folders of a line."""
    command, *rest = arguments
    places = (
        *("--settings", str(line.places.settings)),
        *("-o", str(line.wheelhouse), "--store", str(line.places.store)),
    )
    return status([command, *places, *rest])


def problems(line: Line, *requirements: str, **options: object) -> list[str]:
    """What `builder check` tells, below the folder of the line."""
    found = check(line.invocation(*requirements, **options)).problems
    return [str(each).replace(f"{line.folder}/", "") for each in found]


def test_a_check_looks_at_what_one_variant_alone_wants(accelerated: Line) -> None:
    more = accelerated.write("cuda.txt", "base>3")
    assert problems(accelerated, "app") == []
    assert problems(accelerated, variants=(("cuda130", more),)) == [
        "cuda.txt:1: base>3: no version that is offered satisfies it; the newest is 1.0"
    ]


def test_a_check_asks_no_index_for_what_every_variant_takes_from_elsewhere(
    accelerated: Line,
) -> None:
    places = "packages: {own: {source: {folder: own}}}"
    accelerated.settings(f"variants: {{cpu: {{{places}}}, cuda: {{{places}}}}}")
    assert problems(accelerated, "own") == []
    accelerated.settings(f"variants: {{cpu: {{{places}}}, cuda: {{}}}}")
    assert problems(accelerated, "own") == ["command line: own: no index has a project named own"]
    assert problems(accelerated, "own", variants=(("cpu", None),)) == []


def test_a_check_refuses_a_variant_that_nobody_declares(
    accelerated: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    index = ("--index-url", accelerated.index.url)
    assert builder(accelerated, "check", *index, "app", "--variant", "cuda131") == 2
    assert "no settings file declares the variant 'cuda131'" in capsys.readouterr().err

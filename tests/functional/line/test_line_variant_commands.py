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


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Line:
    line = Line(tmp_path_factory.mktemp("variants"))
    line.offer(
        Project(name="acc", requires=("base",)),
        Project(name="base"),
        Project(name="app", requires=("acc",)),
    )
    line.settings(SETTINGS)
    line.run("app")
    return line


def told(line: Line, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command that ends well prints, below the folder of the line."""
    capsys.readouterr()
    assert builder(line, *arguments) == 0
    return capsys.readouterr().out.replace(f"{line.folder}/", "")


def refused(line: Line, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command says that is refused as it is typed."""
    capsys.readouterr()
    assert builder(line, *arguments) == 2
    return capsys.readouterr().err.replace(f"{line.folder}/", "")


def test_each_variant_that_treats_a_package_otherwise_is_explained_by_itself(
    standing: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(standing, capsys, "explain", "acc") == (
        "acc==1.0 [cpu]   from wheelhouse/plan.json\n"
        "  nothing is said about it: it is built as it comes\n"
        "\n"
        "acc==1.0 [cuda130]   from wheelhouse/plan.json\n"
        "  asks for its variant by settings.yaml:6\n"
        "  env.ACCEL = cuda   settings.yaml:4  (variant)\n"
        "\n"
        "acc==1.0 [rocm64]   from wheelhouse/plan.json\n"
        "  asks for its variant by settings.yaml:10\n"
        "  env.ACCEL = rocm    settings.yaml:8  (variant)\n"
        "  env.FLAVOUR = hip   settings.yaml:10  (policy for acc, variant rocm*)\n"
    )


def test_variants_that_treat_a_package_alike_are_explained_together(
    standing: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    text = told(standing, capsys, "explain", "base")
    assert text.startswith("base==1.0 [cpu, cuda130, rocm64]   from")
    only = told(standing, capsys, "explain", "acc", "--variant", "cuda130")
    assert "[cuda130]" in only
    assert "rocm" not in only


def test_a_variant_that_nobody_declares_cannot_be_explained(
    standing: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    text = refused(standing, capsys, "explain", "acc", "--variant", "cuda131")
    assert "no settings file declares the variant 'cuda131'" in text


def test_a_package_that_variants_build_otherwise_is_named_with_its_variant(
    standing: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    text = refused(standing, capsys, "realise", "acc")
    assert "has acc==1.0 for several variants, and builds it otherwise for each" in text
    assert "say for which: --variant rocm64" in text
    printed = told(standing, capsys, "realise", "acc", "--variant", "cuda130", "--print-spec")
    assert '"cuda"' in printed
    assert '"variant": "cuda130"' in printed
    shared = told(standing, capsys, "realise", "base", "--variant", "cuda130", "--print-spec")
    assert shared == told(standing, capsys, "realise", "base", "--print-spec")


def test_a_spec_key_needs_no_variant(standing: Line, capsys: pytest.CaptureFixture[str]) -> None:
    key = standing.plan.published()["acc==1.0 [cuda130]"].key
    assert "is one build" in refused(standing, capsys, "realise", key, "--variant", "cuda130")


def test_a_package_that_the_plan_has_for_no_such_variant_is_refused(
    line: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    line.offer(Project(name="app"), Project(name="extra"))
    line.settings("variants: {cpu: {}, cuda: {}}")
    more = line.write("cuda.txt", "extra")
    line.run("app", variants=(("cpu", None), ("cuda", more)))
    text = refused(line, capsys, "realise", "extra", "--variant", "cpu")
    assert "extra for the variant cpu is not in wheelhouse/plan.json" in text
    text = refused(line, capsys, "shell", "extra", "--variant", "tpu")
    assert "no settings file declares the variant 'tpu'" in text
    assert "extra for the variant cpu" in refused(line, capsys, "why", "extra", "--variant", "cpu")


def test_a_shell_has_what_the_build_of_the_variant_has(
    standing: Line, capfd: pytest.CaptureFixture[str]
) -> None:
    command = ("--", "sh", "-c", "echo accel is $ACCEL")
    assert builder(standing, "shell", "acc", "--variant", "rocm64", *command) == 0
    assert "accel is rocm" in capfd.readouterr().out


def test_why_tells_for_which_variants_a_package_is_planned(
    standing: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "planned for  cpu, cuda130, rocm64" in told(standing, capsys, "why", "base")
    text = told(standing, capsys, "why", "acc", "--variant", "rocm64")
    assert text.startswith("acc==1.0 [rocm64]   in the install set default\n")
    assert "  planned for  rocm64\n" in text
    assert "up to date" in text


def test_a_patch_for_one_variant_lies_in_the_folder_of_its_name(
    accelerated: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    accelerated.run("app")
    change = ("--", "sh", "-c", "echo 'answer = 43' >> base.py")
    text = told(accelerated, capsys, "patch", "base", "--variant", "cuda130", *change)
    assert "wrote patches/base/cuda130/0001-change.patch" in text
    why = told(accelerated, capsys, "why", "base")
    assert "its source changed for cuda130" in why
    ran = accelerated.run("app")
    assert list(ran.built) == ["base==1.0 [cuda130]"]
    again = ("--title", "More", "--", "sh", "-c", "echo '# more' >> base.py")
    told(accelerated, capsys, "patch", "base", "--variant", "cuda130", *again)
    assert (accelerated.folder / "patches/base/cuda130/0002-more.patch").is_file()
    assert "patches/base/cuda130" in told(accelerated, capsys, "explain", "base")


def test_a_plan_can_be_built_for_one_of_its_variants(
    accelerated: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    accelerated.run("app", plan_only=True)
    plan = accelerated.wheelhouse / "plan.json"
    told(accelerated, capsys, "build", str(plan), "--variant", "rocm64")
    assert (accelerated.wheelhouse / "rocm64/acc-1.0-py3-none-any.whl").is_file()
    assert not (accelerated.wheelhouse / "cuda130").exists()

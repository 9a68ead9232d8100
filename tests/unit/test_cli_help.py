"""What `--help` says, the reference page that is made from it, and an environment variable for all.

`BUILDER_GOLDEN=write pytest tests/unit/test_cli_help.py` writes the expected texts anew.
"""

import os
from pathlib import Path

import click
import pytest

from wheeltree.cli import reference
from wheeltree.cli.main import builder, status

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
COMMANDS = dict(reference.commands(builder))


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("name", ["builder", *COMMANDS, "builder store"])
def test_help_is_as_it_was_written_down(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, *words = name.split()
    assert status([*words, "--help"]) == 0
    _same(capsys.readouterr().out, GOLDEN / f"help_{'_'.join(words) or 'builder'}.txt")


def test_the_reference_page_is_current() -> None:
    assert (ROOT / "docs" / "reference" / "cli.md").read_text() == reference.page(), (
        "run: python -m wheeltree.cli.reference > docs/reference/cli.md"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_an_environment_variable_and_says_what_it_is_for(name: str) -> None:
    for option in reference.options(COMMANDS[name]):
        long = max(option.opts, key=len).lstrip("-")
        assert option.envvar == f"BUILDER_{long.upper().replace('-', '_')}"
        assert option.help


def test_one_variable_means_the_same_in_every_command() -> None:
    found: dict[object, set[tuple[object, ...]]] = {}
    for command in COMMANDS.values():
        for each in reference.options(command):
            means = (each.is_flag, each.multiple, type(each.type))
            found.setdefault(each.envvar, set()).add(means)
    assert not {variable: means for variable, means in found.items() if len(means) > 1}


def test_a_variable_counts_and_the_command_line_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BUILDER_WHEELHOUSE", str(tmp_path / "first"))
    assert status(["why", "click"]) == 2
    assert f"{tmp_path / 'first' / 'plan.json'}" in capsys.readouterr().err
    assert status(["why", "click", "-o", str(tmp_path / "second")]) == 2
    assert f"{tmp_path / 'second' / 'plan.json'}" in capsys.readouterr().err


def test_the_list_of_commands_names_those_that_there_are() -> None:
    context = click.Context(builder)
    for name in builder.list_commands(context):
        found = builder.get_command(context, name)
        assert found is not None
        assert found.name == name


def _same(text: str, path: Path) -> None:
    if os.environ.get("BUILDER_GOLDEN") == "write":
        path.write_text(text)
    assert text == path.read_text()


def test_a_command_about_one_package_takes_one_variant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BUILDER_VARIANT", "cpu cuda130")
    place = ("-o", str(tmp_path))
    assert status(["why", "click", *place]) == 2
    assert "name one of cpu, cuda130" in capsys.readouterr().err
    assert status(["why", "click", *place, "--variant", "cpu"]) == 2
    assert f"{tmp_path / 'plan.json'}" in capsys.readouterr().err

"""`builder doctor`: what this machine has for builds."""

import sys
from typing import Any

import click

from wheeltree.cli import options
from wheeltree.cli.jsonl import object_line
from wheeltree.cli.text import clean
from wheeltree.model.frozen import asdict
from wheeltree.session.doctor import Finding, State, examine, verdict

_MARKS: dict[State, str] = {"ok": "ok", "missing": "--", "error": "ERROR"}


@click.command(name="doctor")
@options.places
@options.python
@options.sandbox
@options.json
def command(json: bool, **given: Any) -> int:  # noqa: FBT001  as click calls it
    """Look whether this machine can build, and say what is missing and how to get it.

    Ends with 0 if something can be built, else with the exit status that a run would have. A line
    with -- is about something that only some builds need.
    """
    places = options.places_of(given)
    findings = []
    for each in examine(places, given["python"] or sys.executable, given["sandbox"]):
        findings.append(each)
        click.echo(object_line(asdict(each)) if json else "\n".join(_lines(each)))
    return verdict(findings)


def _lines(each: Finding) -> list[str]:
    lines = [f"{_MARKS[each.state]:5}  {each.topic:12} {clean(each.text)}"]
    if each.remedy:
        lines.append(f"{'':19} {clean(each.remedy)}")
    return lines

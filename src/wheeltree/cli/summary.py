"""The end of a run, for people."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from wheeltree.cli.text import clean, count, duration, lines_of
from wheeltree.errors import WheeltreeError
from wheeltree.model.event import Blocked, Failed, Summary


def summary_lines(summary: Summary) -> list[str]:
    """What was built, reused and failed, how long it took, and how to install the result."""
    return [
        *_failures(summary),
        _headline(summary),
        *_seeds(summary),
        *_prebuilt(summary),
        *_tools(summary),
        *_variants(summary),
        *_install(summary),
    ]


def error_lines(error: WheeltreeError) -> list[str]:
    """What happened, what belongs to it, and what to do next."""
    first, *rest = lines_of(error.message)
    details = [*rest, *(line for detail in error.details for line in lines_of(detail))]
    hint = [f"hint: {clean(error.hint)}"] if error.hint else []
    return [f"error: {first}", *(f"  {line}" for line in details), *hint]


def _headline(summary: Summary) -> str:
    if summary.idle:
        return _nothing_done(summary)
    parts = [f"built {len(summary.built)}", f"reused {len(summary.reused)}"]
    parts += [f"failed {len(summary.failed)}"] if summary.failed else []
    parts += [f"blocked {len(summary.blocked)}"] if summary.blocked else []
    return f"{', '.join(parts)} in {duration(summary.seconds)}{_saved(summary)}"


def _nothing_done(summary: Summary) -> str:
    if not summary.reused:
        return f"nothing to do ({duration(summary.seconds)})"
    wheels = count(len(summary.reused), "wheel")
    verb = "is" if len(summary.reused) == 1 else "are"
    took = duration(summary.seconds)
    return f"nothing to do: {wheels} {verb} up to date, checked in {took}{_saved(summary)}"


def _saved(summary: Summary) -> str:
    return f" ({duration(summary.seconds_saved)} saved)" if summary.seconds_saved else ""


def _seeds(summary: Summary) -> Iterator[str]:
    if summary.seeds:
        yield clean(f"seeds (prebuilt, for build environments only): {', '.join(summary.seeds)}")


def _tools(summary: Summary) -> Iterator[str]:
    if summary.tools:
        yield clean(f"of the system, in build environments: {', '.join(summary.tools)}")


def _variants(summary: Summary) -> Iterator[str]:
    for each in summary.variants:
        shared = count(len(each.shared), "wheel")
        yield f"variant {each.variant}: shares {shared}, has {len(each.own)} of its own"
        if not summary.wheelhouse and each.shared:  # a plan: there is nothing else to tell
            yield clean(f"  shared: {', '.join(each.shared)}")
        for package, why in each.own:
            yield clean(f"  own: {package} ({why})")


def _prebuilt(summary: Summary) -> Iterator[str]:
    if summary.prebuilt:
        yield clean(f"prebuilt (by others, taken as they are): {', '.join(summary.prebuilt)}")


def _failures(summary: Summary) -> Iterator[str]:
    if summary.failed:
        yield ""
    width = max((len(each.subject) for each in summary.failed), default=0)
    for each in summary.failed:
        yield f"failed   {clean(each.subject):{width}}   {clean(each.cause)}"
        if each.log:
            yield f"         {'':{width}}   log: {clean(each.log)}"
        for line in each.hint.splitlines():
            yield f"         {'':{width}}   hint: {clean(line)}"
        if dependents := blocked_by(each, summary.blocked):
            yield f"         {'':{width}}   blocks: {clean(', '.join(dependents))}"
    if summary.failed:
        yield ""


def blocked_by(failed: Failed, blocked: tuple[Blocked, ...]) -> tuple[str, ...]:
    """Everything that was not tried because of one failure, directly or through others."""
    found = [failed.subject]
    for subject in found:
        found += [
            each.subject for each in blocked if each.by == subject and each.subject not in found
        ]
    return tuple(found[1:])


def _install(summary: Summary) -> Iterator[str]:
    if not summary.wheelhouse:
        return
    folder = Path(summary.wheelhouse).absolute()
    simple = (folder / "simple").as_uri()
    yield f"wheelhouse: {clean(str(folder))}"
    yield "install from it with one of"
    yield f"  pip install --no-index --find-links {clean(shlex.quote(str(folder)))} NAME"
    yield f"  pip install --index-url {shlex.quote(simple)} NAME"
    if summary.variants:
        preview = "--preview-features wheel-variants"
        yield f"  uv pip install {preview} --index-url {shlex.quote(simple)} NAME"
    for each in summary.variants:
        own = (folder / each.variant / "simple").as_uri()
        yield f"  pip install --index-url {shlex.quote(own)} NAME   # {each.variant}"

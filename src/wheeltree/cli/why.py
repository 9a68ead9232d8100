"""`builder why`: what is known of one package of a wheelhouse."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from wheeltree.cli import options
from wheeltree.cli.jsonl import object_line
from wheeltree.cli.text import clean, count
from wheeltree.model.plan import Edge
from wheeltree.model.source import Candidate
from wheeltree.planning.history import Begun
from wheeltree.planning.lockfile import LockedPackage
from wheeltree.planning.routes import Chain
from wheeltree.session.why import Why, why
from wheeltree.transport.address import redact

_CHAINS = 8


@click.command(name="why", no_args_is_help=True)
@click.argument("name")
@options.one_variant
@options.places
@options.json
def command(json: bool, name: str, **given: Any) -> None:  # noqa: FBT001  as click calls it
    """Say who requires NAME, why it was built last, and what would have it built again.

    NAME may be NAME==VERSION. All versions in the wheelhouse's plan are shown, and what is built
    otherwise for a variant by itself.
    """
    places = options.places_of(given)
    for number, each in enumerate(why(name, places, given["variant"])):
        if json:
            click.echo(object_line(_object(each)))
        else:
            click.echo("\n" * (number > 0) + "\n".join(map(clean, _lines(each))))


def _source(source: Candidate) -> str:
    commit = source.commit
    at = f" at {commit.tag}, commit {commit.id}" if commit else ""
    return f"{redact(source.url)}{at}"


def _tools(package: LockedPackage) -> Iterator[str]:
    for pin in package.environment:
        yield f"{pin} of the system" if f"system {pin}" in package.inputs else pin


def _lines(each: Why) -> Iterator[str]:
    package = each.package
    use = f"in the install set {', '.join(each.sets)}" if each.sets else "used in builds only"
    yield f"{package.subject}   {use}"
    if package.variants:
        yield f"  planned for  {', '.join(package.variants)}"
    yield f"  source       {_source(package.source)}"
    yield f"  built with   {', '.join(_tools(package)) or 'nothing but Python'}"
    shown = each.chains[:_CHAINS]
    for number, chain in enumerate(shown):
        yield f"  {'' if number else 'required by':11}  {_chain(chain)}"
    if more := len(each.chains) - len(shown):
        yield f"  {'':11}  and {count(more, 'other')}"
    yield f"  last built   {_begun(each.built) if each.built else 'not by this store'}"
    for begun in each.since:
        yield f"  tried since  {begun.version}, {_begun(begun)}"
    yield f"  now          {_now(each)}"


def _now(each: Why) -> str:
    if not each.changed:
        return "up to date"
    return f"would be built again: {'; '.join(each.changed)}"


def _chain(chain: Chain) -> str:
    return " <- ".join(_link(edge) for edge in chain)


def _link(edge: Edge) -> str:
    asked = redact(edge.requirement)
    match edge.kind:
        case "toplevel":
            return f"{asked} ({edge.origin})"
        case "install":
            return f"{asked} of {edge.parent}"
        case "build-system":
            return f"{asked} to build {edge.parent}"
        case "build-backend":
            return f"{asked} to build {edge.parent}, says its backend"


def _begun(begun: Begun) -> str:
    return f"{_moment(begun)}: {begun.reason or 'its backend was asked'}"


def _moment(begun: Begun) -> str:
    return datetime.fromtimestamp(begun.at).astimezone().isoformat(" ", "seconds")


def _object(each: Why) -> dict[str, object]:
    package = each.package
    return {
        "package": str(package),
        "variant": package.variant,
        "variants": package.variants,
        "sets": each.sets,
        "source": redact(package.source.url),
        "commit": package.source.commit.id if package.source.commit else None,
        "environment": package.environment,
        "required_by": [[_link_object(edge) for edge in chain] for chain in each.chains],
        "built": _begun_object(each.built) if each.built else None,
        "tried_since": [_begun_object(begun) for begun in each.since],
        "changed": each.changed,
    }


def _link_object(edge: Edge) -> dict[str, str]:
    return {
        "requirement": redact(edge.requirement),
        "parent": edge.parent,
        "kind": edge.kind,
        "origin": edge.origin,
    }


def _begun_object(begun: Begun) -> dict[str, str]:
    return {"at": _moment(begun), "version": str(begun.version), "reason": begun.reason}

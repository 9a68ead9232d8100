"""What a statement says of one wheel (in-toto statement v1 with SLSA provenance v1).

All of it follows from what the wheel was made from, but for `runDetails`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import quote

from wheeltree import __version__
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest, key_of
from wheeltree.model.frozen import Frozen
from wheeltree.model.ingredient import Ingredient, purl
from wheeltree.model.making import Making, SystemPackage, Used
from wheeltree.model.plan import Planned
from wheeltree.model.schemas import OUTPUT_SCHEMA

Json: TypeAlias = dict[str, Any]

STATEMENT = "https://in-toto.io/Statement/v1"
PROVENANCE = "https://slsa.dev/provenance/v1"
BUILT = "urn:wheeltree:build:v1"
"""Built from source."""
TAKEN = "urn:wheeltree:taken:v1"
"""Taken as the wheel that somebody else built."""
_BUILDER = "urn:wheeltree:builder"


class Subject(Frozen):
    """One file that a statement is about."""

    filename: str
    digest: Digest


class Story(Frozen):
    """All that is known of how one wheel came to be."""

    planned: Planned
    artifact: Artifact
    making: Making
    url: str
    """Where its source is, as it may be published."""
    index: str = ""
    """The index that offered it, likewise; "" for a direct reference."""
    sdist: Subject | None = None
    """Its source as it is published; None for a wheel that was taken as it is."""
    notes: Mapping[str, str]
    """More about wheels of the environment, by their `name==version`: where a seed comes from,
    which program stands for a project."""


def statement(story: Story, subjects: Iterable[Subject]) -> Json:
    """The statement of a wheel. subjects: all files that it is published as."""
    taken = story.planned.candidate.kind == "wheel"
    return {
        "_type": STATEMENT,
        "subject": subjects_of(story.artifact, subjects),
        "predicateType": PROVENANCE,
        "predicate": {
            "buildDefinition": {
                "buildType": TAKEN if taken else BUILT,
                "externalParameters": _asked(story),
                "internalParameters": {} if taken else _internal(story),
                "resolvedDependencies": list(_taken(story) if taken else _used(story)),
            },
            "runDetails": _run(story.making),
        },
    }


def subjects_of(artifact: Artifact, further: Iterable[Subject]) -> list[Json]:
    """The file that came out of the build, and what it was published as."""
    first = Subject(filename=artifact.filename, digest=artifact.file)
    every = {(each.filename, each.digest): each for each in (first, *further)}
    return [
        {
            "name": each.filename,
            "digest": {"sha256": each.digest},
            "annotations": {"content": artifact.content},
        }
        for each in (first, *(every[at] for at in sorted(every) if every[at] != first))
    ]


def _asked(story: Story) -> Json:
    planned, candidate = story.planned, story.planned.candidate
    asked: Json = {
        "package": str(candidate),
        "source": {"kind": candidate.kind, "url": story.url},
    }
    if story.index:
        asked["index"] = story.index
    if planned.spec.variant:
        asked["variant"] = planned.spec.variant
    if candidate.commit is not None:
        asked["source"] |= {"commit": candidate.commit.id, "tag": candidate.commit.tag}
    return asked


def _internal(story: Story) -> Json:
    spec, making = story.planned.spec, story.making
    return {
        "specKey": spec.key,
        "buildKey": story.artifact.build_key,
        "outputSchema": OUTPUT_SCHEMA,
        "tree": spec.tree,
        "sourceDateEpoch": spec.epoch,
        "settings": key_of("settings", spec.recipe),
        "variables": [name for name, _ in spec.recipe.environ],
        "plugins": {
            name: key
            for name, key in (
                ("build", spec.recipe.plugin),
                ("prepare", spec.recipe.prepared_by),
            )
            if key
        },
        "seeded": list(story.planned.stage),
        "python": spec.platform.interpreter.version,
        "system": dict(spec.platform.parts),
        "sandbox": {"rung": making.sandbox, "layout": spec.platform.layout},
        "limits": dict(making.limits),
    }


def _run(making: Making) -> Json:
    metadata: Json = {}
    if making.began is not None:
        metadata = {
            "startedOn": _time(making.began),
            "finishedOn": _time(making.began + making.seconds),
        }
    return {
        "builder": {"id": _BUILDER, "version": {"wheeltree": __version__}},
        "metadata": metadata,
        "wheeltree_host": dict(making.host),
        "wheeltree_networkAttempts": list(making.attempts),
    }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _taken(story: Story) -> Iterator[Json]:
    candidate = story.planned.candidate
    yield _file("prebuilt", candidate.filename, story.artifact.file, uri=story.url)


def _used(story: Story) -> Iterator[Json]:
    """The sources, then what built them, then the machine."""
    planned, making = story.planned, story.making
    yield _source(story)
    if story.sdist is not None and story.sdist.digest != planned.tree.archive:
        yield _file("sdist", story.sdist.filename, story.sdist.digest)
    yield from map(_ingredient, planned.tree.ingredients)
    for each in making.environment:
        yield _tool(each, story.notes.get(str(each), ""))
    interpreter = planned.spec.platform.interpreter
    yield _described("interpreter", "python", interpreter.version, interpreter.digest)
    if making.rust:
        yield _described("rust", "rust", making.rust, planned.spec.rust)
    for part, digest in planned.spec.platform.parts:
        if part.startswith("toolkit:"):
            yield {
                "uri": f"file://{quote(part.removeprefix('toolkit:'))}",
                "digest": {"sha256": digest},
                "annotations": {"kind": "toolkit"},
            }
    distribution = dict(making.host).get("distribution", "").partition(" ")[0]
    for package in making.packages:
        yield _package(package, distribution)


def _source(story: Story) -> Json:
    candidate, archive = story.planned.candidate, story.planned.tree.archive
    found = _file("source", candidate.filename, archive, uri=story.url)
    if candidate.commit is not None:
        found["digest"]["gitCommit"] = candidate.commit.id
    return found


def _ingredient(each: Ingredient) -> Json:
    uri = purl("cargo", each.name, each.version) if each.kind == "crate" else each.url
    return _file(each.kind, each.name, each.digest, uri=uri)


def _tool(used: Used, note: str) -> Json:
    found = _file("wheel", used.filename, used.file)
    found["annotations"] |= {"origin": used.origin, "content": used.content}
    if note:
        found["annotations"]["note"] = note
    return found


def _file(kind: str, name: str, digest: Digest, *, uri: str = "") -> Json:
    found: Json = {"name": name, "digest": {"sha256": digest}, "annotations": {"kind": kind}}
    return {**found, "uri": uri} if uri else found


def _described(kind: str, name: str, version: str, digest: str) -> Json:
    return {
        "name": name,
        "digest": {"sha256": digest},
        "annotations": {"kind": kind, "version": version},
    }


def _package(package: SystemPackage, distribution: str) -> Json:
    """Debian's architecture follows the version, as its own listing has it."""
    version, _, architecture = package.version.partition(" ")
    name = f"{quote(distribution or 'unknown')}/{quote(package.name)}"
    return {
        "name": package.name,
        "uri": f"pkg:{package.kind}/{name}@{quote(version)}"
        + (f"?arch={quote(architecture)}" if architecture else ""),
        "annotations": {"kind": "system-package"},
    }

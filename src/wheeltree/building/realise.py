"""One wheel, from its spec to the store: the page to read first.

::

    spec key known?          the artifact, and nothing is done
    inputs realised          their content digests make the build key
    build key known?         the artifact: a tool was rebuilt and came out the same
    source, environment      a private copy of the tree, one read-only venv
    hooks                    in the sandbox: what it requires, then build_wheel
    check, repack, store     one canonical wheel; whoever recorded one first wins

A question to a backend takes the same line, and where the answer adds nothing to the environment,
the wheel follows in the same job. There are four kinds of record: `spec` (spec key to
build key) and `artifact` (build key to Artifact), `ask` (spec key to build key) and `answer` (build
key to BackendAnswer).
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from wheeltree.building.customised import built_by, finished_by, planned_plugin
from wheeltree.building.frontend import Frontend
from wheeltree.building.libraries import refuse_absent
from wheeltree.building.making import file_making
from wheeltree.building.platform_tag import platform_tagged
from wheeltree.building.prebuilt import taken
from wheeltree.building.redeclare import redeclared
from wheeltree.building.repack import repack
from wheeltree.building.satisfaction import satisfied
from wheeltree.building.sbom import with_sbom
from wheeltree.building.shelf import artifact_of, on_record, put, realised
from wheeltree.building.wheel import Wheel, inspect
from wheeltree.building.workbench import Workbench, laid_out
from wheeltree.building.workshop import Allotment, Workshop
from wheeltree.errors import BuildError, StoreError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest, Key
from wheeltree.model.frozen import Frozen
from wheeltree.model.spec import BackendAnswer, BuildSpec, Inquiry
from wheeltree.store.files import explaining
from wheeltree.store.local import Store
from wheeltree.store.wheelmeta import metadata_file


class Anticipated(Frozen):
    """A backend's answer, and what came of the wheel where that was tried at once."""

    answer: BackendAnswer
    artifacts: tuple[Artifact, ...] = ()
    """One wheel, or none."""
    failures: tuple[BuildError, ...] = ()
    """Why the wheel could not be built. It is a failure only of a run that needs the wheel."""


def find(store: Store, spec: BuildSpec) -> Artifact | None:
    """The wheel of `spec` if the store has it; its bytes are not looked at.

    Known by its spec key, or by its build key where all of its environment is realised.
    """
    if standing := realised(store, spec.key):
        return standing
    known = _contents(spec, store)
    artifact = None if known is None else artifact_of(store, spec.build_key(known))
    return None if artifact is None else put(store, spec.key, artifact)


def realise(spec: BuildSpec, shop: Workshop, allotment: Allotment) -> Artifact:
    """The wheel of `spec`, built if the store does not have it.

    BuildError if the backend fails or returns another wheel, StoreError if the source tree or a
    wheel of the build environment is not in the store.
    """
    store = shop.store
    if standing := find(store, spec):
        return standing
    inputs = _inputs(spec, store)
    key = spec.build_key(tuple(artifact.content for artifact in inputs))
    with store.lock(f"build/{key}"):
        artifact = artifact_of(store, key) or _build(spec, inputs, key, shop, allotment)
        return put(store, spec.key, artifact)


def recall(store: Store, inquiry: Inquiry) -> BackendAnswer | None:
    """What the backend answered before, if the store knows; by its two keys as in `find`."""
    key = store.record("ask", inquiry.key, str)
    if key is not None and (answer := store.record("answer", key, BackendAnswer)):
        return answer
    known = _contents(inquiry.spec, store)
    if known is None:
        return None
    key = inquiry.build_key(known)
    answer = store.record("answer", key, BackendAnswer)
    if answer is not None:
        store.replace_record("ask", inquiry.key, key, str)
    return answer


def inquire(inquiry: Inquiry, shop: Workshop, allotment: Allotment) -> BackendAnswer:
    """What the backend says of its requirements and metadata, asked if the store does not know.

    Metadata is prepared only where the environment has what the backend requires; else it is None
    and can be asked for again in the environment that has. Parameters and errors as of `realise`.
    """
    store = shop.store
    if answer := recall(store, inquiry):
        return answer
    inputs = _inputs(inquiry.spec, store)
    key = inquiry.build_key(tuple(artifact.content for artifact in inputs))
    with store.lock(f"ask/{key}"):
        answer = store.record("answer", key, BackendAnswer)
        if answer is None:
            answer = _ask(inquiry, inputs, shop, allotment)
            answer = store.put_record("answer", key, answer, BackendAnswer)
    store.replace_record("ask", inquiry.key, key, str)
    return answer


def anticipate(inquiry: Inquiry, shop: Workshop, allotment: Allotment) -> Anticipated:
    """The same, for a wheel that will be built: if the backend adds nothing to the environment that
    it is asked in, that is the environment of the wheel, which is built in one go.

    Parameters and errors as of `realise`.
    """
    spec, store = inquiry.spec, shop.store
    if spec.recipe.plugin or recall(store, inquiry) or find(store, spec):
        return Anticipated(answer=inquire(inquiry, shop, allotment))
    inputs = _inputs(spec, store)
    contents = tuple(artifact.content for artifact in inputs)
    asked, built = inquiry.build_key(contents), spec.build_key(contents)
    with store.lock(f"ask/{asked}"), store.lock(f"build/{built}"):
        found = _ask_and_build(inquiry, inputs, built, shop, allotment)
        answer = store.put_record("answer", asked, found.answer, BackendAnswer)
        store.replace_record("ask", inquiry.key, asked, str)
        artifacts = tuple(put(store, spec.key, each) for each in found.artifacts)
    return Anticipated(answer=answer, artifacts=artifacts, failures=found.failures)


def _contents(spec: BuildSpec, store: Store) -> tuple[Digest, ...] | None:
    """The content digests of an environment; None where not all of it is realised."""
    inputs = [realised(store, item.key) for item in spec.environment]
    found = tuple(artifact.content for artifact in inputs if artifact is not None)
    return found if len(found) == len(inputs) else None


def _inputs(spec: BuildSpec, store: Store) -> tuple[Artifact, ...]:
    inputs = []
    for item in spec.environment:
        artifact = realised(store, item.key)
        if artifact is None:
            raise StoreError(
                f"{spec} is built with {item}, which is not in the store",
                hint="run `builder bootstrap` again: it is built anew",
            )
        inputs.append(artifact)
    return tuple(inputs)


@contextmanager
def _at_work(
    spec: BuildSpec, inputs: Sequence[Artifact], shop: Workshop, allotment: Allotment
) -> Iterator[tuple[Workbench, Frontend]]:
    """The backend of `spec` on its workbench; what compiles is bound to its share of the CPUs."""
    refuse_absent(spec, shop.store)
    share = allotment.cores if spec.native else sys.maxsize
    with laid_out(spec, inputs, shop) as bench, shop.cpus.bound(share):
        yield bench, Frontend(spec, bench, shop.sandbox, allotment)


def _build(
    spec: BuildSpec, inputs: Sequence[Artifact], key: Key, shop: Workshop, allotment: Allotment
) -> Artifact:
    plugin = planned_plugin(spec, shop.plugins)
    if spec.recipe.prebuilt:
        return taken(spec, key, shop.store)
    with _at_work(spec, inputs, shop, allotment) as (bench, frontend):
        wheel = _inspected(spec, built_by(plugin, spec, bench, frontend))
        inspected, variant = partial(_inspected, spec), spec.recipe.variant
        wheel = finished_by(plugin, wheel, inspected, bench.scratch, variant=variant)
        artifact = _kept(spec, wheel, key, bench=bench, shop=shop, frontend=frontend)
        file_making(shop.store, spec, artifact, inputs)
        return artifact


def _ask(
    inquiry: Inquiry, inputs: Sequence[Artifact], shop: Workshop, allotment: Allotment
) -> BackendAnswer:
    with _at_work(inquiry.spec, inputs, shop, allotment) as (_, frontend):
        return _answer(inquiry, frontend.requires(), frontend)


def _ask_and_build(
    inquiry: Inquiry, inputs: Sequence[Artifact], key: Key, shop: Workshop, allotment: Allotment
) -> Anticipated:
    spec = inquiry.spec
    with _at_work(spec, inputs, shop, allotment) as (bench, frontend):
        try:
            requires, built = frontend.requires_and_wheel()
            if built is None:
                return Anticipated(answer=_answer(inquiry, requires, frontend))
            wheel = _inspected(spec, built)
            artifact = _kept(spec, wheel, key, bench=bench, shop=shop, frontend=frontend)
            file_making(shop.store, spec, artifact, inputs)
        except BuildError as error:
            if not frontend.has_answered:
                raise
            answer = _answer(inquiry, frontend.answered_requires(), frontend)
            return Anticipated(answer=answer, failures=(error,))
        metadata = wheel.metadata if inquiry.metadata else None
        answer = BackendAnswer(requires=requires, metadata=metadata)
        return Anticipated(answer=answer, artifacts=(artifact,))


def _inspected(spec: BuildSpec, built: Path) -> Wheel:
    """The wheel that a backend left, checked."""
    return inspect(
        built,
        filename=built.name,
        name=spec.name,
        version=spec.version,
        interpreter=spec.platform.interpreter,
    )


def _check_linkage(spec: BuildSpec, wheel: Wheel, bench: Workbench, shop: Workshop) -> None:
    if spec.recipe.libraries or not spec.recipe.bundles:
        from wheeltree.building.linkage import check_linkage  # noqa: PLC0415  # few declare any

        check_linkage(wheel.path, spec, bench.source.source, shop.store)


def _kept(
    spec: BuildSpec, wheel: Wheel, key: Key, *, bench: Workbench, shop: Workshop, frontend: Frontend
) -> Artifact:
    """The wheel that a backend left: its linkage checked, edited, packed again, in the store."""
    _check_linkage(spec, wheel, bench, shop)
    wheel = redeclared(wheel, spec.recipe.requires_dist)
    wheel = platform_tagged(wheel, spec.recipe.platform_tag, spec.platform.interpreter)
    wheel = with_sbom(wheel, spec)
    with explaining(bench.scratch):
        packed = repack(wheel, bench.scratch, epoch=spec.epoch)
        size = packed.stat().st_size
    artifact = on_record(
        wheel,
        file=shop.store.add(packed),
        size=size,
        key=key,
        sandbox=shop.sandbox.kind,
        seconds=frontend.seconds,
        tolerated=frontend.tolerated,
    )
    metadata_file(shop.store, artifact)  # now: when it is published, nothing else goes on
    return artifact


def _answer(inquiry: Inquiry, requires: tuple[str, ...], frontend: Frontend) -> BackendAnswer:
    """With metadata, if it is asked for and can be prepared in the environment of the question."""
    needed = inquiry.spec.recipe.build_requires.apply_to_more(requires)
    prepare = inquiry.metadata and satisfied(needed, inquiry.spec)
    return BackendAnswer(requires=requires, metadata=frontend.metadata() if prepare else None)

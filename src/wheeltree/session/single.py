"""One wheel by itself, on the same line from spec to store as in a run."""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from time import monotonic

from wheeltree.building.claims import check_claims
from wheeltree.building.libraries import equipped
from wheeltree.building.realise import find, realise
from wheeltree.building.shelf import realised
from wheeltree.building.workshop import Allotment, Workshop, workshop
from wheeltree.errors import StoreError, UsageError, WheeltreeError
from wheeltree.model import codec
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Key
from wheeltree.model.event import Failed, Finished, Notice, Observer, Reused, Started, Summary
from wheeltree.model.frozen import Frozen
from wheeltree.model.platform import RUST_PART
from wheeltree.model.spec import BuildSpec, parts_taken
from wheeltree.planning.history import begin, file_spec, filed_spec
from wheeltree.planning.news import news
from wheeltree.planning.reasons import changes, inputs
from wheeltree.planning.stand_ins import renewed
from wheeltree.plugins.registry import Plugins
from wheeltree.plugins.watcher import watched
from wheeltree.sandbox.base import Layout
from wheeltree.session import lookup
from wheeltree.session.closing import sandbox_of
from wheeltree.session.declared import chosen
from wheeltree.session.invocation import Places
from wheeltree.session.machine import platform
from wheeltree.settings import files
from wheeltree.settings.load import load
from wheeltree.sources.metadata import read_build_system
from wheeltree.store.files import clone, explaining
from wheeltree.store.local import Store
from wheeltree.store.packs import unpack

_REASON = "asked for by itself"


class Single(Frozen, dict=True):
    """Which wheel is meant, and where and how it is built."""

    spec: str
    """A file with a spec, a spec key, NAME or NAME==VERSION."""
    variant: str = ""
    """The one that a project is meant for; "" for whichever."""
    places: Places
    python: str | None = None
    """None takes the interpreter that the spec was planned for; for a file, our own."""
    sandbox: str | None = None
    """None takes the best that can be had."""

    @property
    def store(self) -> Store:
        """The store."""
        return Store(self.places.store)

    @property
    def logs(self) -> Path:
        """Where the logs go: where runs leave theirs, if there was one."""
        house = self.places.wheelhouse
        return (house if house.is_dir() else self.places.store).absolute() / "logs"

    @property
    def layout(self) -> Layout:
        """What a build sees of the machine."""
        return "host" if self.sandbox == "none" else "closed"

    @cached_property
    def plugins(self) -> Plugins:
        """The plugins beside the settings file."""
        return Plugins.beside(files.override_folder(self.places.settings))

    def find(self) -> lookup.Found:
        """The build that is meant; errors as of `lookup.find` and `chosen`."""
        house, variant = self.places.wheelhouse, self.variant
        if variant:
            chosen((variant,), load(self.places.settings))
        return lookup.find(self.spec, store=self.store, wheelhouse=house, variant=variant)


def realise_single(single: Single, wheel_folder: Path | None, observe: Observer) -> Summary:
    """The wheel of one spec, built with all that it is built with and the store does not have.

    wheel_folder: gets the wheel under its file name. UsageError if the spec is for another machine,
    StoreError if a source or spec that is needed is not in the store, and what `realise` raises.
    """
    with watched(tuple(single.plugins.observers()), observe) as watch:
        summary = _realise(single, wheel_folder, watch.observe)
        watch.tell(summary)
    return summary


def _realise(single: Single, wheel_folder: Path | None, observe: Observer) -> Summary:
    begun = monotonic()
    store = single.store
    with store.in_use():
        found = single.find()
        observe(Notice(text=f"{found.spec.subject}, from {found.where}"))
        spec = _checked(single, found)
        with workshop(store, sandbox_of(single.sandbox, store), single.plugins) as shop:
            built, reused = Bench(shop=shop, logs=single.logs).complete(spec, observe)
        artifact = find(store, spec)
        assert artifact is not None
        observe(Notice(text=f"wheel: {_placed(store, artifact, wheel_folder)}"))
    return Summary(
        built=tuple(str(each) for each in built),
        reused=tuple(str(each) for each in reused),
        failed=(),
        blocked=(),
        seeds=(),
        wheelhouse="",
        seconds=monotonic() - begun,
        seconds_saved=sum(each.seconds for each in reused),
    )


def spec_text(single: Single) -> bytes:
    """The spec that is meant, as a file from which it can be realised elsewhere."""
    return codec.pretty(single.find().spec)


class Bench(Frozen):
    """Where single wheels are built."""

    shop: Workshop
    logs: Path

    def complete(
        self, spec: BuildSpec, observe: Observer
    ) -> tuple[tuple[Artifact, ...], tuple[Artifact, ...]]:
        """Have the wheel of `spec` in the store: what was built for it, and what was reused."""
        if standing := find(self.shop.store, spec):
            observe(Reused(subject=str(spec), seconds=standing.seconds))
            return (), (standing,)
        tools = self.inputs(spec, observe)
        return (*tools, self.build(spec, observe)), ()

    def inputs(self, spec: BuildSpec, observe: Observer) -> tuple[Artifact, ...]:
        """Build what `spec` is built with and the store lacks; what was built."""
        return tuple(self.build(each, observe) for each in _lacking(spec, self.shop.store, set()))

    def build(self, spec: BuildSpec, observe: Observer) -> Artifact:
        """Build one wheel whose environment is complete."""
        begin(self.shop.store, spec, _REASON)
        log = self.logs / f"{spec.stem}.log"
        allotment = Allotment(log=log, cores=len(os.sched_getaffinity(0)))
        observe(Started(work="build", subject=str(spec), reason=_REASON))
        begun = monotonic()
        try:
            artifact = realise(spec, self.shop, allotment)
            check_claims(spec, artifact, self.shop.store)
        except WheeltreeError as error:
            told = Failed(
                subject=str(spec), cause=error.message, log=os.fspath(log), hint=error.hint
            )
            observe(told)
            raise
        observe(Finished(work="build", subject=str(spec), seconds=monotonic() - begun))
        observe(news(spec, artifact, os.fspath(self.shop.store.path(artifact.file))))
        return artifact


def here(single: Single, found: lookup.Found) -> BuildSpec:
    """The same build on this machine: its key differs if something does that counts."""
    spec = found.spec
    machine = platform(single.store, single.python or found.python or sys.executable, single.layout)
    # As in `spec_of`: a file might leave a part out that a build takes.
    parts = parts_taken(spec.recipe, native=spec.native) + ((RUST_PART,) if spec.rust else ())
    taken = equipped(machine, spec.recipe, single.store).taking(*parts)
    environment = tuple(
        renewed(each, spec.recipe, store=single.store, interpreter=machine.interpreter)
        for each in spec.environment
    )
    return replace(spec, platform=taken, environment=environment)


def _checked(single: Single, found: lookup.Found) -> BuildSpec:
    """The spec, if what it says of this machine and of its source is true.

    Its wheel would else stand in the store for what it is not.
    """
    spec = here(single, found)
    if spec.key != found.spec.key:
        raise UsageError(
            f"{spec} of {found.where} is not for this machine as it is now",
            details=changes(inputs(found.spec), inputs(spec)),
            hint=_mending(found.spec),
        )
    if found.python is None:
        _refuse_lie(spec, found.where, single.store)
    file_spec(single.store, spec)
    return spec


def _refuse_lie(spec: BuildSpec, where: str, store: Store) -> None:
    """UsageError if a file names another backend than the source; the key does not have it."""
    packed = store.tree(spec.tree)
    if packed is None:
        return  # and `realise` says so
    size = packed.stat().st_size
    with store.scratch_in_memory(f"read-{spec.name}", source=size) as scratch:
        unpack(packed, scratch / "src")
        said = spec.build_system
        true = read_build_system(str(spec), scratch / "src", spec.recipe.build_dir)
    if (said.backend, said.backend_path) != (true.backend, true.backend_path):
        raise UsageError(
            f"{where} names another build backend than the source of {spec} does",
            hint="make it anew: builder realise NAME --print-spec",
        )


def _mending(spec: BuildSpec) -> str:
    if spec.platform.layout == "host":
        return "it was planned with --sandbox none: say so here, or plan anew"
    executable = spec.platform.interpreter.executable
    return f"plan anew with `builder bootstrap`; if only Python differs: --python {executable}"


def _lacking(spec: BuildSpec, store: Store, seen: set[Key]) -> Iterator[BuildSpec]:
    """What `spec` is built with and the store lacks, each after what it is itself built with."""
    for item in spec.environment:
        if item.key in seen or realised(store, item.key) is not None:
            continue
        seen.add(item.key)
        found = filed_spec(store, item.key)
        if found is None:
            raise StoreError(
                f"{spec} is built with {item}, and the store has neither its wheel nor its spec",
                hint="run `builder bootstrap` with this store",
            )
        yield from _lacking(found, store, seen)
        yield found


def _placed(store: Store, artifact: Artifact, folder: Path | None) -> Path:
    """Where the wheel is now."""
    if folder is None:
        return store.path(artifact.file)
    target = folder / artifact.filename
    with explaining(target):
        folder.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        clone(store.path(artifact.file), target)
    return target

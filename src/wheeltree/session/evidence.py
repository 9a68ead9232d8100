"""What says how each wheel of a wheelhouse was made, put beside it when it is published."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.attesting.envelope import spelled
from wheeltree.attesting.signing import Signer
from wheeltree.attesting.statement import Story, Subject, statement
from wheeltree.building.making import making_of
from wheeltree.model import codec
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest, Key
from wheeltree.model.frozen import replace
from wheeltree.model.plan import Plan, Planned
from wheeltree.planning.drive import Outcome
from wheeltree.store.local import Store
from wheeltree.store.view import Front, Passing, Sdist, Shelved, Showing, View
from wheeltree.transport.address import public

_WRITERS = 8
"""Files written at once: each waits for the disk."""

_File = tuple[str, Digest]
"""A published file by its name and its bytes."""
_Same = tuple[NormalizedName, Version, Digest]
"""Wheels that are the same but for a build tag or a label: by name, version and content."""


def attested(
    store: Store,
    outcome: Outcome,
    showing: Showing,
    sdists: Mapping[Key, Sdist],
    signer: Signer,
) -> Showing:
    """The same, with a file of statements for each wheel.

    What this run did not plan keeps its own, and so does what stands in a variant that it left
    alone: no file of that may change. sdists: the published source of each spec.
    """
    run = _Statements(store, outcome, showing, sdists)
    sealed = {key: signer.enclose(codec.encode(each)) for key, each in run.told()}
    files = {at: spelled(sealed[key] for key in keys) for at, keys in run.of_wheels.items()}
    passing = {key: spelled((sealed[key],)) for key in run.passing}
    with ThreadPoolExecutor(_WRITERS) as writers:
        written = dict(zip(files, writers.map(store.add_bytes, files.values()), strict=True))
        on_the_way = dict(zip(passing, writers.map(store.add_bytes, passing.values()), strict=True))
    written |= dict(_left_alone(showing, {plan.variant for plan in outcome.plans}))
    views = {
        name: _with(view, written, run.passing_of(name, on_the_way))
        for name, view in showing.views.items()
    }
    return Showing(views=views, front=_fronted(showing.front, views, written))


def _left_alone(showing: Showing, planned: Collection[str]) -> Iterator[tuple[_File, Digest]]:
    """The statements of wheels in variants that were not planned."""
    for name, view in showing.views.items():
        for wheel in view.wheels:
            if name not in planned and wheel.statement is not None:
                yield _file(wheel), wheel.statement


class _Statements:
    """The statements of a run, and which wheels they are about."""

    def __init__(
        self,
        store: Store,
        outcome: Outcome,
        showing: Showing,
        sdists: Mapping[Key, Sdist],
    ) -> None:
        self._store = store
        self._outcome = outcome
        self._sdists = sdists
        self._planned: dict[Key, tuple[Planned, Plan]] = {}
        self._subjects: dict[Key, dict[Subject, None]] = defaultdict(dict)
        self.of_wheels: dict[_File, dict[Key, None]] = defaultdict(dict)
        """Two builds may have come out the same, and lie in one place then."""
        self.passing: dict[Key, tuple[str, ...]] = {}
        """What is not published, with the variants that it is for."""
        for plan in outcome.plans:
            self._take(plan, showing.views[plan.variant])
        if showing.front is not None:
            self._take_front(showing, showing.front)

    def _take(self, plan: Plan, view: View) -> None:
        built: dict[tuple[str, Digest], list[Key]] = defaultdict(list)
        for each in plan.packages:
            key, artifact = each.spec.key, self._artifact(each)
            self._planned.setdefault(key, (each, plan))
            if each.stage:
                self.passing[key] = (*self.passing.get(key, ()), plan.variant)
            else:
                built[artifact.filename, artifact.content].append(key)
        for wheel in view.wheels:
            for key in built.get((wheel.base, wheel.content), ()):
                self._about(wheel, key)

    def _take_front(self, showing: Showing, front: Front) -> None:
        known: dict[_Same, dict[Key, None]] = defaultdict(dict)
        for view in showing.views.values():
            for wheel in view.wheels:
                known[_same(wheel)].update(self.of_wheels.get(_file(wheel), {}))
        for wheel in front.wheels:
            for key in known.get(_same(wheel), ()):
                self._about(wheel, key)

    def _about(self, wheel: Shelved, key: Key) -> None:
        self._subjects[key][Subject(filename=wheel.filename, digest=wheel.digest)] = None
        self.of_wheels[_file(wheel)][key] = None

    def told(self) -> Iterator[tuple[Key, dict[str, object]]]:
        """Every statement."""
        for key, (planned, plan) in self._planned.items():
            yield key, statement(self._story(planned, plan), self._subjects[key])

    def passing_of(self, variant: str, written: Mapping[Key, Digest]) -> tuple[Passing, ...]:
        """What was built on the way to the wheels of a variant."""
        return tuple(
            Passing(wheel=self._outcome.artifacts[key].file, statement=written[key])
            for key, variants in self.passing.items()
            if variant in variants
        )

    def _artifact(self, planned: Planned) -> Artifact:
        return self._outcome.artifacts[planned.spec.key]

    def _story(self, planned: Planned, plan: Plan) -> Story:
        artifact, candidate = self._artifact(planned), planned.candidate
        sdist = self._sdists.get(planned.spec.key)
        return Story(
            planned=planned,
            artifact=artifact,
            making=making_of(self._store, planned.spec, artifact),
            url=public(candidate.url),
            index=public(candidate.index or ""),
            sdist=Subject(filename=sdist.filename, digest=sdist.digest) if sdist else None,
            notes={
                **{str(each): public(each.url) for each in plan.seeds},
                **{str(each): each.described for each in plan.stand_ins},
            },
        )


def _file(wheel: Shelved) -> _File:
    return wheel.filename, wheel.digest


def _same(wheel: Shelved) -> _Same:
    return wheel.name, wheel.version, wheel.content


def _with(view: View, written: Mapping[_File, Digest], passing: tuple[Passing, ...]) -> View:
    wheels = (
        replace(each, statement=written.get(_file(each)) or each.statement) for each in view.wheels
    )
    more = {each.wheel: each for each in (*view.passing, *passing)}
    return replace(view, wheels=tuple(wheels), passing=tuple(more.values()))


def _fronted(
    front: Front | None, views: Mapping[str, View], written: Mapping[_File, Digest]
) -> Front | None:
    """A wheel of the front that this run did not plan has the statement of its variant's."""
    if front is None:
        return None
    standing = {_same(wheel): wheel.statement for view in views.values() for wheel in view.wheels}
    wheels = (
        replace(each, statement=written.get(_file(each)) or standing.get(_same(each)))
        for each in front.wheels
    )
    return replace(front, wheels=tuple(wheels))

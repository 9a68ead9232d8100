"""What of a finished run goes into the wheelhouse."""

from collections.abc import Iterator

from wheeltree.building.libraries import sought
from wheeltree.host.elf import linkages
from wheeltree.host.packages import owners
from wheeltree.model.artifact import Artifact
from wheeltree.model.plan import InstallSet, Plan, Planned
from wheeltree.model.system import InstalledLibrary
from wheeltree.planning import documents
from wheeltree.planning.drive import Outcome
from wheeltree.planning.lockfile import Lock, dump
from wheeltree.session.asked import DEFAULT_SET
from wheeltree.sources.pack import pack
from wheeltree.store.local import Store
from wheeltree.store.packs import unpack
from wheeltree.store.publishing import Publication, publish, shelve
from wheeltree.store.tagging import BuildTag
from wheeltree.store.view import Published, Sdist, Shelved, View
from wheeltree.store.wheelhouse import Wheelhouse, published


def publish_outcome(
    store: Store,
    house: Wheelhouse,
    outcome: Outcome,
    lock: Lock,
    *,
    build_tag: BuildTag,
    add: bool,
) -> Publication:
    """Publish everything that a run built or reused; with `add`, beside what was there before."""
    plan = outcome.plan
    wheels = shelve(store, house, list(_published(outcome)), build_tag=build_tag)
    view = View(wheels=wheels, sdists=tuple(_sdists(store, plan)))
    if add:
        view = published(house.root).joined(view)
    shelved = {f"{each.name}=={each.version}": each for each in wheels if each.install}
    return publish(store, house, view, dict(_documents(store, outcome, lock, shelved)))


def publish_plan(store: Store, house: Wheelhouse, plan: Plan, lock: Lock) -> None:
    """Leave only the plan, and whatever the wheelhouse shows already."""
    standing = {
        path: (house.root / path).read_bytes()
        for path in _names(plan)
        if (house.root / path).is_file()
    }
    view = published(house.root)
    publish(store, house, view, {**standing, "plan.json": dump(lock)})


def _names(plan: Plan) -> Iterator[str]:
    yield from ("graph.json", "build-order.json", "system-packages.txt", "system-libraries.json")
    for found in plan.sets:
        yield from (_constraints_name(found), _pylock_name(found))


def _published(outcome: Outcome) -> Iterator[Published]:
    installed = outcome.plan.installed()
    for each in outcome.plan.packages:
        if not each.stage:
            artifact = outcome.artifacts[each.spec.key]
            yield Published(
                artifact=artifact,
                install=str(each) in installed,
                least_tag=len(each.spec.recipe.changelog),
            )


def _sdists(store: Store, plan: Plan) -> Iterator[Sdist]:
    for each in plan.packages:
        if not each.stage and each.candidate.kind != "wheel":
            yield _sdist(store, each)


def _sdist(store: Store, planned: Planned) -> Sdist:
    """The archive that was fetched, or what patches made of it."""
    candidate = planned.candidate
    if candidate.kind == "sdist" and not planned.tree.patched:
        return Sdist(filename=candidate.filename, digest=planned.tree.archive)
    top = f"{candidate.name.replace('-', '_')}-{candidate.version}"
    packed = store.tree(planned.tree.digest)
    assert packed is not None  # it was built from
    with store.scratch(f"sdist-{candidate.name}") as scratch:
        unpack(packed, scratch / "tree")
        pack(scratch / "tree", scratch / "sdist", top=top, epoch=planned.tree.epoch)
        return Sdist(filename=f"{top}.tar.gz", digest=store.add(scratch / "sdist"))


def _documents(
    store: Store, outcome: Outcome, lock: Lock, shelved: dict[str, Shelved]
) -> Iterator[tuple[str, bytes]]:
    plan = outcome.plan
    yield "plan.json", dump(lock)
    yield "graph.json", documents.graph(plan)
    yield "build-order.json", documents.build_order(plan)
    yield from _system(store, outcome)
    for found in plan.sets:
        yield _constraints_name(found), documents.constraints(found)
        yield _pylock_name(found), documents.pylock(found, plan, shelved, lock.python)


def _constraints_name(found: InstallSet) -> str:
    return "constraints.txt" if found.name == DEFAULT_SET else f"constraints-{found.name}.txt"


def _pylock_name(found: InstallSet) -> str:
    return "pylock.toml" if found.name == DEFAULT_SET else f"pylock.{found.name}.toml"


def _system(store: Store, outcome: Outcome) -> Iterator[tuple[str, bytes]]:
    """What installed wheels need of the system: its packages, and which wheel loads what."""
    pins = outcome.plan.installed()
    installed = [each for each in outcome.plan.packages if str(each) in pins and not each.stage]
    loads = {each: _needed(store, outcome.artifacts[each.spec.key]) for each in installed}
    named = {each: tuple(_named(store, each)) for each in installed}
    owned = owners({name for each in installed for name in (*loads[each], *named[each])})
    every = {str(each): (*loads[each], *named[each]) for each in installed}
    yield "system-packages.txt", documents.system_packages(every, owned)
    yield "system-libraries.json", documents.system_libraries(loads, named, owned)


def _named(store: Store, planned: Planned) -> Iterator[str]:
    """The libraries that a wheel loads by name, which no header of a file tells."""
    for each in planned.spec.recipe.libraries:
        found = sought(each.name, store) if each.link == "dlopen" else None
        if isinstance(found, InstalledLibrary):
            yield from found.sonames


def _needed(store: Store, artifact: Artifact) -> tuple[str, ...]:
    """Sonames that a wheel loads; read from its file once and recorded."""
    if artifact.filename.endswith("-none-any.whl"):
        return ()
    known = store.record("needed", artifact.file, tuple[str, ...])
    if known is not None:
        return known
    path = store.file(artifact.file)
    assert path is not None
    return store.put_record("needed", artifact.file, linkages(path).needed, tuple[str, ...])

"""What of a finished run goes into the wheelhouse."""

from collections.abc import Collection, Iterable, Iterator

from wheeltree.attesting.signing import Signer
from wheeltree.building.libraries import sought
from wheeltree.host.elf import linkages
from wheeltree.host.packages import owners
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Key
from wheeltree.model.plan import InstallSet, Plan, Planned
from wheeltree.model.system import InstalledLibrary
from wheeltree.planning import documents
from wheeltree.planning.drive import Outcome
from wheeltree.planning.lockfile import Lock, dump
from wheeltree.planning.sharing import shares
from wheeltree.session.asked import DEFAULT_SET
from wheeltree.session.evidence import attested
from wheeltree.settings import variants
from wheeltree.settings.schema import Settings
from wheeltree.sources.pack import pack
from wheeltree.store.local import Store
from wheeltree.store.packs import unpack
from wheeltree.store.publishing import Publication, fronted, publish, shelve
from wheeltree.store.registry import FILE as REGISTRY
from wheeltree.store.registry import extended, read_registry, spelled
from wheeltree.store.view import Published, Sdist, Shelved, Showing, View
from wheeltree.store.wheelhouse import Wheelhouse, documents_of, published


def publish_outcome(
    store: Store,
    house: Wheelhouse,
    outcome: Outcome,
    lock: Lock,
    *,
    settings: Settings,
    signer: Signer,
    add: bool,
) -> Publication:
    """Publish everything that a run built or reused; with `add`, beside what was there before.

    Variants that are declared and were not part of the run stay as they are.
    """
    standing = published(house.root).views
    depends = {each.planned.spec.key for each in shares(outcome.plans) if each.depends}
    views = dict(standing if add else {})
    documents = {"plan.json": dump(lock)}
    sources: dict[Key, Sdist] = {}
    for plan in outcome.plans:
        wheels = shelve(
            store,
            house,
            list(_published(outcome, plan, depends)),
            build_tag=settings.build_tag,
            variant=plan.variant,
        )
        sources |= (own := dict(_sdists(store, plan)))
        view = View(wheels=wheels, sdists=_named(own.values()))
        before = standing.get(plan.variant, View()) if add else View()
        views[plan.variant] = before.joined(view)
        shelved = {f"{each.name}=={each.version}": each for each in wheels if each.install}
        documents |= dict(_documents(store, outcome, plan, lock, shelved))
    declared = variants.declared(settings)
    if not declared:
        showing = attested(store, outcome, Showing.alone(views[""]), sources, signer)
        return publish(store, house, showing, documents)
    ordered = {
        each.name: views.get(each.name) or standing[each.name]
        for each in declared
        if each.name in views or each.name in standing
    }
    kept = ordered.keys() - {plan.variant for plan in outcome.plans}
    registry = extended(read_registry(house.root), declared, variants.spoken(settings))
    showing = Showing(views=ordered, front=fronted(store, house, ordered, registry, declared))
    showing = attested(store, outcome, showing, sources, signer)
    documents |= {REGISTRY: spelled(registry), **dict(_standing(house, kept))}
    return publish(store, house, showing, documents)


def publish_plan(store: Store, house: Wheelhouse, lock: Lock) -> None:
    """Leave only the plan, and whatever the wheelhouse shows already."""
    showing = published(house.root)
    standing = dict(_standing(house, {"", *showing.views}))
    publish(store, house, showing, {**standing, "plan.json": dump(lock)})


def _standing(house: Wheelhouse, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """The documents that are published for these variants, or for all of them ("")."""
    for path in documents_of(house.root):
        variant = path.partition("/")[0] if "/" in path else ""
        if variant in names:
            yield path, (house.root / path).read_bytes()


def _published(outcome: Outcome, plan: Plan, depends: Collection[Key]) -> Iterator[Published]:
    installed = plan.installed()
    for each in plan.packages:
        if not each.stage:
            yield Published(
                artifact=outcome.artifacts[each.spec.key],
                install=str(each) in installed,
                least_tag=len(each.spec.recipe.changelog),
                variant=plan.variant if each.spec.key in depends else "",
            )


def _sdists(store: Store, plan: Plan) -> Iterator[tuple[Key, Sdist]]:
    """The source of each spec, of those first that are built on the way only."""
    for each in sorted(plan.packages, key=lambda each: not each.stage):
        if each.candidate.kind != "wheel":
            yield each.spec.key, _sdist(store, each)


def _named(sdists: Iterable[Sdist]) -> tuple[Sdist, ...]:
    """Each file name once, with what comes last."""
    return tuple({each.filename: each for each in sdists}.values())


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
    store: Store, outcome: Outcome, plan: Plan, lock: Lock, shelved: dict[str, Shelved]
) -> Iterator[tuple[str, bytes]]:
    """What tells of one variant; that of a variant lies in its folder."""
    top = f"{plan.variant}/" if plan.variant else ""
    yield f"{top}graph.json", documents.graph(plan)
    yield f"{top}build-order.json", documents.build_order(plan)
    for name, content in _system(store, outcome, plan):
        yield f"{top}{name}", content
    for found in plan.sets:
        yield f"{top}{_constraints_name(found)}", documents.constraints(found)
        locked = documents.pylock(found, plan, shelved, lock.python)
        yield f"{top}{_pylock_name(found)}", locked


def _constraints_name(found: InstallSet) -> str:
    return "constraints.txt" if found.name == DEFAULT_SET else f"constraints-{found.name}.txt"


def _pylock_name(found: InstallSet) -> str:
    return "pylock.toml" if found.name == DEFAULT_SET else f"pylock.{found.name}.toml"


def _system(store: Store, outcome: Outcome, plan: Plan) -> Iterator[tuple[str, bytes]]:
    """What installed wheels need of the system: its packages, and which wheel loads what."""
    pins = plan.installed()
    installed = [each for each in plan.packages if str(each) in pins and not each.stage]
    loads = {each: _needed(store, outcome.artifacts[each.spec.key]) for each in installed}
    named = {each: tuple(_opened(store, each)) for each in installed}
    owned = owners({name for each in installed for name in (*loads[each], *named[each])})
    every = {str(each): (*loads[each], *named[each]) for each in installed}
    yield "system-packages.txt", documents.system_packages(every, owned)
    yield "system-libraries.json", documents.system_libraries(loads, named, owned)


def _opened(store: Store, planned: Planned) -> Iterator[str]:
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

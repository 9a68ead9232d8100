"""What lock files of a source name, laid into its tree by kind of package manager.

Lock files are read by us, and nothing of the source is run: what a build then needs, it has.
"""

from wheeltree.errors import SourceError
from wheeltree.model.edits import name_of
from wheeltree.model.frozen import Frozen
from wheeltree.model.ingredient import Ingredient
from wheeltree.model.source import RUST, BuildSystem, Preparation
from wheeltree.sources.cargo_config import folders_of
from wheeltree.sources.cargo_locks import lock_files, manifests
from wheeltree.sources.cargo_vendor import vendor_crates
from wheeltree.sources.declared import Project
from wheeltree.sources.draft import Draft
from wheeltree.sources.parcel import Kind, Parcel, Supply


class Vendored(Frozen):
    """What a tree has by its lock files."""

    kinds: tuple[Kind, ...] = ()
    ingredients: tuple[Ingredient, ...] = ()


def vendor(
    package: str,
    preparation: Preparation,
    project: Project,
    system: BuildSystem,
    draft: Draft,
    *,
    supply: Supply,
) -> Vendored:
    """Lay into the draft what its lock files name.

    package: for messages. supply: fetches what is not on this disk.

    SourceError and its kinds: a lock file is missing or refused, or something that it names is.
    """
    said = preparation.vendoring
    done: list[Kind] = []
    parcels: tuple[Parcel, ...] = ()
    for kind in _needed(system) if said is None else said:
        match kind:
            case "cargo":
                found = manifests(project, system, draft, preparation.build_dir)
                if locks := lock_files(package, found, draft):
                    folders = folders_of(found, preparation.build_dir)
                    parcels = vendor_crates(package, locks, draft, folders=folders, supply=supply)
                    done.append("cargo")
                elif said is not None:
                    raise SourceError(
                        f"{package}: `vendor: [cargo]` changes nothing: no crate is named anywhere",
                        hint="remove it from the settings of the package",
                    )
            case _:
                raise AssertionError(kind)  # settings know no other
    return Vendored(kinds=tuple(done), ingredients=tuple(map(_ingredient, parcels)))


def _ingredient(parcel: Parcel) -> Ingredient:
    return Ingredient(kind="crate", name=parcel.name, version=parcel.version, digest=parcel.digest)


def _needed(system: BuildSystem) -> tuple[Kind, ...]:
    """The kinds that the tools of a build go by."""
    names = {name_of(text) for text in system.requires}
    return ("cargo",) if names & RUST else ()

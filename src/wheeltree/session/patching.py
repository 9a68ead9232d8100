"""The prepared source of a package opened for changes, and the changes kept as a patch file."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from wheeltree.errors import SettingsError, StoreError, UsageError
from wheeltree.model.frozen import Frozen
from wheeltree.model.spec import BuildSpec
from wheeltree.session.declared import chosen
from wheeltree.session.invocation import Places
from wheeltree.session.lookup import find, refuse_prebuilt
from wheeltree.settings.files import patch_folder
from wheeltree.settings.load import load
from wheeltree.settings.rulebook import Rulebook
from wheeltree.sources.changes import changes
from wheeltree.sources.diff import parse_diff
from wheeltree.store.local import Store
from wheeltree.store.packs import unpack

_NUMBER = re.compile(r"(\d+)")


class Title(Frozen):
    """What a new patch is called."""

    text: str
    this_version: bool
    """Whether it is for the one version, and not for every one."""
    variant: str = ""
    """The one that it is for; "" for all of them."""

    def path(self, folder: Path, spec: BuildSpec) -> Path:
        """A new file, after all patches that the version has already."""
        both = (folder / spec.name, folder / f"{spec.name}-{spec.version}")
        special = [each / (self.variant or spec.variant or ".") for each in both]
        there = [file.name for each in (*both, *special) for file in each.glob("*.patch")]
        last = max((int(found[0]) for name in there if (found := _NUMBER.match(name))), default=0)
        words = re.sub(r"[^a-z0-9]+", "-", self.text.lower()).strip("-") or "change"
        return both[self.this_version] / self.variant / f"{last + 1:04}-{words}.patch"


def change(
    text: str, places: Places, title: Title, edit: Callable[[Path, BuildSpec], int]
) -> Path | None:
    """Let `edit` change the tree of the build that `text` means; the patch file that was written.

    text: as for `lookup.find`, for the variant of the title if it has one. edit: gets the tree as
    the build has it, patches applied; a status other than 0 leaves everything as it is. None if
    nothing was changed. UsageError for a variant that is not declared, SourceError for a change
    that no patch can make.
    """
    store, house, variant = Store(places.store), places.wheelhouse, title.variant
    chosen([variant] if variant else (), load(places.settings))
    with store.in_use():
        spec = find(text, store=store, wheelhouse=house, variant=variant).spec
        refuse_prebuilt(spec)
        packed = store.tree(spec.tree)
        if packed is None:
            raise StoreError(
                f"the source tree of {spec} is not in the store",
                hint="run `builder bootstrap` again: it is prepared anew",
            )
        with store.scratch(f"patch-{spec.name}") as scratch:
            before, after = scratch / "before", scratch / str(spec).replace("==", "-")
            for tree in (before, after):
                unpack(packed, tree)
            if edit(after, spec) != 0:
                raise UsageError(f"{spec}: the command failed, and no patch was written")
            content = changes(before, after)
        _refuse_generated(content, spec, places)
    return _written(title.path(patch_folder(places.settings), spec), content) if content else None


def run(command: tuple[str, ...], tree: Path) -> int:
    """Run a command of the user in the tree; its exit status. UsageError if there is none such."""
    try:
        return subprocess.run(command, cwd=tree, check=False).returncode
    except OSError as error:
        raise UsageError(f"cannot run {command[0]}: {error.strerror}") from error


def _refuse_generated(content: bytes, spec: BuildSpec, places: Places) -> None:
    """UsageError for a change of what is only made after patches were applied."""
    python = spec.platform.interpreter
    settings = load(places.settings)
    book = Rulebook(settings, places.settings, python, os.environ, spec.variant)
    edited = book.preparation(spec.name, spec.version).pyproject
    touched = {path for each in parse_diff(content) for path in each.paths} if content else set()
    if edited and "pyproject.toml" in touched:
        raise UsageError(
            f"pyproject.toml of {spec} is edited by the settings after patches are applied",
            hint=f"change it there too, with `pyproject:` ({edited[0].place})",
        )
    if any(path.startswith(".cargo/") for path in touched):
        raise UsageError(
            f"{spec}: what is in .cargo is written after patches are applied",
            hint="change Cargo.toml and Cargo.lock instead",
        )


def _written(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error.strerror}") from error
    return path

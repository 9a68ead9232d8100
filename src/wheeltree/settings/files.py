"""Which files a settings folder is made of, and one digest over all of them."""

import os
from collections.abc import Iterator
from pathlib import Path

from wheeltree.errors import SettingsError
from wheeltree.model.digest import Digest, digest_bytes, digest_file

DEFAULT = Path("settings.yaml")
"""Read if it is there and no other file was named."""


def settings_files(file: Path | None) -> tuple[Path, ...]:
    """The settings file, if there is one, and the `settings/*.yaml` beside it, sorted by name.

    file: as the user named it; None for the default, which may be missing. SettingsError if a
    named one is, or if a file of the folder would be passed over by mistake.
    """
    if file is not None and not file.is_file():
        raise SettingsError(f"{file}: no such settings file", hint="check the path of --settings")
    main = file or DEFAULT
    folder = main.parent / "settings"
    try:
        inside = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise SettingsError(f"{folder}: cannot be read: {error.strerror}") from error
    for each in inside:
        if each.suffix == ".yml":
            raise SettingsError(
                f"{each}: not read, because its name ends in .yml",
                hint=f"rename it to {each.with_suffix('.yaml').name}",
            )
    return (
        *((main,) if main.is_file() else ()),
        *(each for each in inside if each.suffix == ".yaml" and each.is_file()),
    )


def patch_folder(file: Path | None) -> Path:
    """The `patches` folder beside the settings file; it need not exist."""
    return (file or DEFAULT).parent / "patches"


def override_folder(file: Path | None) -> Path:
    """The `overrides` folder beside the settings file; it need not exist."""
    return (file or DEFAULT).parent / "overrides"


def digest(file: Path | None) -> Digest:
    """Over the name and the bytes of every settings file and every patch.

    A run whose digest is that of an earlier one, and whose `variables` have the same
    values, has the same settings. Parameters and errors as `settings_files`.
    """
    root = (file or DEFAULT).parent
    files = (*settings_files(file), *_patches(patch_folder(file)))
    try:
        lines = [f"{each.relative_to(root).as_posix()}\0{digest_file(each)}\n" for each in files]
    except OSError as error:
        raise SettingsError(f"{error.filename}: cannot be read: {error.strerror}") from error
    return digest_bytes("".join(lines).encode(errors="surrogateescape"))


def _patches(folder: Path, *, levels: int = 2) -> Iterator[Path]:
    """Every patch below `folder`, sorted; folders below the `levels` are not looked into."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.endswith(".patch") and entry.is_file():
                yield folder / entry.name
            elif levels and entry.is_dir():
                yield from _patches(folder / entry.name, levels=levels - 1)

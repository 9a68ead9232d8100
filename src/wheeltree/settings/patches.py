"""Which patches a package's source gets."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from wheeltree.errors import SettingsError
from wheeltree.model.digest import digest_file
from wheeltree.model.source import Patch


@dataclass(frozen=True, kw_only=True)
class PatchFolder:
    """The names in a `patches` folder, listed once; made by `PatchFolder.listed`."""

    path: Path
    general: dict[NormalizedName, tuple[str, ...]]
    """Folders `NAME`; more than one is an ambiguity."""
    versioned: dict[tuple[NormalizedName, Version], tuple[str, ...]]
    """Folders `NAME-VERSION`; 1.0 and 1.0.0 are one version."""

    @classmethod
    def listed(cls, path: Path) -> "PatchFolder":
        """What lies in `path`, which need not exist; SettingsError if it cannot be read."""
        general: dict[NormalizedName, tuple[str, ...]] = {}
        versioned: dict[tuple[NormalizedName, Version], tuple[str, ...]] = {}
        for name in _folders(path):
            own = canonicalize_name(name)
            general[own] = (*general.get(own, ()), name)
            for key in _readings(name):
                versioned[key] = (*versioned.get(key, ()), name)
        return cls(path=path, general=general, versioned=versioned)

    def patches(
        self,
        name: NormalizedName,
        version: Version,
        *,
        further: tuple[str, ...] = (),
        variant: str = "",
    ) -> tuple[Patch, ...]:
        """The patches of one version, in the order in which they are applied: by base name.

        A folder `NAME-1.0` is for 1.0+local too. further: folders below `NAME` that settings name.
        variant: the folders of that name in each are for it, too. SettingsError if two folders
        claim the same versions, a file cannot be read, or a folder that is named has no patches.
        """
        folders = [*self._own(name, version), *self._of_variant(name, version, variant)]
        folders += [self._named(name, folder) for folder in dict.fromkeys(further)]
        try:
            # sorted() is stable: of two patches with one name the general one comes first.
            files = sorted(
                (file for folder in folders for file in sorted(folder.glob("*.patch"))),
                key=lambda file: file.name,
            )
            return tuple(_patch(file) for file in files if file.is_file())
        except OSError as error:
            raise SettingsError(f"{error.filename}: cannot be read: {error.strerror}") from error

    def special(self, name: NormalizedName, version: Version, variant: str) -> tuple[Path, ...]:
        """The folders with patches of a version that are for a variant alone."""
        folders = self._of_variant(name, version, variant)
        return tuple(folder for folder in folders if any(folder.glob("*.patch")))

    def folders(self) -> Iterator[tuple[frozenset[NormalizedName], Path]]:
        """Every folder of patches below one of a package, with the names that this may have.

        SettingsError if one cannot be listed.
        """
        names: dict[str, set[NormalizedName]] = {}
        for name, tops in self.general.items():
            for top in tops:
                names.setdefault(top, set()).add(name)
        for (name, _), tops in self.versioned.items():
            for top in tops:
                names.setdefault(top, set()).add(name)
        for top, own in sorted(names.items()):
            for inner in _folders(self.path / top):
                if any((self.path / top / inner).glob("*.patch")):
                    yield frozenset(own), self.path / top / inner

    def _own(self, name: NormalizedName, version: Version) -> list[Path]:
        public = Version(version.public)
        local = self.versioned.get((name, version), ()) if version != public else ()
        claims = (self.general.get(name, ()), self.versioned.get((name, public), ()), local)
        return [self._only(claim) for claim in claims if claim]

    def _of_variant(self, name: NormalizedName, version: Version, variant: str) -> list[Path]:
        return [folder / variant for folder in self._own(name, version)] if variant else []

    def _named(self, name: NormalizedName, folder: str) -> Path:
        top = self._only(self.general.get(name) or (name,))
        if not any((top / folder).glob("*.patch")):
            raise SettingsError(
                f"{top / folder}: there are no patches, though the settings of {name} name it",
                hint="check `patches:` in its settings",
            )
        return top / folder

    def _only(self, claim: tuple[str, ...]) -> Path:
        if len(claim) > 1:
            both = " and ".join(str(self.path / name) for name in claim)
            raise SettingsError(
                f"{both} are patches of the same package and version",
                hint="move the files into one of them",
            )
        return self.path / claim[0]


def _folders(path: Path) -> list[str]:
    try:
        return sorted(each.name for each in path.iterdir() if each.is_dir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error


def _readings(folder: str) -> list[tuple[NormalizedName, Version]]:
    """Every way to read `folder` as NAME-VERSION; a name may have dashes and digits itself."""
    found = []
    for at in (at for at, char in enumerate(folder) if char == "-" and at):
        try:
            found.append((canonicalize_name(folder[:at]), Version(folder[at + 1 :])))
        except InvalidVersion:
            continue
    return found


def _patch(file: Path) -> Patch:
    return Patch(name=file.name, digest=digest_file(file), path=str(file))

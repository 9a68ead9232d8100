"""The `source:` of a package: what is wrong with it, and what it comes to."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.origin import (
    FileOrigin,
    FolderOrigin,
    GitOrigin,
    NamedFile,
    SourceOrigin,
    WheelsOrigin,
)
from wheeltree.settings.problems import Problem, refuse
from wheeltree.settings.schema import (
    PackageSettings,
    Settings,
    SourceSettings,
    Treatment,
    VariantPackage,
)
from wheeltree.settings.template import Lookup, Template, Unset
from wheeltree.settings.values import VariantName

_BESIDE: Mapping[str, frozenset[str]] = {
    "git": frozenset({"tag", "submodules"}),
    "url": frozenset({"versions", "sha256"}),
    "folder": frozenset({"versions"}),
    "wheel": frozenset({"versions", "sha256"}),
    "wheels": frozenset(),
}
"""What may be said beside each kind of source."""
_UNBUILT = frozenset(
    {"source", "labels", "changelog", "rules", "versions", "python", "platform", "variant"}
    | {"version", "import_check"}
)
"""What may be said of a package that is not built."""
_TAG = re.compile(r"[^\x00-\x20\x7f~^:?*\[\\{}]*")
_SCHEMES = {"git": ("https://", "file://"), "": ("https://", "http://", "file://")}


def problems(package: PackageSettings | VariantPackage) -> Iterator[Problem]:
    """Everything that is wrong with the `source` of a package; nothing where it has none."""
    source = package.source
    if source is None:
        return
    kinds = [kind for kind in _BESIDE if kind in source.origin.lines]
    if len(kinds) != 1:
        *most, last = _BESIDE
        named = f"{', '.join(most)} and {last}"
        found = f", not {' and '.join(kinds)}" if kinds else ""
        text = f"say exactly one of {named}{found}"
        yield Problem(
            file=source.origin.file, line=source.origin.line, key=source.origin.path, text=text
        )
        return
    yield from _kind_problems(source, kinds[0])
    if kinds[0] in {"wheel", "wheels"}:
        yield from _idle(package)


def origin(
    settings: Settings,
    file: Path | None,
    environ: Mapping[str, str],
    name: NormalizedName,
    variant: str = "",
) -> SourceOrigin | None:
    """Where a project comes from; None for an index.

    file: the settings file, beside which folders are looked for; None for the working folder.
    environ: what `${NAME}` stands for. variant: one that names a place of its own, else "".
    SettingsError if a variable is not set, or if what comes out is no URL of the right kind.
    """
    package = settings.packages.get(name)
    own = _of_variant(settings, name, variant)
    source = own or (package.source if package else None)
    if source is None:
        return None
    return _Maker(source, {**environ, "__name__": name}).origin(file)


def differs(settings: Settings, name: NormalizedName, variant: str) -> bool:
    """Whether a variant names a place of its own for a project."""
    return _of_variant(settings, name, variant) is not None


def _of_variant(settings: Settings, name: NormalizedName, variant: str) -> SourceSettings | None:
    said = settings.variants.get(VariantName(variant))
    package = said.packages.get(name) if said else None
    return package.source if package else None


class _Maker:
    """Makes the origin of settings that have no problems."""

    def __init__(self, source: SourceSettings, values: Mapping[str, str]) -> None:
        self._source = source
        self._values = values

    def origin(self, file: Path | None) -> SourceOrigin:
        said, where = self._source, self._source.origin
        if said.git is not None:
            return GitOrigin(
                url=self._url("git", said.git, self._values),
                tag=said.tag,
                submodules=said.submodules,
                where=where.at("git"),
            )
        if said.folder is not None:
            # `absolute`, not `resolve`: the folder may be a link that is moved on.
            path = Path((file or Path("settings.yaml")).parent, self._text("folder", said.folder))
            return FolderOrigin(
                path=str(path.absolute()),
                version=next(iter(said.versions), None),
                where=where.at("folder"),
            )
        if said.wheels is not None:
            url = self._url("wheels", said.wheels, self._values)
            return WheelsOrigin(url=url, where=where.at("wheels"))
        kind, template = ("sdist", said.url) if said.url else ("wheel", said.wheel)
        assert template is not None
        key = "url" if kind == "sdist" else "wheel"
        return FileOrigin(
            kind="sdist" if kind == "sdist" else "wheel",
            template=template.text,
            files=tuple(self._file(key, template, version) for version in said.versions),
            where=where.at(key),
        )

    def _file(self, key: str, template: Template, version: Version) -> NamedFile:
        url = self._url(key, template, {**self._values, "__version__": str(version)})
        return NamedFile(version=version, url=url, digest=self._source.sha256[version])

    def _text(self, key: str, template: Template, values: Mapping[str, str] | None = None) -> str:
        try:
            return template.expand(values or self._values)
        except Unset as error:
            text = f"{error.name} is not set; export it, or write ${{{error.name}:-default}}"
            raise refuse([self._source.origin.problem(key, text)]) from error

    def _url(self, key: str, template: Template, values: Mapping[str, str]) -> str:
        url = self._text(key, template, values)
        schemes = _SCHEMES.get(key, _SCHEMES[""])
        if not url.startswith(schemes) or not url.isprintable() or " " in url:
            named = ", ".join(each.removesuffix("://") for each in schemes)
            text = f"expected a URL with one of the schemes {named}"
            raise refuse([self._source.origin.problem(key, text)])
        return url


def _kind_problems(source: SourceSettings, kind: str) -> Iterator[Problem]:
    where = source.origin
    for key in where.lines:
        if "." not in key and key not in {kind, *_BESIDE[kind]}:
            yield where.problem(key, f"means nothing beside {kind}")
    template = getattr(source, kind)
    if template is None:
        yield where.problem(kind, "names no place")
    elif kind in {"git", "folder", "wheels"} and _varies(template):
        yield where.problem(kind, f"has no version in it: one {kind} is for all of them")
    match kind:
        case "git":
            yield from _tag_problems(source)
        case "folder" if len(source.versions) > 1:
            yield where.problem("versions", "a folder has one version")
        case "url" | "wheel":
            yield from _file_problems(source, kind, template)
        case _:
            pass


def _tag_problems(source: SourceSettings) -> Iterator[Problem]:
    before, found, after = source.tag.partition("{version}")
    if not found or "{version}" in after:
        yield source.origin.problem("tag", "must have {version} in it, once")
    elif not _TAG.fullmatch(before + after) or before.startswith("-") or ".." in source.tag:
        yield source.origin.problem("tag", f"{source.tag!r} is no name that a tag can have")


def _file_problems(
    source: SourceSettings, kind: str, template: Template | None
) -> Iterator[Problem]:
    where, versions = source.origin, source.versions
    if not versions:
        yield where.problem("versions", "name the versions that there are")
    if len(set(versions)) < len(versions):
        yield where.problem("versions", "names one version twice")
    for version in versions:
        if version not in source.sha256:
            yield where.problem("sha256", f"has no digest for {version}")
    for version in source.sha256:
        if version not in versions:
            yield where.problem("sha256", f"has {version}, which is not among the versions")
    if template is not None and len(versions) > 1 and not _varies(template):
        yield where.problem(kind, "is the same for all versions; write ${__version__} in it")


def _varies(template: Template) -> bool:
    parts = (part for part in template.parts if isinstance(part, Lookup))
    return any(part.name == "__version__" for part in parts)


def _idle(package: PackageSettings | VariantPackage) -> Iterator[Problem]:
    """What is said of how a package is built, though it is not."""
    rules = package.rules if isinstance(package, PackageSettings) else ()
    said: tuple[Treatment, ...] = (package, *rules)
    for each in said:
        for key in each.origin.lines:
            if "." not in key and key not in _UNBUILT:
                yield each.origin.problem(key, "means nothing for a wheel that is taken as it is")

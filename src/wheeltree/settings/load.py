"""Settings files as one value."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from packaging.utils import InvalidName, NormalizedName, canonicalize_name

from wheeltree.errors import SettingsError
from wheeltree.settings import admission, origins, variants
from wheeltree.settings.files import DEFAULT, settings_files
from wheeltree.settings.problems import Origin, Problem, refuse
from wheeltree.settings.schema import PackageSettings, Settings

T = TypeVar("T")


def load(file: Path | None = None) -> Settings:
    """The settings of `file` and of the `settings/NAME.yaml` beside it.

    file: None for `settings.yaml` in the working folder, which may be missing. SettingsError, with
    all problems of all files at once, if something does not fit the schema.
    """
    problems: list[Problem] = []
    main, settings = file or DEFAULT, Settings()
    packages: dict[NormalizedName, PackageSettings] = {}
    for path in settings_files(file):
        if path == main:
            settings = _read(Settings, path, problems) or settings
            packages |= settings.packages
        else:
            _add(path, packages, problems)
    for package in packages.values():
        problems += origins.problems(package)
    for special in variants.packages(settings):
        problems += origins.problems(special)
    problems += variants.problems(settings)
    problems += admission.problems(settings.admission)
    if problems:
        raise refuse(problems)
    return replace(settings, packages=MappingProxyType(packages)) if packages else settings


def _add(
    path: Path, packages: dict[NormalizedName, PackageSettings], problems: list[Problem]
) -> None:
    """Puts the package of one `settings/NAME.yaml` beside the others."""
    try:
        name = canonicalize_name(path.stem, validate=True)
    except InvalidName:
        text = f"{path.stem!r} is not a project name"
        problems.append(Problem(file=str(path), line=0, key="", text=text))
        return
    said = _read(PackageSettings, path, problems) or PackageSettings(origin=_whole(path))
    if name in packages:
        text = f"{name} is described in {packages[name].origin} already; keep one place"
        problems.append(Problem(file=str(path), line=0, key="", text=text))
    packages[name] = said


def _whole(path: Path) -> Origin:
    return Origin(file=str(path), line=1)


def _read(kind: type[T], path: Path, problems: list[Problem]) -> T | None:
    """One file as a `kind`; None if it is empty or cannot be used."""
    # Here, not above: a run without any settings must not load yaml.
    from wheeltree.settings.document import NotYaml, parse  # noqa: PLC0415
    from wheeltree.settings.read import read  # noqa: PLC0415

    try:
        node = parse(path.read_bytes(), str(path))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except NotYaml as error:
        problems += error.problems
        return None
    return None if node is None else read(kind, node, str(path), problems)

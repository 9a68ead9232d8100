"""Builds of which a plugin does a part: the wheel itself, or what is changed in it afterwards."""

import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from wheeltree.building.frontend import Frontend
from wheeltree.building.record import spell_record
from wheeltree.building.wheel import Wheel, opened
from wheeltree.building.workbench import Workbench
from wheeltree.errors import PluginError
from wheeltree.model.digest import digest_file
from wheeltree.model.spec import BuildSpec
from wheeltree.plugins.guarded import Guarded
from wheeltree.plugins.registry import Plugins
from wheeltree.plugins.work import BuildWork, Package
from wheeltree.plugins.work import Wheel as Unpacked
from wheeltree.store.files import explaining


def planned_plugin(spec: BuildSpec, plugins: Plugins) -> Guarded:
    """The plugin of a package.

    PluginError if it is not the one that `spec` was planned with, or has nothing to build.
    """
    plugin = plugins.of(spec.name)
    builds = plugin.builds(spec.recipe.variant)
    if builds and spec.recipe.prebuilt:
        raise PluginError(
            f"{plugin.origin.where} overrides how {spec} is built, but settings say that it is "
            "taken as the wheel that somebody else built",
            hint="take one of them away",
        )
    if builds != spec.recipe.plugin:
        raise PluginError(
            f"{spec} was planned with another plugin than {plugin.origin.where} is now",
            hint="plan anew, or name the settings file that its overrides/ lies beside",
        )
    return plugin


class Building(BuildWork):
    """A source on its workbench."""

    def __init__(self, spec: BuildSpec, bench: Workbench, frontend: Frontend) -> None:
        package = Package(name=spec.name, version=spec.version, asks_for=spec.recipe.variant)
        super().__init__(package, bench.source.source, output=bench.output_name)
        self._frontend = frontend

    def _run(self, argv: tuple[str, ...]) -> str:
        return self._frontend.run(argv)

    def build_wheel(self) -> str:
        """See `BuildWork.build_wheel`."""
        return f"{self.output}/{self._frontend.build_wheel().name}"


def built_by(plugin: Guarded, spec: BuildSpec, bench: Workbench, frontend: Frontend) -> Path:
    """The wheel file that a plugin, or else the build backend, left; not looked into yet.

    PluginError if what the plugin returned is no file that the build left.
    """
    if not plugin.overrides("build_wheel"):
        return frontend.build_wheel()
    said = plugin.build_wheel(Building(spec, bench, frontend))
    for top, folder in _places(bench):
        path = PurePosixPath(top, said)
        if path.is_relative_to(top):
            place = (folder / path.relative_to(top)).resolve()
            if place.is_relative_to(folder.resolve()) and place.is_file():
                return place
    subject = f"{spec.name} {spec.version}"
    raise plugin.wrong("build_wheel", subject, f"returned {said!r:.200}, and there is no such file")


def _places(bench: Workbench) -> Iterator[tuple[str, Path]]:
    """Where a wheel may be, as the build sees it and as it is here."""
    yield bench.output_name, bench.output.source
    yield bench.output.target, bench.output.source
    yield bench.source.target, bench.source.source
    yield str(bench.source.source), bench.source.source


def finished_by(
    plugin: Guarded,
    wheel: Wheel,
    inspected: Callable[[Path], Wheel],
    scratch: Path,
    *,
    variant: str,
) -> Wheel:
    """The wheel as a plugin leaves it, checked again; the wheel itself if it does nothing to it.

    inspected: checks a wheel file. variant: the one that its package asks for, or "". PluginError
    if the plugin changed what the wheel requires.
    """
    if not plugin.overrides("finish"):
        return wheel
    folder, file = scratch / "unpacked", scratch / "finished" / wheel.filename
    with explaining(scratch):
        _unpack(wheel, folder)
    package = Package(name=wheel.name, version=wheel.version, asks_for=variant)
    plugin.finish(Unpacked(package, folder, dist_info=wheel.dist_info))
    with explaining(scratch):
        file.parent.mkdir()
        _pack(folder, file, record=f"{wheel.dist_info}/RECORD")
    finished = inspected(file)
    if finished.metadata != wheel.metadata:
        what = "changed what the wheel requires, which is planned before it is built: use "
        raise plugin.wrong("finish", package, f"{what}`requires_dist` of the settings")
    return finished


def _unpack(wheel: Wheel, folder: Path) -> None:
    with opened(wheel.path, subject=wheel.filename) as archive:
        for member in wheel.members:
            place = folder / member.path
            place.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member.path) as source, place.open("xb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
            place.chmod(0o755 if member.executable else 0o644)


def _pack(folder: Path, file: Path, *, record: str) -> None:
    """A wheel file of everything in `folder`, to be checked and packed properly later."""
    paths = sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    names = [path.relative_to(folder).as_posix() for path in paths]
    listed = [
        (name, digest_file(path), path.stat().st_size)
        for name, path in zip(names, paths, strict=True)
        if name != record
    ]
    with zipfile.ZipFile(file, "x", strict_timestamps=False) as archive:
        for name, path in zip(names, paths, strict=True):
            if name != record:
                archive.write(path, name)
        archive.writestr(record, spell_record(listed, itself=record))

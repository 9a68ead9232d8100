"""What every plugin must do, checked with fakes."""

from collections.abc import Mapping

from wheeltree.plugins.blame import Origin
from wheeltree.plugins.contract import breaches
from wheeltree.plugins.guarded import Guarded
from wheeltree.plugins.package import PackagePlugin
from wheeltree.plugins.work import Package
from wheeltree.testing.fakes import FakeWork, fake_candidates, fake_package, fake_tree

_PATCH = "some.patch"


def check_plugin(
    plugin: PackagePlugin | type[PackagePlugin],
    files: Mapping[str, str] | None = None,
    *,
    name: str = "demo",
    version: str = "1.0",
    variant: str = "",
) -> PackagePlugin:
    """The plugin, if it can be used; AssertionError or PluginError, saying why, if it cannot.

    Always checked: its methods are called as they are written, and none has a name that is almost
    one that builder calls; `select` chooses among what it is given; `environ` returns variables.
    files: the source, as far as the plugin looks into it. With it, `prepare` and `build_requires`
    are run too: patches must be applied, results must be of their kind, and the same source must
    come to the same. variant: the one that the settings have the package ask for, if any.
    """
    kind = plugin if isinstance(plugin, type) else type(plugin)
    wrong = [each.text for each in breaches(kind)]
    assert not wrong, f"{kind.__name__} {'; '.join(wrong)}"
    made = plugin() if isinstance(plugin, type) else plugin
    guarded = Guarded(made, _origin(kind), ())
    candidates = fake_candidates(version, name=name)
    guarded.select(candidates[0].name, candidates)
    package = fake_package(name=name, version=version, variant=variant)
    guarded.environ(package)
    if files is not None:
        first, second = (_prepared(guarded, files, package) for _ in range(2))
        assert first == second, f"{kind.__name__}.prepare comes to another source the second time"
        guarded.build_requires(fake_tree(first, name=name, version=version, variant=variant))
    return made


def _origin(kind: type) -> Origin:
    """The file that its methods are written in."""
    codes = (getattr(each, "__code__", None) for each in vars(kind).values())
    own = next((str(code.co_filename) for code in codes if code is not None), kind.__name__)
    return Origin(where=own, owns=lambda file: file == own)


def _prepared(plugin: Guarded, files: Mapping[str, str], package: Package) -> dict[str, str]:
    work = FakeWork(
        files,
        name=package.name,
        version=str(package.version),
        variant=package.asks_for,
        patches=(_PATCH,),
    )
    plugin.prepare(work)
    return work.files

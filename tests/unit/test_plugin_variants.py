"""What a plugin may know of variants: the one that its package asks for, and none else."""

from pathlib import Path

import pytest
from override_folder import loaded, plugin, write

from wheeltree.errors import PluginError
from wheeltree.plugins import PackagePlugin, WorkRefused
from wheeltree.plugins.guarded import Guarded
from wheeltree.plugins.work import Package
from wheeltree.testing import FakeWheel, FakeWork, check_plugin, fake_package, fake_tree


class Flavoured(PackagePlugin):
    """As a user would write it."""

    def environ(self, work: Package) -> dict[str, str]:
        return {"FLAVOUR": work.variant}


def guarded(folder: Path, body: str) -> Guarded:
    return loaded(write(folder, demo=plugin(body)))


def test_a_plugin_is_told_the_variant_that_settings_have_its_package_ask_for() -> None:
    assert FakeWork(variant="cuda130").variant == "cuda130"
    assert FakeWheel(variant="cuda130").variant == "cuda130"
    assert fake_tree(variant="cuda130").variant == "cuda130"
    assert Flavoured().environ(fake_package(variant="cuda130")) == {"FLAVOUR": "cuda130"}


@pytest.mark.parametrize("given", [FakeWork(), FakeWheel(), fake_tree(), fake_package()])
def test_a_plugin_whose_package_asks_for_no_variant_is_told_of_none(
    given: FakeWork | FakeWheel | Package,
) -> None:
    with pytest.raises(WorkRefused, match=r"no rule of the settings has demo 1\.0 ask for a var"):
        _ = given.variant


def test_a_plugin_that_takes_a_variant_is_checked_with_one() -> None:
    with pytest.raises(PluginError, match="ask for a variant"):
        check_plugin(Flavoured)
    check_plugin(Flavoured, {"setup.py": ""}, variant="cuda130")


def test_a_plugin_that_takes_part_in_building_counts_for_each_variant_by_itself(
    tmp_path: Path,
) -> None:
    builds = guarded(tmp_path, "def finish(self, wheel):\n    pass")
    keys = [builds.builds(variant) for variant in ("", "cuda130", "rocm64")]
    assert None not in keys
    assert len(set(keys)) == 3
    assert builds.builds("cuda130") == keys[1]


def test_a_plugin_that_only_prepares_counts_by_what_it_prepares(tmp_path: Path) -> None:
    prepares = guarded(tmp_path, "def prepare(self, work):\n    super().prepare(work)")
    assert prepares.prepares is not None
    assert {prepares.builds(variant) for variant in ("", "cuda130")} == {None}

"""What is on record of builds."""

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from support.small_world import PYTHON
from support.variation import varied
from wheeltree.model.digest import Key, digest_bytes
from wheeltree.model.platform import Platform
from wheeltree.model.source import BuildSystem
from wheeltree.model.spec import BuildSpec, Input, Recipe
from wheeltree.model.system import Resources
from wheeltree.planning.history import begin, file_spec, filed_spec, history
from wheeltree.store.local import Store
from wheeltree.store.roots import addresses

NAME = canonicalize_name("demo")
SPEC = BuildSpec(
    name=NAME,
    version=Version("1.0"),
    tree=digest_bytes(b"tree"),
    epoch=1_600_000_000,
    build_system=BuildSystem(backend="tiny", backend_path=("_backend",)),
    environment=(Input(name=NAME, version=Version("0.9"), key=Key("0" * 64)),),
    platform=Platform(interpreter=PYTHON, layout="closed", parts=(("base", digest_bytes(b"b")),)),
    recipe=Recipe(
        environ=(("A", "b"),), config_settings=(("x", ("1", "2")),), resources=Resources(timeout=60)
    ),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_a_filed_spec_comes_back_whole(store: Store) -> None:
    file_spec(store, SPEC)
    found = filed_spec(store, SPEC.key)
    assert found == SPEC
    assert found.key == SPEC.key
    assert found.build_system == SPEC.build_system
    assert found.recipe.resources.timeout == 60
    assert found.platform.interpreter.executable == PYTHON.executable


def test_what_was_never_filed_is_unknown(store: Store) -> None:
    assert filed_spec(store, SPEC.key) is None


def test_a_spec_whose_platform_is_gone_is_unknown_until_it_is_filed_again(store: Store) -> None:
    file_spec(store, SPEC)
    for path in (store.root / "cas").iterdir():
        path.unlink()
    assert filed_spec(store, SPEC.key) is None
    file_spec(store, SPEC)
    assert filed_spec(store, SPEC.key) == SPEC


def test_builds_are_remembered_in_order_and_not_for_ever(store: Store) -> None:
    for number in range(25):
        begin(store, varied(SPEC, epoch=number), f"reason {number}")
    known = history(store, NAME)
    assert [each.reason for each in known] == [f"reason {number}" for number in range(5, 25)]
    assert known[-1].key == varied(SPEC, epoch=24).key
    assert known[-1].version == SPEC.version


def test_a_history_keeps_nothing_from_being_collected(store: Store) -> None:
    begin(store, SPEC, "")
    (path,) = (store.root / "ac" / "history").glob("*.json")
    assert str(SPEC.key) not in set(addresses(path.read_bytes()))

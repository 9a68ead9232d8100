"""Crates that lock files name, laid into a source tree."""

import json
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from crate_maker import CRATES_IO, Registry, lock, package
from sdist_maker import candidate, entry, write_sdist, write_tar
from tree_maker import prepared

from wheeltree.errors import SourceError, UnsafeArchive
from wheeltree.model.source import Preparation, SourceTree

PYPROJECT = b'[build-system]\nrequires = ["maturin>=1,<2"]\nbuild-backend = "maturin"\n[project]\nname = "demo"\nversion = "1.0"\n'
BY_SETUPTOOLS = b'[build-system]\nrequires = ["setuptools", "setuptools-rust"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\nversion = "1.0"\n'
MANIFEST = b'[package]\nname = "demo"\nversion = "0.1.0"\n[dependencies]\none = "1"\n'
CONFIG = ".cargo/config.toml"
LIB = b"pub fn one() -> u8 { 1 }\n"


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    made = Registry(tmp_path / "registry")
    made.add("one", "1.0.0", {"src/lib.rs": LIB})
    return made


def source(registry: Registry, **files: bytes) -> dict[str, bytes]:
    """The files of a project that is built with maturin."""
    mine = {"pyproject.toml": PYPROJECT, "Cargo.toml": MANIFEST, "Cargo.lock": registry.lock()}
    return {**mine, **{path.replace("__", "/"): content for path, content in files.items()}}


def vendored(
    folder: Path,
    registry: Registry,
    files: Mapping[str, bytes],
    vendoring: tuple[str, ...] | None = None,
    build_dir: str = "",
) -> tuple[SourceTree, Path]:
    into = folder / "tree"
    preparation = Preparation(vendoring=vendoring, build_dir=build_dir)
    archive = write_sdist(folder, "demo-1.0", files)
    return prepared(archive, into, preparation=preparation, supply=registry.supply), into


def config(tree: Path, path: str = CONFIG) -> dict[str, Any]:
    return tomllib.loads((tree / path).read_text())


def test_crates_are_laid_beside_a_configuration_that_names_them(
    tmp_path: Path, registry: Registry
) -> None:
    tree, into = vendored(tmp_path, registry, source(registry))
    assert (into / ".cargo/vendor/one-1.0.0/src/lib.rs").read_bytes() == LIB
    assert config(into)["source"] == {
        "crates-io": {"replace-with": "wheeltree"},
        "wheeltree": {"directory": ".cargo/vendor"},
    }
    assert (tree.vendored, tree.patched, tree.native) == (("cargo",), True, True)


def test_the_record_of_a_crate_has_the_digests_of_its_files(
    tmp_path: Path, registry: Registry
) -> None:
    hostile = {"src/lib.rs": LIB, ".cargo-checksum.json": b'{"files": {}, "package": "00"}'}
    digest = registry.add("two", "2.0.0", hostile)
    _, into = vendored(tmp_path, registry, source(registry))
    record = json.loads((into / ".cargo/vendor/two-2.0.0/.cargo-checksum.json").read_text())
    assert record["package"] == digest
    assert record["files"].keys() == {"Cargo.toml", "src/lib.rs"}
    assert record["files"]["src/lib.rs"] == sha256(LIB).hexdigest()


def test_what_a_source_configures_beside_sources_is_kept(
    tmp_path: Path, registry: Registry
) -> None:
    own = b'[build]\nrustflags = ["--cfg", "fast"]\n[net]\noffline = false\n[source.crates-io]\nreplace-with = "evil"\n[source.evil]\nregistry = "sparse+https://evil.test/"\n'
    files = {**source(registry), CONFIG: own, ".cargo/config": own}
    _, into = vendored(tmp_path, registry, files)
    for path in (CONFIG, ".cargo/config"):
        found = config(into, path)
        assert found["build"] == {"rustflags": ["--cfg", "fast"]}
        assert "evil" not in found["source"]
        assert "net" not in found


def test_a_configuration_in_the_folder_that_is_built_cannot_name_sources(
    tmp_path: Path, registry: Registry
) -> None:
    evil = b'[source.crates-io]\nreplace-with = "evil"\n[build]\njobs = 1\n'
    files = {"README": b"", **{f"python/{path}": text for path, text in source(registry).items()}}
    files[f"python/{CONFIG}"] = evil
    _, into = vendored(tmp_path, registry, files, build_dir="python")
    assert config(into, f"python/{CONFIG}") == {"build": {"jobs": 1}}
    assert "source" in config(into)


@pytest.mark.parametrize("place", ["include/cargo", ".cargo/vendor", "vendor"])
def test_a_source_that_brings_all_its_crates_is_left_as_it_is(
    tmp_path: Path, registry: Registry, place: str
) -> None:
    own = f'[source.crates-io]\nreplace-with = "own"\n[source.own]\ndirectory = "{place}"\n'
    files = {
        **source(registry),
        CONFIG: own.encode(),
        f"{place}/one/Cargo.toml": b"",
        f"{place}/one/.cargo-checksum.json": _record(registry),
    }
    tree, into = vendored(tmp_path, registry, files)
    assert (into / CONFIG).read_text() == own
    assert (tree.vendored, tree.patched, registry.asked) == (("cargo",), False, [])


@pytest.mark.parametrize("place", ["include/cargo", "..", "/usr/share/cargo/registry"])
def test_crates_are_fetched_if_the_source_does_not_have_all_of_them(
    tmp_path: Path, registry: Registry, place: str
) -> None:
    own = f'[source.crates-io]\nreplace-with = "own"\n[source.own]\ndirectory = "{place}"\n'
    files = {
        **source(registry),
        CONFIG: own.encode(),
        "include/cargo/one/.cargo-checksum.json": b'{"package": "ff"}',
    }
    vendored(tmp_path, registry, files)
    assert [str(each) for each in registry.asked] == ["one 1.0.0"]


def test_leftovers_in_our_place_are_refused(tmp_path: Path, registry: Registry) -> None:
    files = {**source(registry), ".cargo/vendor/one-1.0.0/build.rs": b"fn main() {}"}
    with pytest.raises(SourceError, match=r"\.cargo/vendor/one-1\.0\.0/build\.rs"):
        vendored(tmp_path, registry, files)


def _record(registry: Registry) -> bytes:
    archive = registry.file("one", "1.0.0").read_bytes()
    return json.dumps({"files": {}, "package": sha256(archive).hexdigest()}).encode()


def test_other_registries_are_replaced_by_their_url(tmp_path: Path) -> None:
    own = Registry(tmp_path / "registry", source="sparse+https://own.test/index/")
    own.add("one", "1.0.0", {"src/lib.rs": LIB})
    _, into = vendored(tmp_path, own, source(own))
    assert config(into)["source"]["sparse+https://own.test/index/"] == {
        "registry": "sparse+https://own.test/index/",
        "replace-with": "wheeltree",
    }


def test_of_the_interface_of_windows_only_a_shell_is_laid(
    tmp_path: Path, registry: Registry
) -> None:
    libraries = {"lib/windows.a": b"MZ" * 1000, "src/lib.rs": LIB, "build.rs": b"x"}
    registry.add("windows_x86_64_gnu", "0.53.1", libraries)
    _, into = vendored(tmp_path, registry, source(registry))
    shell = into / ".cargo/vendor/windows_x86_64_gnu-0.53.1"
    assert {path.name for path in shell.rglob("*") if path.is_file()} == {
        ".cargo-checksum.json",
        "Cargo.toml",
        "build.rs",
        "lib.rs",
    }
    assert (shell / "src/lib.rs").read_bytes() == b""


def test_a_manifest_that_is_named_is_the_one_that_is_built(
    tmp_path: Path, registry: Registry
) -> None:
    named = PYPROJECT + b'[tool.maturin]\nmanifest-path = "rust/core/Cargo.toml"\n'
    files = {
        "pyproject.toml": named,
        "rust/Cargo.lock": registry.lock(),
        "rust/core/Cargo.toml": MANIFEST,
        "other/Cargo.toml": MANIFEST,
        "other/Cargo.lock": b"not a lock",
    }
    assert vendored(tmp_path, registry, files)[0].vendored == ("cargo",)


def test_every_lock_file_counts_where_none_is_named(tmp_path: Path, registry: Registry) -> None:
    first = registry.lock()
    registry.add("two", "2.0.0", {"src/lib.rs": LIB})
    files = {
        "pyproject.toml": BY_SETUPTOOLS,
        "a/Cargo.toml": MANIFEST,
        "a/Cargo.lock": first,
        "b/Cargo.toml": MANIFEST,
        "b/Cargo.lock": registry.lock(),
        "examples/x/Cargo.toml": MANIFEST,
        "examples/x/Cargo.lock": b"not a lock",
    }
    vendored(tmp_path, registry, files)
    assert [str(each) for each in registry.asked] == ["one 1.0.0", "two 2.0.0"]


def test_lock_files_that_contradict_one_another_are_refused(
    tmp_path: Path, registry: Registry
) -> None:
    files = {
        "pyproject.toml": BY_SETUPTOOLS,
        "a/Cargo.toml": MANIFEST,
        "a/Cargo.lock": registry.lock(),
        "b/Cargo.toml": MANIFEST,
        "b/Cargo.lock": lock(package("one", "1.0.0", "ab" * 32)),
    }
    with pytest.raises(SourceError, match="another checksum"):
        vendored(tmp_path, registry, files)


def test_a_manifest_outside_the_source_is_refused(tmp_path: Path, registry: Registry) -> None:
    named = PYPROJECT + b'[tool.maturin]\nmanifest-path = "../Cargo.toml"\n'
    with pytest.raises(SourceError, match="outside the source"):
        vendored(tmp_path, registry, {**source(registry), "pyproject.toml": named})


def test_a_missing_lock_file_is_an_error_with_advice(tmp_path: Path, registry: Registry) -> None:
    files = {"pyproject.toml": PYPROJECT, "Cargo.toml": MANIFEST}
    with pytest.raises(SourceError) as caught:
        vendored(tmp_path, registry, files)
    assert "demo 1.0: there is no Cargo.lock for Cargo.toml" in caught.value.message
    assert "cargo generate-lockfile" in caught.value.hint


def test_a_manifest_without_dependencies_needs_no_lock_file(
    tmp_path: Path, registry: Registry
) -> None:
    files = {"pyproject.toml": PYPROJECT, "Cargo.toml": MANIFEST.partition(b"[dep")[0]}
    assert vendored(tmp_path, registry, files)[0].vendored == ()


def test_nothing_is_vendored_that_settings_forbid(tmp_path: Path, registry: Registry) -> None:
    tree, _ = vendored(tmp_path, registry, source(registry), vendoring=())
    assert (tree.vendored, registry.asked) == ((), [])


def test_other_backends_get_crates_where_settings_say_so(
    tmp_path: Path, registry: Registry
) -> None:
    other = PYPROJECT.replace(b"maturin>=1,<2", b"setuptools").replace(b"maturin", b"setuptools")
    files = {**source(registry), "pyproject.toml": other}
    assert vendored(tmp_path, registry, files)[0].vendored == ()
    (tmp_path / "again").mkdir()
    again, _ = vendored(tmp_path / "again", registry, files, vendoring=("cargo",))
    assert again.vendored == ("cargo",)


def test_vendoring_that_changes_nothing_is_an_error(tmp_path: Path, registry: Registry) -> None:
    with pytest.raises(SourceError, match=r"`vendor: \[cargo\]` changes nothing"):
        vendored(tmp_path, registry, {"pyproject.toml": PYPROJECT}, vendoring=("cargo",))


def test_a_crate_that_leaves_its_folder_is_refused(tmp_path: Path, registry: Registry) -> None:
    write_tar(registry.file("one", "1.0.0"), [entry("one-1.0.0/../../evil", b"x")])
    with pytest.raises(UnsafeArchive, match=r"demo 1\.0: crate one 1\.0\.0"):
        vendored(tmp_path, registry, source(registry))


def test_a_link_in_the_place_of_the_configuration_is_refused(
    tmp_path: Path, registry: Registry
) -> None:
    files = [entry(f"demo-1.0/{path}", content) for path, content in source(registry).items()]
    files += [
        entry("demo-1.0/real.toml", b""),
        entry("demo-1.0/.cargo/config.toml", kind=b"2", target="../real.toml"),
    ]
    archive = write_tar(tmp_path / "demo-1.0.tar.gz", files)
    with pytest.raises(SourceError, match=r"\.cargo in the source"):
        prepared(archive, tmp_path / "tree", source=candidate(), supply=registry.supply)


def test_the_same_lock_gives_the_same_tree(tmp_path: Path, registry: Registry) -> None:
    assert registry.source == CRATES_IO
    (tmp_path / "again").mkdir()
    first, _ = vendored(tmp_path, registry, source(registry))
    second, _ = vendored(tmp_path / "again", registry, source(registry))
    assert first == second


def test_crates_are_ingredients_of_the_tree_but_those_for_windows(
    tmp_path: Path, registry: Registry
) -> None:
    registry.add("windows-sys", "0.1.0", {"src/lib.rs": b""})
    tree, _ = vendored(tmp_path, registry, source(registry))
    assert [(each.kind, each.name, each.version) for each in tree.ingredients] == [
        ("crate", "one", "1.0.0")
    ]
    assert (
        tree.ingredients[0].digest == sha256(registry.file("one", "1.0.0").read_bytes()).hexdigest()
    )

"""Projects with Rust in them, from a registry in a folder to a wheel, built by the real cargo."""

import tarfile
import time
import zipfile

import pytest
from crate_maker import Registry

from support.line import Line
from support.projects import Project
from wheeltree.errors import BuildError, DigestMismatch, FetchError
from wheeltree.model.digest import digest_file
from wheeltree.store.files import remove_tree
from wheeltree.store.local import Store
from wheeltree.store.roots import published_roots
from wheeltree.store.upkeep import collect

MANIFEST = (
    '[package]\nname = "demo"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nanswer = "1"\n'
)
MAIN = 'fn main() { println!("{}", answer::answer()); }\n'
BUILD = """
import subprocess
subprocess.run(["cargo", "build", "--release", "--locked"], check=True)
said = subprocess.run(["target/release/demo"], check=True, capture_output=True, text=True).stdout
files["demo/said.py"] = f"SAID = {int(said)}\\n"
"""
OWN = '\n[[package]]\nname = "demo"\nversion = "0.1.0"\ndependencies = ["answer"]\n'
TOOL = Project(name="setuptools-rust")


@pytest.fixture
def registry(line: Line) -> Registry:
    """A registry of one crate, which settings name."""
    made = Registry(line.folder / "registry")
    made.add("answer", "1.0.0", {"src/lib.rs": b"pub fn answer() -> u8 { 42 }\n"})
    line.settings(f"crates: {made.index}")
    return made


def project(registry: Registry, *, name: str = "demo", **more: str) -> Project:
    lock = registry.lock().decode() + OWN
    files = {"Cargo.toml": MANIFEST, "Cargo.lock": lock, "src/main.rs": MAIN, **more}
    return Project(name=name, build=(TOOL.name,), on_build=BUILD, files=files)


def said(line: Line, name: str = "demo") -> str:
    with zipfile.ZipFile(line.wheelhouse / f"{name}-1.0-py3-none-any.whl") as wheel:
        return wheel.read("demo/said.py").decode()


def test_a_crate_is_fetched_by_its_checksum_and_compiled_offline(
    line: Line, registry: Registry
) -> None:
    line.offer(TOOL, project(registry))
    line.run("demo")
    assert said(line) == "SAID = 42\n"
    with tarfile.open(line.wheelhouse / "sdists" / "demo-1.0.tar.gz") as sdist:
        assert "demo-1.0/.cargo/vendor/answer-1.0.0/src/lib.rs" in sdist.getnames()


def test_a_crate_is_fetched_once_for_all_sources(line: Line, registry: Registry) -> None:
    line.offer(TOOL, project(registry), project(registry, name="other"))
    line.run("demo")
    registry.file("answer", "1.0.0").unlink()
    line.run("other", add=True)
    assert said(line, "other") == "SAID = 42\n"


def test_a_collection_keeps_the_crates_of_what_is_published(line: Line, registry: Registry) -> None:
    line.offer(TOOL, project(registry))
    line.run("demo")
    digest = digest_file(registry.file("answer", "1.0.0"))
    store = Store(line.places.store)
    collect(store, roots=published_roots(store), used_since=time.time() + 60)
    assert store.file(digest)
    remove_tree(line.wheelhouse)
    collect(store, roots=published_roots(store), used_since=time.time() + 60)
    assert store.file(digest) is None


def test_what_a_source_configures_or_chooses_has_no_say(line: Line, registry: Registry) -> None:
    hostile = '[source.crates-io]\nreplace-with = "x"\n[source.x]\ndirectory = "/nonexistent"\n'
    choice = '[toolchain]\nchannel = "1.0.0"\n'
    files = {".cargo/config.toml": hostile, "rust-toolchain.toml": choice}
    line.offer(TOOL, project(registry, **files))
    line.run("demo")
    assert said(line) == "SAID = 42\n"


def test_a_crate_with_other_bytes_is_refused(line: Line, registry: Registry) -> None:
    line.offer(TOOL, project(registry))
    path = registry.file("answer", "1.0.0")
    path.write_bytes(path.read_bytes() + b"\0")
    assert "answer-1.0.0.crate has sha256" in line.refuse(DigestMismatch, "demo").text


def test_a_crate_that_cannot_be_had_is_named(line: Line, registry: Registry) -> None:
    line.settings("crates: file:///nonexistent")
    line.offer(TOOL, project(registry))
    refused = line.refuse(FetchError, "demo")
    assert "the cargo package answer 1.0.0, which a lock file of the source names" in refused.text
    assert "file:///nonexistent/config.json" in refused.text
    assert refused.error.hint


def test_a_crate_that_is_not_published_any_more_is_named_with_what_to_do(
    line: Line, registry: Registry
) -> None:
    line.offer(TOOL, project(registry))
    registry.file("answer", "1.0.0").unlink()
    refused = line.refuse(FetchError, "demo")
    assert "the cargo package answer 1.0.0" in refused.text
    assert "`crates: URL`" in refused.error.hint


def test_without_a_toolchain_the_error_says_what_to_install(
    line: Line, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("rustc", "cargo"):
        program = line.write(f"bin-{name}", "#!/bin/sh", "exit 1")
        (line.folder / "bin").mkdir(exist_ok=True)
        program.rename(line.folder / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{line.folder}/bin:/usr/bin:/bin")
    line.offer(TOOL, project(registry))
    refused = line.refuse(BuildError, "demo")
    assert "demo==1.0 is built with rustc and cargo, and this machine has none" in refused.text
    assert "install rustc and cargo" in refused.text


def test_a_build_without_rust_sees_no_toolchain(line: Line) -> None:
    look = "import os\nassert not os.path.exists('/build/rust'), os.listdir('/build/rust')"
    line.offer(Project(name="plain", on_build=look, files={"x.c": "int x;"}))
    line.run("plain")


def test_the_interface_of_windows_is_resolved_and_not_compiled(
    line: Line, registry: Registry
) -> None:
    registry.add(
        "winapi", "0.3.9", {"src/lib.rs": b"no rust", "build.rs": b"no rust", "x.a": b"MZ"}
    )
    asked = OWN.replace('["answer"]', '["answer", "winapi"]')
    files = {
        "Cargo.toml": f'{MANIFEST}winapi = "0.3"\n',
        "Cargo.lock": registry.lock().decode() + asked,
    }
    line.offer(TOOL, project(registry, **files))
    line.run("demo")
    assert said(line) == "SAID = 42\n"

import os
from pathlib import Path

import pytest
from odd_wheels import INFO, PYTHON, inspected, members, write
from packaging.utils import canonicalize_name
from packaging.version import Version
from puppet_sandbox import Puppet

from support.variation import varied
from wheeltree.building.environments import Environments
from wheeltree.building.repack import content_digest
from wheeltree.errors import BuildError, StoreError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest, Key
from wheeltree.model.source import Metadata
from wheeltree.store.local import Store

SITE = "lib/python3.11/site-packages"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def artifact(
    store: Store, folder: Path, name: str, files: dict[str, bytes], **modes: int
) -> Artifact:
    """A wheel of project `name` with these files, in the store."""
    info = f"{name}-1.0.dist-info"
    spelled = {path.replace(INFO, info): content for path, content in {**own(), **files}.items()}
    spelled[f"{info}/METADATA"] = f"Name: {name}\nVersion: 1.0\n".encode()
    path = write(folder, spelled, filename=f"{name}-1.0-py3-none-any.whl", info=info, modes=modes)
    wheel = inspected(path, name=name)
    return Artifact(
        name=canonicalize_name(name),
        version=Version("1.0"),
        filename=path.name,
        content=content_digest(wheel),
        size=path.stat().st_size,
        file=store.add(path),
        build_key=Key("0" * 64),
        metadata=Metadata(),
        seconds=1.0,
        sandbox="none",
    )


def own() -> dict[str, bytes]:
    return {path: text for path, text in members().items() if path.startswith(INFO)}


@pytest.fixture
def environments(store: Store, tmp_path: Path) -> Environments:
    return of_a_run(store, tmp_path)


def of_a_run(store: Store, folder: Path) -> Environments:
    """The environments of one run, below the folder."""
    for name in ("fast", "disk"):
        (folder / name).mkdir()
    return Environments(store, Puppet(), fast=folder / "fast", disk=folder / "disk")


def venv(environments: Environments, *artifacts: Artifact) -> Path:
    return environments.shared(artifacts, PYTHON)


def test_an_environment_is_a_venv_of_the_interpreter(
    store: Store, environments: Environments, tmp_path: Path
) -> None:
    top = venv(environments, artifact(store, tmp_path, "a", {"a.py": b"x = 1\n"}))
    assert (top / "pyvenv.cfg").read_text().splitlines() == [
        "home = /usr/bin",
        "include-system-site-packages = false",
        "version = 3.11.7",
    ]
    assert (top / "bin/python").readlink() == Path("/usr/bin/python3.11")
    assert (top / SITE / "a.py").read_bytes() == b"x = 1\n"
    assert (top / SITE / "a-1.0.dist-info/INSTALLER").is_file()


def test_every_part_of_a_wheel_lands_where_pip_puts_it(
    store: Store, environments: Environments, tmp_path: Path
) -> None:
    files = {
        "a-1.0.data/purelib/pure.py": b"",
        "a-1.0.data/platlib/plat.py": b"",
        "a-1.0.data/headers/a.h": b"",
        "a-1.0.data/data/share/doc/a.txt": b"",
        "a-1.0.data/scripts/run": b"#!python\nprint(1)\n",
        "a-1.0.data/scripts/shell": b"#!/bin/sh\n",
        "a-1.0.dist-info/entry_points.txt": b"[console_scripts]\na-tool = a.cli:main\n",
    }
    top = venv(environments, artifact(store, tmp_path, "a", files))
    assert (top / SITE / "pure.py").is_file()
    assert (top / SITE / "plat.py").is_file()
    assert (top / "include/site/python3.11/a/a.h").is_file()
    assert (top / "share/doc/a.txt").is_file()
    assert (top / "bin/run").read_bytes().startswith(b"#!/env/bin/python\n")
    assert (top / "bin/shell").read_bytes() == b"#!/bin/sh\n"
    assert (top / "bin/a-tool").read_bytes().startswith(b"#!/env/bin/python\n")
    assert os.access(top / "bin/a-tool", os.X_OK)
    record = (top / SITE / "a-1.0.dist-info/RECORD").read_text().splitlines()
    assert any(line.startswith("../../../bin/a-tool,sha256=") for line in record)
    assert any(line.startswith("../../../share/doc/a.txt,") for line in record)
    assert "a-1.0.dist-info/RECORD,," in record


def test_namespace_folders_are_merged_at_any_depth(
    store: Store, environments: Environments, tmp_path: Path
) -> None:
    first = artifact(store, tmp_path, "a", {"ns/sub/a.py": b"a\n", "ns/__init__.py": b""})
    second = artifact(store, tmp_path, "b", {"ns/sub/b.py": b"b\n", "ns/__init__.py": b""})
    top = venv(environments, first, second)
    assert sorted(path.name for path in (top / SITE / "ns/sub").iterdir()) == ["a.py", "b.py"]


def test_files_are_links_into_the_unpacked_wheels(
    store: Store, environments: Environments, tmp_path: Path
) -> None:
    made = artifact(store, tmp_path, "a", {"a.py": b"x = 1\n"})
    folder = environments.unpacked(made, PYTHON)
    assert (venv(environments, made) / SITE / "a.py").samefile(folder / SITE / "a.py")


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("x.py", {"x.py": b"2\n"}),
        ("x.py", {"x.py/y.py": b""}),
        ("a-1.0.data/data/share/x", {"b-1.0.data/data/share/x": b"other"}),
    ],
)
def test_two_wheels_with_different_files_of_one_path_are_an_error_that_names_both(
    path: str, other: dict[str, bytes], store: Store, environments: Environments, tmp_path: Path
) -> None:
    first = artifact(store, tmp_path, "a", {path: b"1\n"})
    second = artifact(store, tmp_path, "b", other)
    with pytest.raises(BuildError, match=r"b==1\.0 and a==1\.0 both install .*x"):
        venv(environments, first, second)


def test_a_wheel_cannot_replace_the_interpreter_of_the_environment(
    store: Store, environments: Environments, tmp_path: Path
) -> None:
    made = artifact(store, tmp_path, "a", {"a-1.0.data/scripts/python": b"#!/bin/sh\n"})
    with pytest.raises(BuildError, match="the environment itself both install bin/python"):
        venv(environments, made)


@pytest.mark.parametrize(
    "entry_points",
    [
        "[console_scripts]\n../../x = a:main\n",
        "[console_scripts]\n.hidden = a:main\n",
        "[console_scripts]\nx = no colon\n",
        "[console_scripts]\nx = a:main; import os\n",
        "no section\n",
        "[console_scripts]\nx = a:main\n[console_scripts]\ny = a:main\n",
    ],
)
def test_malformed_entry_points_are_an_error_that_names_the_wheel(
    entry_points: str, store: Store, environments: Environments, tmp_path: Path
) -> None:
    files = {"a-1.0.dist-info/entry_points.txt": entry_points.encode()}
    with pytest.raises(BuildError, match=r"a-1\.0-py3-none-any\.whl"):
        venv(environments, artifact(store, tmp_path, "a", files))


def test_a_wheel_that_installs_one_path_twice_is_refused(
    store: Store, environments: Environments, tmp_path: Path
) -> None:
    files = {"x.py": b"1\n", "a-1.0.data/purelib/x.py": b"2\n"}
    with pytest.raises(BuildError, match=r"installs .*x\.py' twice"):
        venv(environments, artifact(store, tmp_path, "a", files))


def test_bytecode_that_a_wheel_brings_is_left_out(
    store: Store, environments: Environments, tmp_path: Path
) -> None:
    files = {"a/__init__.py": b"", "a/__pycache__/__init__.cpython-311.pyc": b"evil"}
    top = venv(environments, artifact(store, tmp_path, "a", files))
    assert not (top / SITE / "a/__pycache__").exists()


def test_a_wheel_whose_bytes_changed_in_the_store_is_refused(
    store: Store, environments: Environments, tmp_path: Path
) -> None:
    made = artifact(store, tmp_path, "a", {})
    file = store.file(made.file)
    assert file is not None
    file.chmod(0o644)
    file.write_bytes(b"other bytes")
    with pytest.raises(StoreError, match="is damaged"):
        venv(environments, made)


def test_a_record_that_lies_about_the_content_is_refused(
    store: Store, environments: Environments, tmp_path: Path
) -> None:
    made = artifact(store, tmp_path, "a", {})
    lie = Artifact(
        name=made.name,
        version=made.version,
        filename=made.filename,
        content=Digest("1" * 64),
        file=made.file,
        size=made.size,
        build_key=made.build_key,
        metadata=made.metadata,
        seconds=made.seconds,
        sandbox=made.sandbox,
    )
    with pytest.raises(StoreError, match="other content than was recorded"):
        venv(environments, lie)


def test_the_same_wheels_are_one_environment_in_any_order(
    store: Store, environments: Environments, tmp_path: Path
) -> None:
    first, second = (artifact(store, tmp_path, name, {}) for name in ("a", "b"))
    assert venv(environments, first, second) == venv(environments, second, first)
    assert venv(environments, first) != venv(environments, second)


def test_a_private_environment_shares_no_file_and_names_itself(
    store: Store, environments: Environments, tmp_path: Path
) -> None:
    files = {
        "a.py": b"x = 1\n",
        "a-1.0.dist-info/entry_points.txt": b"[console_scripts]\na-tool = a:x\n",
    }
    made = artifact(store, tmp_path, "a", files)
    top = environments.private([made], PYTHON, into=tmp_path / "env")
    assert (top / SITE / "a.py").stat().st_nlink == 1
    assert (top / "bin/a-tool").read_text().startswith(f"#!{top}/bin/python\n")


def test_what_was_unpacked_in_one_run_is_taken_from_the_store_in_the_next(
    store: Store, tmp_path: Path
) -> None:
    made = artifact(store, tmp_path, "a", {"a/__init__.py": b"x = 1\n"})
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    before = venv(of_a_run(store, first), made)
    store.path(made.file).unlink()
    after = venv(of_a_run(store, second), made)
    assert (after / SITE / "a/__init__.py").read_bytes() == b"x = 1\n"
    assert _below(after) == _below(before)


def test_an_environment_lies_on_the_disk_where_memory_is_short(
    store: Store, tmp_path: Path
) -> None:
    small = artifact(store, tmp_path, "a", {"a.py": b"x = 1\n"})
    large = varied(artifact(store, tmp_path, "b", {"b.py": b"x = 2\n"}), size=1 << 60)
    run = of_a_run(store, tmp_path)
    assert venv(run, small).parent == tmp_path / "fast"
    both = venv(run, small, large)
    assert both.parent == tmp_path / "disk"
    assert (both / SITE / "a.py").read_bytes() == b"x = 1\n"


def _below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_what_is_wrong_with_wheels_is_said_each_time_that_they_are_asked_for(
    store: Store, environments: Environments, tmp_path: Path
) -> None:
    twice = {"x.py": b"1\n", "c-1.0.data/purelib/x.py": b"2\n"}
    torn = artifact(store, tmp_path, "c", twice)
    first = artifact(store, tmp_path, "a", {"y.py": b"1\n"})
    second = artifact(store, tmp_path, "b", {"y.py": b"2\n"})
    for _ in range(2):
        with pytest.raises(BuildError, match=r"installs .*x\.py' twice"):
            venv(environments, torn)
        with pytest.raises(BuildError, match=r"b==1\.0 and a==1\.0 both install"):
            venv(environments, first, second)

"""Programs of the system that stand for projects: what they are asked, and what they become."""

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from support.paper import PYTHON
from wheeltree.building.standin import members, stand
from wheeltree.host.tools import version_told
from wheeltree.model.digest import digest_bytes
from wheeltree.model.stand_in import StandIn
from wheeltree.model.tools import is_managed, programs_of
from wheeltree.sandbox.system import is_toolchain
from wheeltree.store.local import Store


@pytest.mark.parametrize(
    ("told", "version"),
    [
        ("cmake version 3.25.1\n\nCMake suite maintained by Kitware\n", "3.25.1"),
        ("cmake version 3.28.0-rc2-dirty", "3.28.0rc2"),
        ("1.11.1\n", "1.11.1"),
        ("1.12.0.git.kitware.jobserver-1", "1.12.0"),
        ("patchelf 0.14.3", "0.14.3"),
        ("\nSWIG Version 4.1.0\n\nCompiled with g++ [x86_64-pc-linux-gnu]\n", "4.1.0"),
        ("tool (Debian 12.2.0-14) 12.3.1", "12.3.1"),
        ("no version at all 7", ""),
        ("", ""),
    ],
)
def test_the_version_is_read_from_what_a_program_tells(told: str, version: str) -> None:
    assert version_told(told) == version


def found(
    name: str = "cmake", version: str = "3.25.1", digest: bytes = b"1", says: str = ""
) -> StandIn:
    project = canonicalize_name(name)
    return StandIn(
        name=project,
        version=Version(version),
        says=says or version,
        programs=tuple(f"/usr/bin/{each}" for each in programs_of(project)),
        digest=digest_bytes(digest),
    )


def module(each: StandIn) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(members(each)[f"{each.name}/__init__.py"], names)
    return names


def test_the_module_has_what_backends_look_for_in_that_of_cmake() -> None:
    names = module(found())
    assert names["__version__"] == "3.25.1"
    assert names["CMAKE_BIN_DIR"] == "/usr/bin"
    assert names["CMAKE_DATA"] == "/usr"
    assert names["CMAKE_SHARE_DIR"] == "/usr/share"
    assert names["CMAKE_DOC_DIR"] == "/usr/share/doc/cmake"
    assert all(callable(names[each]) for each in ("cmake", "ctest", "cpack"))


def test_the_module_has_what_backends_look_for_in_that_of_ninja() -> None:
    names = module(found("ninja", "1.11.1"))
    assert (names["BIN_DIR"], names["__version__"]) == ("/usr/bin", "1.11.1")
    assert callable(names["ninja"])


def test_a_program_without_a_known_project_has_a_script_and_no_module() -> None:
    paths = list(members(found("some-tool", "1.0")))
    assert paths == [
        "some_tool-1.0.data/scripts/some-tool",
        "some_tool-1.0.dist-info/METADATA",
        "some_tool-1.0.dist-info/WHEEL",
        "some_tool-1.0.dist-info/system.json",
    ]


def test_scripts_run_the_program_by_its_path() -> None:
    script = members(found())["cmake-3.25.1.data/scripts/ctest"]
    assert script == '#!/bin/sh\nexec /usr/bin/ctest "$@"\n'


def test_another_program_is_another_key_and_other_content(tmp_path: Path) -> None:
    store = Store(tmp_path)
    one, same, other = (
        stand(each, store=store, interpreter=PYTHON)
        for each in (found(), found(), found(digest=b"2"))
    )
    assert one == same
    assert found().key != found(digest=b"2").key
    assert one.content != other.content


def test_an_input_from_outside_is_told_with_both_versions() -> None:
    assert found().described == "/usr/bin/cmake is 3.25.1"
    taken = found(version="3.27", says="3.25.1")
    assert taken.described == "/usr/bin/cmake is 3.25.1, taken for 3.27"


@pytest.mark.parametrize("name", ["cmake", "cmake3", "ctest", "ninja", "swig4.0", "meson", "samu"])
def test_managed_tools_are_known_by_all_names_of_theirs(name: str) -> None:
    assert is_managed(name)
    assert is_toolchain(name)


@pytest.mark.parametrize(
    "name",
    [
        *("nvcc", "nvcc-12.4", "ptxas", "cudafe++", "fatbinary", "cuobjdump", "nvidia-smi"),
        *("hipcc", "hipcc.pl", "hipconfig", "hipify-perl", "rocminfo", "rocm_agent_enumerator"),
        *("amdclang++", "amdgpu-arch", "amdgpu-arch-15", "icpx", "dpcpp", "sycl-ls"),
    ],
)
def test_programs_for_accelerators_are_managed(name: str) -> None:
    assert is_managed(name)
    assert is_toolchain(name)


@pytest.mark.parametrize(
    "name",
    ["gcc", "make", "pkg-config", "mesonic", "python3", "hippo", "rocksdb", "nvme", "clinfo"],
)
def test_other_programs_are_not_managed(name: str) -> None:
    assert not is_managed(name)

"""Which folders of a distribution are an accelerator's, and are not shown."""

from pathlib import Path

import pytest

from wheeltree.sandbox.accelerators import folders
from wheeltree.sandbox.system import look


def system(usr: Path, *names: str) -> Path:
    for name in names:
        (usr / name).mkdir(parents=True)
    return usr


@pytest.mark.parametrize(
    "name",
    [
        *("lib/nvidia-cuda-toolkit", "lib/cuda", "include/cuda", "libexec/cuda"),
        *("include/hip", "include/hsa", "share/hip", "lib64/rocm", "include/sycl"),
        *("lib/x86_64-linux-gnu/amdgcn", "lib/clang/17/amdgcn", "lib64/amdgcn"),
        *("lib/x86_64-linux-gnu/cmake/hip", "lib/x86_64-linux-gnu/cmake/hip-lang"),
        *("lib64/cmake/rocblas", "lib/cmake/AMDDeviceLibs", "share/cmake/hipcub"),
    ],
)
def test_a_folder_of_a_toolkit_is_known_where_distributions_have_it(
    tmp_path: Path, name: str
) -> None:
    assert folders(system(tmp_path, name)) == (str(tmp_path / name),)


@pytest.mark.parametrize(
    "name",
    [
        *("include/c++/12", "lib/clang/15/include", "lib/llvm-15", "lib/rocksdb"),
        *("lib/x86_64-linux-gnu/cmake/RocksDB", "lib/x86_64-linux-gnu/cmake/hippomocks"),
    ],
)
def test_other_folders_are_not_taken_for_a_toolkits(tmp_path: Path, name: str) -> None:
    assert folders(system(tmp_path, name)) == ()


def test_a_link_to_a_toolkit_is_left_where_it_is(tmp_path: Path) -> None:
    usr = system(tmp_path, "lib/nvidia-cuda-toolkit")
    (usr / "lib/cuda").symlink_to("nvidia-cuda-toolkit")
    assert folders(usr) == (str(usr / "lib/nvidia-cuda-toolkit"),)


def test_no_job_sees_what_toolkits_this_machine_has() -> None:
    assert set(folders(Path("/usr"))) <= set(look().foreign)

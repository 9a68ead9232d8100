"""Which folders of a distribution's /usr belong to the toolkit of an accelerator.

What NVIDIA, AMD and Intel install themselves is in /usr/local and /opt, which no job sees. These
are the places of Debian's and Fedora's packages. What they lay among everybody's headers and
libraries, such as Debian's /usr/include/cuda.h, cannot be told apart here: without its compiler no
code is made for devices, and a wheel that loads such a library shows it (`host.device_code`).
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

_FOLDERS = (
    *("lib/cuda", "lib/nvidia-cuda-toolkit", "libexec/cuda", "share/cuda", "include/cuda"),
    *("lib/rocm", "lib64/rocm", "libexec/hipcc", "share/hip", "include/hip", "include/hsa"),
    *("include/rocblas", "include/hipblas", "include/rocrand", "include/hiprand"),
    *("include/level_zero", "include/sycl"),
)
_PATTERNS = ("lib*/amdgcn", "lib/*-linux-*/amdgcn", "lib*/clang/*/amdgcn")
"""The parts of a program that every device of AMD's shares."""
_PACKAGES = ("lib*/cmake", "lib/*-linux-*/cmake", "share/cmake")
"""Where what CMake finds with find_package is described, each in a folder of its name."""
_DESCRIBED = re.compile(
    r"hip(?:-lang|rtc|rand|fft|blas(?:lt)?|cub|sparse(?:lt)?|solver)?|hsa-runtime64|amd_comgr"
    r"|AMDDeviceLibs|roc(?:blas|rand|prim|fft|sparse|solver|thrust)|level-zero|ze_loader|IntelSYCL"
)


def folders(usr: Path) -> tuple[str, ...]:
    """The folders in `usr` that are of accelerators' toolkits and are there."""
    found = {path for path in _candidates(usr) if path.is_dir() and not path.is_symlink()}
    return tuple(sorted(map(str, found)))


def _candidates(usr: Path) -> Iterator[Path]:
    yield from (usr / name for name in _FOLDERS)
    for pattern in _PATTERNS:
        yield from usr.glob(pattern)
    for pattern in _PACKAGES:
        for folder in usr.glob(pattern):
            names = os.listdir(folder)  # noqa: PTH208  a path for each of hundreds takes its time
            yield from (folder / name for name in names if _DESCRIBED.fullmatch(name))

"""Toolkits for accelerators as tools/ puts them together: they compile, and we read what they wrote.

No device and no driver are needed. E2E_TOOLKITS names a folder to keep the toolkits in.
"""

import os
import re
import sys
import sysconfig
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from kit import ROOT, process, run

from wheeltree.host.device_code import device_code
from wheeltree.model.device import DeviceCode

EXTENSION = """
#include <RUNTIME>
#include <Python.h>
__global__ void twice(float *x) { x[threadIdx.x] *= 2; }
static PyObject *devices(PyObject *self, PyObject *ignored) {
    int count = 0;
    twice<<<1, 1>>>(nullptr);
    return PyLong_FromLong(apiGetDeviceCount(&count));
}
static PyMethodDef methods[] = {{"devices", devices, METH_NOARGS, nullptr}, {}};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "demo", nullptr, -1, methods};
PyMODINIT_FUNC PyInit_demo(void) { return PyModule_Create(&module); }
"""
NO_DRIVER, NO_DEVICE = 35, 100
INCLUDE = sysconfig.get_path("include")
REAL = "arch=compute_{0},code=sm_{0}"
PTX = "arch=compute_{0},code=compute_{0}"


@pytest.fixture(scope="session")
def toolkits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("E2E_TOOLKITS")
    return Path(named) if named else tmp_path_factory.mktemp("toolkits")


@pytest.fixture(scope="session")
def cuda(toolkits: Path) -> Path:
    run("env", f"PYTHON={sys.executable}", ROOT / "tools/cuda-toolkit", toolkits / "cuda-13.0")
    return toolkits / "cuda-13.0"


@pytest.fixture(scope="session")
def rocm(toolkits: Path) -> Path:
    run(ROOT / "tools/rocm-toolkit", toolkits / "rocm-5.2")
    return toolkits / "rocm-5.2"


@pytest.fixture(scope="session")
def cuobjdump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = downloaded(tmp_path_factory.mktemp("cuobjdump"), "nvidia-cuda-cuobjdump==13.5.37")
    (program,) = folder.rglob("cuobjdump")
    program.chmod(0o755)
    return program


def downloaded(folder: Path, requirement: str) -> Path:
    """What is in the wheel of a project of the index."""
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps")
    run(*pip, "--only-binary", ":all:", "--dest", folder, requirement)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def source(folder: Path, name: str, runtime: str, api: str) -> Path:
    path = folder / name
    path.write_text(EXTENSION.replace("RUNTIME", runtime).replace("api", api))
    return path


def inside(*libraries: Path) -> DeviceCode:
    """What we find in a wheel with nothing but these libraries."""
    path = libraries[0].parent / "demo.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for library in libraries:
            archive.write(library, f"{library.name}.so")
    return device_code(path)


def listed(cuobjdump: Path, library: Path) -> set[str]:
    """The same, as NVIDIA's own program tells it. It calls machine code of 100f that of 100."""
    text = ""
    for what in ("-lelf", "-lptx"):
        text += process(cuobjdump, "-all", what, library).stdout
    found = re.findall(r"\.sm_([0-9]+[a-z]?)\.(cubin|ptx)", text)
    assert found, f"cuobjdump lists nothing of {library}"
    return {f"{arch}_{'real' if kind == 'cubin' else 'virtual'}" for arch, kind in found}


def without_families(archs: Iterable[str]) -> set[str]:
    return {arch.replace("f_real", "_real") for arch in archs}


def nvcc(cuda: Path, output: Path, *options: str | Path) -> Path:
    shared = ("-shared", "-Xcompiler", "-fPIC", f"-I{INCLUDE}")
    run(cuda / "bin/nvcc", *shared, *options, "-o", output)
    return output


@pytest.mark.parametrize(
    ("options", "archs"),
    [
        ([REAL.format(80), REAL.format(90), PTX.format(90)], "80_real 90_real 90_virtual"),
        ([REAL.format("90a"), PTX.format("90a")], "90a_real 90a_virtual"),
        (
            [REAL.format("100f"), PTX.format("100f"), REAL.format(75)],
            "100f_real 100f_virtual 75_real",
        ),
        ([PTX.format(75)], "75_virtual"),
        ([REAL.format(80), PTX.format(90), "-rdc=true"], "80_real 90_virtual"),
        ([REAL.format(80), PTX.format(80), "--compress-mode=size"], "80_real 80_virtual"),
        ([REAL.format(80), PTX.format(80), "--compress-mode=speed"], "80_real 80_virtual"),
        ([REAL.format(80), PTX.format(80), "--compress-mode=none"], "80_real 80_virtual"),
    ],
)
def test_what_nvcc_wrote_is_read_as_nvidias_own_program_lists_it(
    cuda: Path, cuobjdump: Path, tmp_path: Path, options: list[str], archs: str
) -> None:
    path = source(tmp_path, "demo.cu", "cuda_runtime.h", "cuda")
    words = [
        word for each in options for word in ((each,) if each[0] == "-" else ("-gencode", each))
    ]
    library = nvcc(cuda, tmp_path / "demo", *words, path)
    assert inside(library).sm_arch == tuple(archs.split())
    assert listed(cuobjdump, library) == without_families(archs.split())


@pytest.mark.parametrize(
    "requirement",
    [
        "nvidia-nvjpeg-cu12==12.0.0.28",
        "nvidia-nvjpeg-cu12==12.4.0.76",
        "nvidia-nvjpeg==13.3.2.43",
    ],
)
def test_what_toolkits_of_all_ages_wrote_is_read(
    cuobjdump: Path, tmp_path: Path, requirement: str
) -> None:
    (library,) = downloaded(tmp_path, requirement).rglob("libnvjpeg.so.*")
    found = inside(library)
    assert without_families(found.sm_arch) == listed(cuobjdump, library)


def test_an_extension_with_a_kernel_for_cuda_is_imported_without_a_driver(
    cuda: Path, tmp_path: Path
) -> None:
    path = source(tmp_path, "demo.cu", "cuda_runtime.h", "cuda")
    library = nvcc(cuda, tmp_path / "demo.so", "-arch=sm_80", path, "-lcuda")
    assert inside(library).loads == ()
    assert said_by(tmp_path) == NO_DRIVER
    nvcc(cuda, library, "-arch=sm_80", "-cudart=shared", path)
    assert inside(library).loads == ("libcudart.so.13",)
    assert said_by(tmp_path, f"LD_LIBRARY_PATH={cuda}/lib64") == NO_DRIVER


def test_an_extension_with_a_kernel_for_rocm_is_imported_without_a_device(
    rocm: Path, tmp_path: Path
) -> None:
    path = source(tmp_path, "demo.hip", "hip/hip_runtime.h", "hip")
    paths = (f"HIP_PATH={rocm}", f"ROCM_PATH={rocm}", "HIP_PLATFORM=amd")
    targets = ("--offload-arch=gfx90a:xnack+", "--offload-arch=gfx1030")
    library = tmp_path / "demo.so"
    hipcc = ("env", *paths, rocm / "bin/hipcc", "-shared", "-fPIC", f"-I{INCLUDE}")
    run(*hipcc, *targets, path, "-o", library)
    found = inside(library)
    assert found.gfx_arch == ("gfx1030", "gfx90a")
    assert found.loads == ("libamdhip64.so.5",)
    assert said_by(tmp_path, f"LD_LIBRARY_PATH={rocm}/lib") == NO_DEVICE
    bundle = tmp_path / "bundle"
    run("objcopy", "-O", "binary", "--only-section=.hip_fatbin", library, bundle)
    bundler = rocm / "llvm/bin/clang-offload-bundler"
    named = re.findall("--(gfx[0-9a-f]+)", run(bundler, "--list", "--type=o", f"--input={bundle}"))
    assert set(named) == set(found.gfx_arch)


def said_by(folder: Path, *environment: str) -> int:
    """What the extension in a folder answers where there is no device."""
    code = "import demo; print(demo.devices())"
    command = ("env", f"PYTHONPATH={folder}", *environment, sys.executable, "-c", code)
    return int(run(*command))


@pytest.mark.parametrize("name", ["cuda-toolkit", "rocm-toolkit"])
def test_a_toolkit_is_made_once_and_never_in_a_folder_of_others(
    cuda: Path, rocm: Path, tmp_path: Path, name: str
) -> None:
    made = {"cuda-toolkit": cuda, "rocm-toolkit": rocm}[name]
    before = made.stat()
    run(ROOT / "tools" / name, made)
    assert made.stat() == before
    (tmp_path / "mine").write_text("")
    refused = process(ROOT / "tools" / name, tmp_path)
    assert refused.returncode == 1
    assert "was not made by this version" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]

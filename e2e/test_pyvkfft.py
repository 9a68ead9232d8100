"""A published project that builds for whatever it finds: OpenCL in one variant, CUDA too in another.

Everything that it requires is built from source as well, numpy and pyopencl among it.
"""

import os
from pathlib import Path

import pytest
from kit import Workplace, environment, with_variants

TRANSFORM = """
import numpy, pyopencl, pyopencl.array
from pyvkfft.fft import fftn
(platform,) = [it for it in pyopencl.get_platforms() if it.name == "Portable Computing Language"]
queue = pyopencl.CommandQueue(pyopencl.Context(platform.get_devices()))
given = numpy.random.default_rng(1).random((64, 48)).astype("complex64")
made = fftn(pyopencl.array.to_device(queue, given)).get()
assert numpy.allclose(made, numpy.fft.fftn(given), rtol=1e-4, atol=1e-3)
"""
VARIANTS = ("--variant", "cpu", "--variant", "cuda130")


@pytest.fixture(scope="module")
def place(store: Path, tmp_path_factory: pytest.TempPathFactory, cuda: Path) -> Workplace:
    """Both variants, by somebody who has nvcc in PATH."""
    top = tmp_path_factory.mktemp("pyvkfft")
    given = {"CUDA_TOOLKIT": str(cuda), "PATH": f"{cuda}/bin:{os.environ['PATH']}"}
    settings = with_variants(top / "collection")
    made = Workplace(store=store, top=top, settings=settings, environ=given)
    made.built("it", "pyvkfft", *VARIANTS)
    return made


@pytest.mark.parametrize(
    ("variant", "loaded"),
    [("cpu", set()), ("cuda130", {"libcuda.so.1", "libnvrtc.so.13"})],
)
def test_each_variant_has_its_backends_and_transforms_on_the_processor(
    variant: str, loaded: set[str], place: Workplace, tmp_path: Path
) -> None:
    installed = environment(tmp_path / "environment")
    index = (place.wheelhouse("it") / variant / "simple").as_uri()
    installed.pip("install", "--no-cache-dir", "--index-url", index, "pyvkfft")
    installed.python(TRANSFORM, {"POCL_CACHE_DIR": str(tmp_path)})
    assert "libOpenCL.so.1" in installed.needed()
    assert {name for name in installed.needed() if "cuda" in name or "nvrtc" in name} == loaded


def test_its_backend_for_cuda_is_linked_with_what_the_toolkit_has(
    place: Workplace, tmp_path: Path, cuda: Path
) -> None:
    installed = environment(tmp_path / "environment")
    index = (place.wheelhouse("it") / "cuda130/simple").as_uri()
    installed.pip("install", "--no-cache-dir", "--no-deps", "--index-url", index, "pyvkfft")
    (library,) = installed.folder.rglob("_vkfft_cuda*.so")
    places = {"LD_LIBRARY_PATH": f"{cuda}/lib64:{cuda}/lib64/stubs"}
    installed.python(f"import ctypes; ctypes.CDLL({str(library)!r}, mode=2)", places)


def test_all_that_it_requires_is_one_file_for_both(place: Workplace) -> None:
    def inodes(variant: str) -> dict[str, int]:
        folder = place.wheelhouse("it") / variant
        return {path.name: path.stat().st_ino for path in folder.glob("*.whl")}

    differing = {name for name, _ in inodes("cpu").items() ^ inodes("cuda130").items()}
    assert {name.partition("-")[0] for name in differing} == {"pyvkfft"}


def test_a_backend_that_was_named_and_cannot_be_built_fails(
    place: Workplace, tmp_path: Path
) -> None:
    settings = with_variants(tmp_path / "collection")
    text = settings.read_text()
    toolkit = text.index("    toolkits:")
    settings.write_text(text[:toolkit] + text[text.index("\n", toolkit) + 1 :])
    bare = Workplace(store=place.store, top=tmp_path, settings=settings, environ=place.environ)
    done = bare.bootstrap("it", "pyvkfft", "--variant", "cuda130")
    assert done.returncode != 0
    assert "nvcc" in done.stderr

"""Which code for accelerators is in a wheel."""

import zlib
from pathlib import Path

import pytest

from support.device_files import bundle, compressed, elf, sample, wheel
from wheeltree.host.device_code import Unreadable, device_code
from wheeltree.host.zstandard import ZstdDecompressor
from wheeltree.model.device import DeviceCode

LIBRARY = "demo/_demo.cpython-312-x86_64-linux-gnu.so"
TARGETS = ("host-x86_64-unknown-linux--", "hipv4-amdgcn-amd-amdhsa--gfx90a:xnack+")


def found(folder: Path, content: bytes, name: str = LIBRARY) -> DeviceCode:
    return device_code(wheel(folder, {name: content}))


def why_not(folder: Path, content: bytes, name: str = LIBRARY) -> str:
    with pytest.raises(Unreadable) as caught:
        found(folder, content, name)
    return str(caught.value)


def of_nvidia(content: bytes, section: str = ".nv_fatbin") -> bytes:
    return elf({".text": b"x", section: content, ".nvFatBinSegment": bytes(24)})


def of_amd(content: bytes) -> bytes:
    return elf({".text": b"x", ".hip_fatbin": content})


def test_a_wheel_without_any_trace_of_accelerators_has_none(tmp_path: Path) -> None:
    members = {
        LIBRARY: elf({".text": b"x"}, ("libc.so.6", "libOpenCL.so.1", "librocksdb.so.8")),
        "demo/linker.so": b"GROUP (libdemo.so.1)",
        "demo/empty.so": b"",
        "demo/__init__.py": sample("plain.fatbin"),
    }
    assert device_code(wheel(tmp_path, members)) == DeviceCode()
    assert not device_code(wheel(tmp_path, members)).found


@pytest.mark.parametrize(
    ("name", "archs"),
    [
        ("packed.fatbin", ("80_real", "90_virtual")),
        ("plain.fatbin", ("100f_virtual", "90a_virtual")),
    ],
)
@pytest.mark.parametrize("section", [".nv_fatbin", "__nv_relfatbin"])
def test_what_nvcc_wrote_says_for_which_devices_it_is(
    tmp_path: Path, name: str, archs: tuple[str, ...], section: str
) -> None:
    code = found(tmp_path, of_nvidia(sample(name), section))
    assert code == DeviceCode(sm_arch=archs, files=(LIBRARY,))


def test_containers_of_many_files_are_all_read_whatever_is_between_them(tmp_path: Path) -> None:
    content = bytes(8) + sample("packed.fatbin") + bytes(4096) + sample("plain.fatbin") + bytes(16)
    code = found(tmp_path, of_nvidia(content))
    assert code.sm_arch == ("100f_virtual", "80_real", "90_virtual", "90a_virtual")


def test_what_clang_packed_says_for_which_devices_it_is(tmp_path: Path) -> None:
    code = found(tmp_path, of_amd(sample("packed.hipfb")))
    assert code == DeviceCode(gfx_arch=("gfx1030", "gfx90a"), files=(LIBRARY,))


@pytest.mark.parametrize(
    ("target", "archs"),
    [
        ("hipv4-amdgcn-amd-amdhsa--gfx90a", ("gfx90a",)),
        ("hipv4-amdgcn-amd-amdhsa--gfx942:sramecc+:xnack-", ("gfx942",)),
        ("hip-amdgcn-amd-amdhsa-gfx803", ("gfx803",)),
        ("hip-amdgcn-amd-amdhsa-unknown-gfx1201", ("gfx1201",)),
        ("hip-amdgcn-amd-amdhsa--gfx9-4-generic:xnack+", ("gfx9-4-generic",)),
        ("hip-spirv64-amd-amdhsa--amdgcnspirv", ("amdgcnspirv",)),
        ("host-x86_64-unknown-linux-gnu-", ()),
    ],
)
def test_a_target_of_clang_is_named_by_its_device(
    tmp_path: Path, target: str, archs: tuple[str, ...]
) -> None:
    assert found(tmp_path, of_amd(bundle(target))).gfx_arch == archs


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("method", [0, 1])
def test_every_form_of_compressed_bundles_is_read(
    tmp_path: Path, version: int, method: int
) -> None:
    if method == 0:
        plain = bundle(*TARGETS, code=bytes(300_000))
        packed = zlib.compress(plain)
    else:
        packed = sample("packed.hipfb")[24:]
        plain = ZstdDecompressor().decompress(packed)
    one = compressed(version, packed, method=method, unpacked=len(plain))
    after = bundle("hipv4-amdgcn-amd-amdhsa--gfx908")
    assert "gfx90a" in found(tmp_path, of_amd(one)).gfx_arch
    code = found(tmp_path, of_amd(one + bytes(100) + one + after))
    assert {"gfx90a", "gfx908"} <= set(code.gfx_arch)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("packed.fatbin", DeviceCode(sm_arch=("80_real", "90_virtual"), files=("a.fatbin",))),
        ("one.cubin", DeviceCode(sm_arch=("90_real",), files=("a.cubin",))),
        ("packed.hipfb", DeviceCode(gfx_arch=("gfx1030", "gfx90a"), files=("a.hipfb",))),
        ("one.hsaco", DeviceCode(gfx_arch=("gfx90a",), files=("a.hsaco",))),
    ],
)
def test_files_with_nothing_but_code_for_devices_are_read_too(
    tmp_path: Path, name: str, code: DeviceCode
) -> None:
    assert found(tmp_path, sample(name), "a" + Path(name).suffix) == code


@pytest.mark.parametrize(
    "name",
    [
        "libcuda.so.1",
        "libcudart.so.13",
        "libcudart-9335f6a2.so.12.4.127",
        "libcublasLt.so.13",
        "libcudnn_cnn_infer.so.8",
        "libnvrtc.so.12",
        "libnppicc.so.12",
        "libc10_cuda.so",
        "libamdhip64.so.5",
        "librocblas.so.4",
        "libhipblaslt.so.0",
        "libze_loader.so.1",
        "libsycl.so.8",
    ],
)
def test_what_loads_a_library_of_an_accelerator_shows_it(tmp_path: Path, name: str) -> None:
    code = found(tmp_path, elf({".text": b"x"}, ("libc.so.6", name)))
    assert code == DeviceCode(loads=(name,), files=(LIBRARY,))
    assert code.found


def test_members_with_and_without_code_are_told_apart(tmp_path: Path) -> None:
    members = {
        "b/cuda.so": of_nvidia(sample("packed.fatbin")),
        "a/hip.so": of_amd(bundle(*TARGETS)),
        "a/plain.so": elf({".text": b"x"}),
    }
    assert device_code(wheel(tmp_path, members)) == DeviceCode(
        sm_arch=("80_real", "90_virtual"),
        gfx_arch=("gfx90a",),
        files=("a/hip.so", "b/cuda.so"),
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (elf({".nvFatBinSegment": bytes(24)}), "has none where it belongs"),
        (of_nvidia(b"something else, quite long"), "no container of CUDA's at 0x0"),
        (of_nvidia(sample("packed.fatbin")[:-1]), "points outside itself"),
        (of_nvidia(sample("packed.fatbin")[:20]), "points outside itself"),
        (of_nvidia(sample("packed.fatbin").replace(b"\1\0\1\1", b"\7\0\1\1")), "not known, 7"),
        (of_amd(b"something else, quite long"), "no bundle of clang's at 0x0"),
        (of_amd(sample("packed.hipfb")[:-1]), "points outside itself"),
        (of_amd(bundle(*TARGETS)[:-1]), "points outside itself"),
        (of_amd(bundle("sycl-spir64-unknown-unknown")), "target that is not known, 'sycl-"),
        (of_amd(bundle("hip-" + "x" * 300)), "impossible target"),
        (of_amd(compressed(2, b"no stream", method=1, unpacked=9)), "compressed and damaged"),
        (of_amd(compressed(2, zlib.compress(b"x"), method=0, unpacked=1)), "something else in it"),
        (of_amd(compressed(1, zlib.compress(b"x")[:4], method=0, unpacked=1)), "ends within"),
        (of_amd(b"CCOB\x09\0\1\0" + bytes(40)), "version 9, method 1"),
        (elf()[:300], "points outside itself"),
        (b"\x7fELF" + bytes(40), "of an unknown kind"),
    ],
)
def test_what_cannot_be_read_is_an_error_that_names_the_member(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    message = why_not(tmp_path, content)
    assert problem in message
    assert message.startswith("demo-1.0-cp312-cp312-linux_x86_64.whl: nobody can say what code")
    assert LIBRARY in message


def test_a_program_without_a_table_of_sections_is_not_taken_for_one_without_code(
    tmp_path: Path,
) -> None:
    program = bytearray(elf({".nv_fatbin": sample("packed.fatbin")}))
    program[40:48] = bytes(8)
    assert "no table of its sections" in why_not(tmp_path, bytes(program))


def test_code_of_a_linker_for_devices_is_for_no_device_yet(tmp_path: Path) -> None:
    intermediate = sample("packed.fatbin").replace(b"\1\0\1\1", b"\x08\0\1\1")
    code = found(tmp_path, of_nvidia(intermediate))
    assert code == DeviceCode(sm_arch=("80_real",), files=(LIBRARY,))


def test_a_damaged_wheel_is_an_error_too(tmp_path: Path) -> None:
    path = tmp_path / "demo.whl"
    path.write_bytes(b"PK")
    with pytest.raises(Unreadable, match="cannot be read"):
        device_code(path)

"""Whatever a wheel claims to have for devices, it is read in bounds or refused with a sentence."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from support.device_files import bundle, elf, sample, wheel
from wheeltree.host.device_code import Unreadable, device_code
from wheeltree.model.device import DeviceCode

WHOLE = {
    ".nv_fatbin": sample("packed.fatbin") + sample("plain.fatbin"),
    ".hip_fatbin": sample("packed.hipfb") + bundle("hipv4-amdgcn-amd-amdhsa--gfx908"),
}
LIBRARY = elf(WHOLE, ("libcudart.so.13",))
RIGHT = DeviceCode(
    sm_arch=("100f_virtual", "80_real", "90_virtual", "90a_virtual"),
    gfx_arch=("gfx1030", "gfx908", "gfx90a"),
    loads=("libcudart.so.13",),
    files=("x.so",),
)
damage = st.tuples(st.integers(0, len(LIBRARY) - 1), st.binary(min_size=1, max_size=16))


def read(content: bytes) -> DeviceCode | None:
    with tempfile.TemporaryDirectory() as folder:
        path = wheel(Path(folder), {"x.so": content})
        try:
            return device_code(path)
        except Unreadable:
            return None


def test_the_library_is_read_where_nothing_is_damaged() -> None:
    assert read(LIBRARY) == RIGHT


@settings(deadline=None, max_examples=300)
@given(st.lists(damage, min_size=1, max_size=4))
def test_damage_is_an_error_of_ours_or_read(places: list[tuple[int, bytes]]) -> None:
    content = bytearray(LIBRARY)
    for at, noise in places:
        content[at : at + len(noise)] = noise
    read(bytes(content))


@settings(deadline=None, max_examples=150)
@given(st.integers(0, len(LIBRARY) - 1))
def test_half_a_library_is_never_one_without_code(size: int) -> None:
    code = read(LIBRARY[:size])
    assert code is None or size < 4


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(sorted(WHOLE)), st.binary(max_size=200), st.integers(0, 400))
def test_noise_in_a_section_is_an_error_of_ours_or_read(name: str, noise: bytes, at: int) -> None:
    content = WHOLE[name]
    read(elf({name: content[:at] + noise + content[at + len(noise) :]}))


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_a_section_that_ends_early_is_an_error_or_has_what_is_left_whole(
    name: str, data: st.DataObject
) -> None:
    size = data.draw(st.integers(0, len(WHOLE[name])))
    code = read(elf({name: WHOLE[name][:size]}))
    assert code is None or {*code.sm_arch, *code.gfx_arch} <= {*RIGHT.sm_arch, *RIGHT.gfx_arch}

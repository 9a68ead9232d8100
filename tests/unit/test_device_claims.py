"""What a variant declares of devices, and what its wheel has code for."""

import pytest

from wheeltree.model.device import DeviceCode, claims_differ


def differences(inside: str, declared: str) -> tuple[str, ...]:
    code = DeviceCode(sm_arch=tuple(inside.split()), files=("x.so",))
    return claims_differ(code, {"nvidia": {"sm_arch": tuple(declared.split())}})


def differences_of_amd(inside: str, declared: str) -> tuple[str, ...]:
    code = DeviceCode(gfx_arch=tuple(inside.split()), files=("x.so",))
    return claims_differ(code, {"amd": {"gfx_arch": tuple(declared.split())}})


@pytest.mark.parametrize(
    ("inside", "declared"),
    [
        ("80_real 90_real 90_virtual", "80_real 90_real 90_virtual"),
        ("90a_real 90a_virtual", "90a_real 90a_virtual"),
        ("90a_real", "90_real"),
        ("100f_real 100f_virtual", "100_real 100_virtual"),
        ("90_real 90a_real", "90_real"),
    ],
)
def test_code_for_just_what_is_declared_is_no_difference(inside: str, declared: str) -> None:
    assert differences(inside, declared) == ()


@pytest.mark.parametrize(
    ("inside", "declared", "sentences"),
    [
        (
            "80_real 90_real",
            "90_real",
            ("the wheel has code for sm 80 (real), which is not declared",),
        ),
        (
            "90_real",
            "90_real 90_virtual",
            ("sm_arch 90_virtual is declared and not in the wheel",),
        ),
        (
            "90a_virtual",
            "90_virtual",
            (
                "the wheel has code for sm 90a (virtual), which is not declared",
                "sm_arch 90_virtual is declared and not in the wheel",
            ),
        ),
        (
            "90_real",
            "90a_real",
            (
                "the wheel has code for sm 90 (real), which is not declared",
                "sm_arch 90a_real is declared and not in the wheel",
            ),
        ),
    ],
)
def test_every_difference_is_a_sentence(
    inside: str, declared: str, sentences: tuple[str, ...]
) -> None:
    assert differences(inside, declared) == sentences


def test_the_devices_of_amd_are_compared_by_name() -> None:
    assert differences_of_amd("gfx1030 gfx90a", "gfx90a gfx1030") == ()
    assert differences_of_amd("gfx1030", "gfx90a") == (
        "the wheel has code for gfx1030, which is not declared",
        "gfx_arch gfx90a is declared and not in the wheel",
    )


@pytest.mark.parametrize("portable", ["gfx9-4-generic", "amdgcnspirv"])
def test_code_for_many_devices_may_serve_any_that_are_declared(portable: str) -> None:
    assert differences_of_amd(f"gfx90a {portable}", "gfx90a gfx942") == ()


def test_a_wheel_without_code_for_devices_contradicts_nothing() -> None:
    declared = {"nvidia": {"sm_arch": ("90_real",)}, "amd": {"gfx_arch": ("gfx90a",)}}
    assert claims_differ(DeviceCode(), declared) == ()
    assert claims_differ(DeviceCode(loads=("libcudart.so.13",), files=("x",)), declared) == ()


def test_a_namespace_that_declares_no_devices_is_not_compared() -> None:
    code = DeviceCode(sm_arch=("90_real",), gfx_arch=("gfx90a",), files=("x",))
    assert claims_differ(code, {}) == ()
    assert claims_differ(code, {"nvidia": {"cuda_version_lower_bound": ("13.0",)}}) == ()
    assert claims_differ(code, {"amd": {"gfx_arch": ("gfx90a",)}}) == ()


def test_code_of_another_maker_does_not_fulfil_a_promise() -> None:
    code = DeviceCode(sm_arch=("90_real",), files=("x",))
    assert claims_differ(code, {"amd": {"gfx_arch": ("gfx90a",)}}) == (
        "gfx_arch gfx90a is declared and not in the wheel",
    )

"""Machines in words, and which properties an installer would find on them."""

import pytest

from wheeltree.errors import UsageError
from wheeltree.resolution.variant_order import supported


def values(text: str, namespace: str, feature: str, machine: str = "x86_64") -> tuple[str, ...]:
    return supported(text, machine=machine).values(namespace, feature)


def test_a_driver_is_good_for_all_that_is_older() -> None:
    found = values("cuda=13.1", "nvidia", "cuda_version_lower_bound")
    assert found[:5] == ("13.1", "13.0", "13", "12.20", "12.19")
    assert found[-3:] == ("11.1", "11.0", "11")


def test_a_driver_lies_below_all_that_is_newer() -> None:
    found = values("cuda=12.18", "nvidia", "cuda_version_upper_bound")
    assert found[:2] == ("15.20", "15.19")
    assert found[-3:] == ("13", "12.20", "12.19")
    assert values("cuda=16", "nvidia", "cuda_version_upper_bound") == ()
    assert values("cuda=15.30", "nvidia", "cuda_version_upper_bound") == ()


def test_a_gpu_runs_code_of_its_own_series() -> None:
    assert values("cuda=13,sm=8.1", "nvidia", "sm_arch") == ("81_real", "80_real", "80_virtual")
    assert values("cuda=13, sm=12.0", "nvidia", "sm_arch") == ("120_real", "120_virtual")
    assert values("cuda=13,sm=3.5", "nvidia", "sm_arch") == ()
    assert values("cuda=13", "nvidia", "sm_arch") == ()


def test_features_come_in_the_order_of_their_provider() -> None:
    found = supported("sm=9.0,cuda=13.1,rocm=6.4.1,gfx=gfx90a", machine="x86_64").features
    assert list(found["nvidia"]) == [
        "cuda_version_lower_bound",
        "cuda_version_upper_bound",
        "sm_arch",
    ]
    assert list(found["amd"].items()) == [("gfx_arch", ("gfx90a",)), ("rocm_version", ("6.4",))]


def test_who_has_a_level_has_those_below() -> None:
    assert values("x86_64=v3", "x86_64", "level") == ("v3", "v2", "v1")
    arm = values("aarch64=8.2a", "aarch64", "version", machine="aarch64")
    assert arm == ("8.2a", "8.1a", "8a")


def test_nothing_said_is_a_usual_machine_without_accelerators() -> None:
    assert supported("", machine="x86_64").features == {
        "tpu": {"present": ("false",)},
        "x86_64": {"level": ("v2", "v1")},
    }
    assert supported("tpu=true", machine="aarch64").features == {
        "tpu": {"present": ("true",)},
        "aarch64": {"version": ("8a",)},
    }
    assert supported("", machine="riscv64").features == {"tpu": {"present": ("false",)}}


@pytest.mark.parametrize(
    "text",
    [
        *("gpu=yes", "cuda", "cuda=", "cuda=new", "cuda=99", "cuda=13.1.1", "cuda=١٣", "sm=90"),
        *("x86_64=v5", "aarch64=9a", "tpu=1", "gfx=90a", "rocm=6", "cuda=13.1;sm=9.0"),
    ],
)
def test_what_describes_no_machine_is_told_with_what_does(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        supported(text, machine="x86_64")
    assert "cuda=13.1, sm=9.0, gfx=gfx90a, rocm=6.4" in caught.value.hint


@pytest.mark.parametrize("text", ["sm=9.0", "cuda=12,cuda=13", "aarch64=8a"])
def test_what_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        supported(text, machine="x86_64")

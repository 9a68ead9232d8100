"""What variants declare of devices, held against the code in the wheels that are built for them."""

import base64

import pytest

from support.device_files import elf, sample
from support.line import Line
from support.projects import Project
from wheeltree.errors import BuildError
from wheeltree.session.variants_check import check_variants

KERNELS = elf({".text": b"x", ".nv_fatbin": sample("packed.fatbin"), ".nvFatBinSegment": bytes(24)})
"""Has machine code for sm 80, and PTX for 90."""


def brings(content: bytes) -> str:
    """Python that puts an extension module into a wheel."""
    packed = base64.b64encode(content).decode()
    return f'import base64\nfiles["acc/_acc.so"] = base64.b64decode("{packed}")'


def settings(*archs: str) -> str:
    return f"""
variants:
  cuda130:
    properties: {{nvidia: {{sm_arch: [{", ".join(archs)}]}}}}
    packages: {{acc: {{}}}}
"""


@pytest.fixture
def kernels(line: Line) -> Line:
    line.offer(Project(name="acc", on_build=brings(KERNELS)))
    return line


def test_a_wheel_for_just_the_declared_devices_is_published(kernels: Line) -> None:
    kernels.settings(settings("80_real", "90_virtual"))
    kernels.run("acc")
    assert "acc-1.0-py3-none-any-cuda130.whl" not in kernels.wheels  # the default is plain
    assert "acc-1.0-py3-none-any.whl" in kernels.wheels


def test_a_wheel_for_other_devices_fails_its_build_and_says_which(kernels: Line) -> None:
    kernels.settings(settings("80_real", "100_real"))
    refused = kernels.refuse(BuildError, "acc")
    assert "acc==1.0 [cuda130]: its wheel is not for the devices that cuda130 declares" in (
        refused.text
    )
    assert "the wheel has code for sm 90 (virtual), which is not declared" in refused.text
    assert "sm_arch 100_real is declared and not in the wheel" in refused.text
    assert "acc/_acc.so" in refused.text
    assert not kernels.wheels


def test_a_wheel_of_an_earlier_run_is_held_against_what_is_declared_now(kernels: Line) -> None:
    kernels.settings(settings("80_real", "90_virtual"))
    kernels.run("acc")
    kernels.settings(settings("80_real"))
    refused = kernels.refuse(BuildError, "acc")
    assert not refused.built
    assert "90 (virtual), which is not declared" in refused.text


def test_code_that_nobody_can_read_is_refused(line: Line) -> None:
    broken = elf({".nv_fatbin": b"no fatbin at all", ".nvFatBinSegment": bytes(24)})
    line.offer(Project(name="acc", on_build=brings(broken)))
    line.settings(settings("80_real"))
    refused = line.refuse(BuildError, "acc")
    assert "nobody can tell for which devices its wheel has code" in refused.text


def test_who_declares_no_devices_is_asked_for_none(line: Line) -> None:
    line.offer(Project(name="acc", on_build=brings(KERNELS)))
    line.settings("variants: {cuda130: {packages: {acc: {}}}}")
    line.run("acc")


def test_a_shared_wheel_with_code_for_devices_is_found(kernels: Line) -> None:
    kernels.settings("variants: {cpu: {}, cuda130: {}}")
    kernels.run("acc")
    (problem,) = check_variants(kernels.wheelhouse).problems
    assert "is the same in all variants, but has code for sm 80_real, sm 90_virtual" in problem
    assert "acc/_acc.so" in problem


def test_a_wheel_that_asks_for_a_variant_without_need_is_found(line: Line) -> None:
    line.offer(Project(name="acc"))
    line.settings("variants: {cpu: {}, cuda130: {packages: {acc: {env: {ACCEL: cuda}}}}}")
    line.run("acc")
    (problem,) = check_variants(line.wheelhouse).problems
    assert "is built more than once for cpu, cuda130, and comes out the same" in problem


def test_variants_that_are_as_they_should_be_have_no_problem(line: Line) -> None:
    told = brings(KERNELS).replace("\n", "\n    ")
    on_build = f'import os\nif os.environ.get("ACCEL"):\n    {told}'
    line.offer(Project(name="acc", on_build=on_build), Project(name="lib"))
    cuda = settings("80_real", "90_virtual").replace("cuda130:", "cpu: {}\n  cuda130:")
    line.settings(cuda.replace("acc: {}", "acc: {env: {ACCEL: cuda}}"))
    line.run("acc", "lib")
    assert check_variants(line.wheelhouse).problems == ()

"""`builder resolve --simulate` says what uv then installs, on every machine that uv can play."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.variant_house import Made, Said, wheelhouse
from wheeltree.cli.main import status
from wheeltree.errors import ResolutionError, StoreError
from wheeltree.model.digest import digest_bytes, digest_file
from wheeltree.session.simulate import Answer, simulate

UV = (str(Path(sys.executable).with_name("uv")), "--no-config", "--no-cache")
GENERIC = ("--python-platform", "x86_64-unknown-linux-gnu")
"""uv takes x86-64-v2 for granted there; else it looks at the processor."""
PACKAGES = ("vdemo", "vcombo", "vdep", "vback", "vtags", "vtpu", "vbound", "vpure", "vboth")

CUDA13: Said = {"nvidia": {"cuda_version_lower_bound": ["13.0"]}}
V3: Said = {"x86_64": {"level": ["v3"]}}


def gpu(least: str, *archs: str) -> Said:
    return {"nvidia": {"cuda_version_lower_bound": [least], "sm_arch": archs}}


WHEELS = (
    Made(name="vdemo", label="cuda13.0", needs=gpu("13.0", "90_real", "100_real", "90_virtual")),
    Made(name="vdemo", label="cuda12.6", needs=gpu("12.6", "80_real", "86_real")),
    Made(name="vdemo", label="rocm6.4", needs={"amd": {"rocm_version": ["6.4"], "gfx_arch": ["gfx90a"]}}),
    Made(name="vdemo", label="x86_64_v1", needs={"x86_64": {"level": ["v1"]}}),
    Made(name="vdemo", label="x86_64_v3", needs=V3),
    Made(name="vdemo", label="x86_64_v4", needs={"x86_64": {"level": ["v4"]}}),
    Made(name="vdemo", label="null"),
    Made(name="vdemo"),
    Made(name="vcombo", label="cuda12.6", needs={"nvidia": {"cuda_version_lower_bound": ["12.6"]}}),
    Made(name="vcombo", label="cuda13.0", needs=CUDA13),
    Made(name="vcombo", label="cuda13.0_v3", needs={**CUDA13, **V3}),
    Made(name="vcombo", label="cuda13.0_v1", needs={**CUDA13, "x86_64": {"level": ["v1"]}}),
    Made(name="vcombo", label="x86_64_v3", needs=V3),
    Made(name="vcombo", label="null"),
    Made(name="vcombo"),
    Made(name="vdep", label="cuda13.0", needs=CUDA13, requires=("vrt-cuda>=1",)),
    Made(name="vdep", label="null", requires=("vrt-cpu",)),
    Made(name="vdep", requires=("vrt-plain",)),
    Made(name="vrt_cuda", requires=("vpure<2",)),
    Made(name="vrt_cpu"),
    Made(name="vrt_plain"),
    Made(name="vpure"),
    Made(name="vpure", version="2.0"),
    Made(name="vback", version="2.0", label="cuda13.0", needs=CUDA13),
    Made(name="vback", version="1.0", label="cuda12.6", needs=gpu("12.6", "80_real")),
    Made(name="vback", version="0.9"),
    Made(name="vtags", label="x86_64_v1", needs={"x86_64": {"level": ["v1"]}}),
    Made(name="vtags", label="x86_64_v1", needs={"x86_64": {"level": ["v1"]}}, build="1"),
    Made(name="vtags", label="x86_64_v1", needs={"x86_64": {"level": ["v1"]}}, build="2b"),
    Made(name="vtags", label="null", tag=f"py3{sys.version_info[1]}-none-any", build="9"),
    Made(name="vtags", build="9"),
    Made(name="vtpu", label="tpu", needs={"tpu": {"present": ["true"]}}),
    Made(name="vtpu", label="no_tpu", needs={"tpu": {"present": ["false"]}}),
    Made(name="vbound", label="cuda11", needs={"nvidia": {"cuda_version_lower_bound": ["11"], "cuda_version_upper_bound": ["12.0"]}}),
    Made(name="vbound", label="cuda12", needs={"nvidia": {"cuda_version_lower_bound": ["12.0"], "cuda_version_upper_bound": ["13"]}}),
    Made(name="vbound", label="cuda_new", needs={"nvidia": {"cuda_version_lower_bound": ["13.1", "13.5"]}}),
    Made(name="vbound", label="ptx", needs={"nvidia": {"sm_arch": ["80_virtual", "90_virtual"]}}),
    Made(name="vbound", tag=f"py3{sys.version_info[1]}-none-any"),
    Made(name="vbound", build="3"),
    Made(name="vboth", label="null", tag="py2-none-any"),
    Made(name="vboth", label="x86_64_v1", needs={"x86_64": {"level": ["v1"]}}, python=">=3.99"),
    Made(name="vboth"),
    Made(name="vboth", version="0.9", label="null"),
    Made(name="vboth", version="0.9", python=">=3"),
)  # fmt: skip

MACHINES: Mapping[str, Mapping[str, str]] = {
    "": {},
    "cuda=13.1,sm=9.0": {"CUDA_DRIVER_VERSION": "13.1", "SM_ARCH": "9.0"},
    "cuda=13.1,sm=8.0": {"CUDA_DRIVER_VERSION": "13.1", "SM_ARCH": "8.0"},
    "cuda=13,sm=10.3": {"CUDA_DRIVER_VERSION": "13", "SM_ARCH": "10.3"},
    "cuda=12.8,sm=9.0": {"CUDA_DRIVER_VERSION": "12.8", "SM_ARCH": "9.0"},
    "cuda=12.8,sm=8.9": {"CUDA_DRIVER_VERSION": "12.8", "SM_ARCH": "8.9"},
    "cuda=12.4,sm=8.6": {"CUDA_DRIVER_VERSION": "12.4", "SM_ARCH": "8.6"},
    "cuda=11.8,sm=3.5": {"CUDA_DRIVER_VERSION": "11.8", "SM_ARCH": "3.5"},
    "cuda=10.2,sm=7.0": {"CUDA_DRIVER_VERSION": "10.2", "SM_ARCH": "7.0"},
    "cuda=16.1,sm=12.0": {"CUDA_DRIVER_VERSION": "16.1", "SM_ARCH": "12.0"},
    "cuda=13.5": {"CUDA_DRIVER_VERSION": "13.5"},
    "tpu=true": {"TPU": "1"},
}
VARIABLES = {
    "CUDA_DRIVER_VERSION": "NV_VARIANT_PROVIDER_FORCE_CUDA_DRIVER_VERSION",
    "SM_ARCH": "NV_VARIANT_PROVIDER_FORCE_SM_ARCH",
    "TPU": "TPU_VARIANT_PROVIDER_FORCE_PRESENT",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheelhouse(tmp_path_factory.mktemp("variants") / "wheel house", WHEELS)


@pytest.mark.parametrize("machine", MACHINES)
def test_uv_installs_what_we_say(house: Path, tmp_path: Path, machine: str) -> None:
    installed = uv_installs(house, tmp_path, MACHINES[machine], *GENERIC, *PACKAGES)
    assert said(house, machine, *PACKAGES) == installed


@pytest.mark.parametrize("machine", ["", "cuda=13.1,sm=9.0"])
def test_uv_installs_what_we_say_of_this_processor(
    house: Path, tmp_path: Path, machine: str
) -> None:
    installed = uv_installs(house, tmp_path, MACHINES[machine], *PACKAGES)
    assert said(house, f"{machine},x86_64={_level()}", *PACKAGES) == installed


def test_what_only_the_gpu_can_use_is_for_nobody_else(house: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="No solution found"):
        uv_installs(house, tmp_path, {}, *GENERIC, "vback==2.0")
    assert said(house, "cuda=13.0", "vback==2.0") == {"vback-2.0-py3-none-any-cuda13.0.whl"}


def test_an_installer_that_knows_no_variants_takes_the_plain_wheels(
    house: Path, tmp_path: Path
) -> None:
    found = uv_installs(house, tmp_path, {}, "vdemo", "vdep", "vback", preview=False)
    plain = {"vdemo-1.0", "vdep-1.0", "vrt_plain-1.0", "vback-0.9"}
    assert found == {f"{each}-py3-none-any.whl" for each in plain}


def said(house: Path, machine: str, *packages: str) -> set[str]:
    return {each.filename for each in _answer(house, machine, *packages).choices}


def uv_installs(
    house: Path, into: Path, forced: Mapping[str, str], *words: str, preview: bool = True
) -> set[str]:
    """The names of the wheels that uv installs, which each wheel's one module tells."""
    into = into / "site"
    features = ("--preview-features", "wheel-variants") if preview else ()
    where = ("--target", str(into), "--python", sys.executable)
    index = ("--index-url", (house / "simple").as_uri())
    done = subprocess.run(
        [*UV, "pip", "install", *features, *index, *where, *words],
        check=False,
        capture_output=True,
        text=True,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(into.parent),
            **{VARIABLES[name]: value for name, value in forced.items()},
        },
    )
    assert done.returncode == 0, done.stderr
    return {path.read_text() for path in into.glob("*.py")}


def _answer(house: Path, machine: str, *packages: str) -> Answer:
    return simulate(packages, wheelhouse=house, machine=machine, python=sys.executable, pre=False)


def _level() -> str:
    """The level of this machine's processor, as the kernel tells it."""
    cpu = Path("/proc/cpuinfo").read_text().partition("flags")[2].partition("\n")[0].split()
    levels = {
        "v2": {"cx16", "lahf_lm", "popcnt", "pni", "ssse3", "sse4_1", "sse4_2"},
        "v3": {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"},
        "v4": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
    }
    found = "v1"
    for level, flags in levels.items():
        if not flags <= set(cpu):
            break
        found = level
    return found


def test_a_newer_version_for_other_machines_is_named(house: Path) -> None:
    (found,) = _answer(house, "", "vback").choices
    assert found.package == "vback==0.9"
    assert [str(each.version) for each in found.skipped] == ["2.0", "1.0"]
    assert found.skipped[0].losers[0].reason == (
        "needs nvidia :: cuda_version_lower_bound :: 13.0, and this machine has none"
    )


def test_it_is_said_who_requires_what(house: Path) -> None:
    found = {each.package: each for each in _answer(house, "cuda=13.1", "vdep").choices}
    assert found["vrt-cuda==1.0"].required_by == ("vrt-cuda>=1 (vdep==1.0)",)
    assert found["vpure==1.0"].required_by == ("vpure<2 (vrt-cuda==1.0)",)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("nothing", "has no project nothing"),
        ("vback==2.0", "vback is there as 0.9, and nothing of vback 2.0 fits: vback-2.0"),
        ("vpure>2", "no version of vpure that is offered will do"),
        ("vpure @ https://host.test/vpure.whl", "vpure is required from a URL"),
    ],
)
def test_what_cannot_be_installed_is_an_error_with_the_reason(
    house: Path, wanted: str, says: str
) -> None:
    with pytest.raises(ResolutionError, match=re.escape(says)):
        _answer(house, "", wanted)


@pytest.mark.parametrize("damage", ["torn", "changed", "elsewhere", "metadata"])
def test_a_damaged_wheelhouse_is_told(tmp_path: Path, damage: str) -> None:
    root = wheelhouse(tmp_path / "house", [Made(name="a", label="null"), Made(name="a")])
    (statement,) = root.glob("pool/*/*/*.json")
    page = root / "simple" / "a" / "index.v1_json"
    if damage == "torn":
        old = digest_file(statement)
        statement.write_bytes(b"{}")
        hashed = '"sha256": "{}"'
        text = page.read_text().replace(hashed.format(old), hashed.format(digest_bytes(b"{}")))
        page.write_text(text)
    elif damage == "changed":
        statement.write_bytes(statement.read_bytes() + b" ")
    elif damage == "elsewhere":
        page.write_text(page.read_text().replace("../../pool", "../../../pool"))
    else:
        for each in root.glob("pool/*/*/*.metadata"):
            each.write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    with pytest.raises(StoreError, match="publishes it again"):
        _answer(root, "", "a")


def test_the_command_prints_it_for_people_and_for_programs(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["resolve", "-o", str(house), "--simulate", "cuda=13.1,sm=8.0", "vdemo"]
    assert status(words) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == "vdemo==1.0   vdemo-1.0-py3-none-any-cuda12.6.whl"
    assert rest[0] == "  required by  vdemo (command line)"
    assert any(
        "cuda13.0.whl: needs nvidia :: sm_arch ::" in line and "has 80_real, 80_virtual" in line
        for line in rest
    )
    assert status([*words, "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert (found["package"], found["label"]) == ("vdemo==1.0", "cuda12.6")
    assert status(["resolve", "-o", str(house), "nothing"]) == 5

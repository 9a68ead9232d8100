"""Accelerator variants with real compilers, and real installers that choose among their wheels.

No device is needed: uv is told what it should take this machine for. `demo-app` requires the other
projects of e2e/variants/projects, and tells which of their wheels were installed.
"""

import json
import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from kit import BUILDER, UV, Installed, Workplace, environment, process, run, with_variants

PLAIN = {
    "accelerator": "none",
    "devices": ["none is asked", 0],
    "level": "baseline",
    "greeting": "hello",
    "squeeze": "zlib",
}
CUDA = {"accelerator": "cuda", "devices": ["cudaErrorInsufficientDriver", 0]}
ROCM = {"accelerator": "hip", "devices": ["hipErrorNoDevice", 0]}
DIFFERS = {
    "cpu": {},
    "cuda130": CUDA,
    "rocm52": ROCM,
    "x86_64_v3": {"level": "v3"},
    "french": {"greeting": "bonjour"},
    "zstd": {"squeeze": "zstd"},
}
"""How the wheels of each variant differ from those of the first."""
DRIVER = "NV_VARIANT_PROVIDER_FORCE_CUDA_DRIVER_VERSION"
DEVICE = "NV_VARIANT_PROVIDER_FORCE_SM_ARCH"
AWARE = ("--preview-features", "wheel-variants")
OF_V3 = {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"}


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What uv takes this machine for, and what it must choose there."""

    name: str
    environ: Mapping[str, str]
    seen: Mapping[str, object]

    def __str__(self) -> str:
        return self.name


MACHINES = (
    Machine(name="no device", environ={}, seen={}),
    Machine(name="CUDA 13.1, sm 9.0", environ={DRIVER: "13.1", DEVICE: "9.0"}, seen=CUDA),
    Machine(name="CUDA 13.0, sm 8.0", environ={DRIVER: "13.0", DEVICE: "8.0"}, seen=CUDA),
    Machine(name="an older driver", environ={DRIVER: "12.8", DEVICE: "9.0"}, seen={}),
    Machine(name="a newer device", environ={DRIVER: "13.1", DEVICE: "12.0"}, seen={}),
)


@pytest.fixture(scope="module")
def place(
    store: Path, tmp_path_factory: pytest.TempPathFactory, cuda: Path, rocm: Path
) -> Workplace:
    """All variants, built in one run by somebody who has every compiler in PATH."""
    top = tmp_path_factory.mktemp("variants")
    given = {
        "CUDA_TOOLKIT": str(cuda),
        "ROCM_TOOLKIT": str(rocm),
        "CUDA_HOME": str(cuda),
        "PATH": f"{cuda}/bin:{rocm}/bin:{os.environ['PATH']}",
    }
    made = Workplace(
        store=store, top=top, settings=with_variants(top / "collection"), environ=given
    )
    made.built("it", "demo-app")
    return made


@pytest.fixture
def fresh(tmp_path: Path) -> Installed:
    """An environment with nothing in it."""
    return environment(tmp_path / "environment")


@pytest.mark.parametrize("variant", DIFFERS)
def test_the_index_of_a_variant_has_its_own_wheels_for_any_pip(
    variant: str, place: Workplace, fresh: Installed, rocm: Path
) -> None:
    fresh.pip("install", "--no-cache-dir", "--index-url", index(place, variant), "demo-app")
    assert seen(fresh, rocm) == {**PLAIN, **DIFFERS[variant]}


@pytest.mark.parametrize("machine", MACHINES, ids=str)
def test_one_index_gives_each_machine_what_fits_it(
    machine: Machine, place: Workplace, fresh: Installed
) -> None:
    fresh.uv(*AWARE, "--index-url", index(place), "demo-app", environ=machine.environ)
    assert seen(fresh) == {**PLAIN, "level": own_level(), **machine.seen}


def test_a_machine_that_is_not_known_gets_the_plain_wheels(
    place: Workplace, fresh: Installed
) -> None:
    anyone = ("--python-platform", "x86_64-unknown-linux-gnu")
    fresh.uv(*AWARE, *anyone, "--index-url", index(place), "demo-app")
    assert seen(fresh) == PLAIN


def test_installers_that_know_no_variants_get_the_plain_wheels_of_that_index(
    place: Workplace, tmp_path: Path
) -> None:
    by_pip, by_uv = environment(tmp_path / "pip"), environment(tmp_path / "uv")
    by_pip.pip("install", "--no-cache-dir", "--index-url", index(place), "demo-app")
    gpu = {DRIVER: "13.1", DEVICE: "9.0"}
    by_uv.uv("--index-url", index(place), "demo-app", environ=gpu)
    assert seen(by_pip) == seen(by_uv) == PLAIN


def test_a_lock_of_uv_has_the_plain_wheels(place: Workplace, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        f"""
[project]
name = "user"
version = "1.0"
requires-python = "=={sys.version_info[0]}.{sys.version_info[1]}.*"
dependencies = ["demo-app"]

[[tool.uv.index]]
url = "{index(place)}"
default = true
"""
    )
    words = (*AWARE, "--no-cache", "--python", sys.executable, "--project", tmp_path)
    run(UV, "lock", *words)
    locked = tomllib.loads((tmp_path / "uv.lock").read_text())["package"]
    (kernels,) = [each for each in locked if each["name"] == "demo-kernels"]
    (wheel,) = kernels["wheels"]
    assert "cuda" not in (wheel.get("url") or wheel["path"])
    run(UV, "sync", "--frozen", *words)
    assert seen(Installed(folder=tmp_path / ".venv")) == PLAIN


def test_what_does_not_differ_is_built_once_and_is_one_file(place: Workplace) -> None:
    places = wheels(place)
    one_for_all = {name for name, files in places.items() if len(set(files.values())) == 1}
    assert one_for_all == {"demo_app"}
    for name, differing in (
        ("demo_greeting", {"french"}),
        ("demo_levels", {"x86_64_v3"}),
        ("demo_seeker", {"rocm52"}),
        ("demo_squeeze", {"zstd"}),
        # It asked for x86_64_v3 too, and came out the same: it is in C++, which CFLAGS do not reach.
        ("demo_kernels", {"cuda130", "rocm52"}),
    ):
        default = places[name]["cpu"]
        assert {each for each, file in places[name].items() if file != default} == differing


def test_what_asked_for_a_variant_and_came_out_the_same_is_told(place: Workplace) -> None:
    done = process(BUILDER, "variants", "check", "--wheelhouse", place.wheelhouse("it"))
    assert done.returncode == 3
    told = done.stdout + done.stderr
    assert "demo-kernels==1.0" in told
    assert "1 problem" in told


def test_a_build_sees_no_compiler_of_an_accelerator_that_it_did_not_ask_for(
    place: Workplace, fresh: Installed, rocm: Path
) -> None:
    fresh.pip("install", "--no-cache-dir", "--index-url", index(place, "cuda130"), "demo-seeker")
    assert sought(fresh) == {}
    words = ("install", "--no-cache-dir", "--force-reinstall", "--index-url")
    fresh.pip(*words, index(place, "rocm52"), "demo-seeker")
    found = sought(fresh)
    assert found.pop("hipcc compiles for") == "amd"
    assert found.pop("hipcc in PATH") == f"{rocm}/bin/hipcc"
    assert not [name for name, where in found.items() if "nvcc" in name or "cuda" in where]


def test_one_variant_is_rebuilt_and_the_files_of_the_others_stay(
    place: Workplace, fresh: Installed
) -> None:
    before = {variant: contents(place, variant) for variant in DIFFERS}
    greeting = place.settings.parent / "patches/demo-greeting/french/0001-greet-in-french.patch"
    original = greeting.read_text()
    try:
        greeting.write_text(original.replace("bonjour", "salut"))
        summary = place.built("it", "demo-app", "--variant", "french")
        assert set(summary["built"]) <= {"demo-greeting==1.0 [french]"}
        after = {variant: contents(place, variant) for variant in DIFFERS}
        fresh.pip("install", "--no-cache-dir", "--index-url", index(place, "french"), "demo-app")
    finally:
        greeting.write_text(original)
    assert after.pop("french") != before.pop("french")
    assert after == before
    assert seen(fresh)["greeting"] == "salut"


def test_a_wheel_without_code_for_a_device_that_its_variant_declares_is_refused(
    place: Workplace, tmp_path: Path
) -> None:
    settings = with_variants(tmp_path / "collection")
    settings.write_text(settings.read_text().replace("90_real", "100_real"))
    wrong = Workplace(store=place.store, top=tmp_path, settings=settings, environ=place.environ)
    done = wrong.bootstrap("it", "demo-kernels", "--variant", "cuda130")
    assert done.returncode != 0
    assert "100_real" in done.stderr


def index(place: Workplace, variant: str = "") -> str:
    """URL of the index of a variant, or of the one for all."""
    return (place.wheelhouse("it") / variant / "simple").as_uri()


def seen(installed: Installed, rocm: Path | None = None) -> dict[str, object]:
    """What demo-app sees of the others, but for what demo-seeker found."""
    environ = {"LD_LIBRARY_PATH": f"{rocm}/lib"} if rocm else {}
    told = installed.python("import json, demo_app; print(json.dumps(demo_app.seen()))", environ)
    found: dict[str, object] = json.loads(told)
    found.pop("sought")
    return found


def sought(installed: Installed) -> dict[str, str]:
    """What demo-seeker found while it was built."""
    told = installed.python("import json, demo_seeker; print(json.dumps(demo_seeker.FOUND))")
    found: dict[str, str] = json.loads(told)
    return found


def own_level() -> str:
    """What demo-levels is on the processor of this machine."""
    flags = Path("/proc/cpuinfo").read_text().split()
    return "v3" if set(flags) >= OF_V3 else "baseline"


def wheels(place: Workplace) -> dict[str, dict[str, int]]:
    """The inode of each project's wheel, by project and variant."""
    found: dict[str, dict[str, int]] = {}
    for variant in DIFFERS:
        for path in (place.wheelhouse("it") / variant).glob("*.whl"):
            name = path.name.partition("-")[0]
            found.setdefault(name, {})[variant] = path.stat().st_ino
    return found


def contents(place: Workplace, variant: str) -> dict[str, bytes]:
    """The bytes of every file of a variant, by path."""
    top = place.wheelhouse("it") / variant
    return {
        str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()
    }

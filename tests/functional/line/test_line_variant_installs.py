"""What pip and uv of today take from a wheelhouse of several variants: uv is the oracle."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.line import Line
from support.projects import Project
from wheeltree.session.simulate import simulate

UV = (str(Path(sys.executable).with_name("uv")), "--no-config", "--no-cache")
PREVIEW = ("--preview-features", "wheel-variants")
GPU = {
    "NV_VARIANT_PROVIDER_FORCE_CUDA_DRIVER_VERSION": "13.1",
    "NV_VARIANT_PROVIDER_FORCE_SM_ARCH": "9.0",
}
OLD_GPU = {**GPU, "NV_VARIANT_PROVIDER_FORCE_CUDA_DRIVER_VERSION": "12.8"}

SETTINGS = """
variants:
  cpu: {}
  cuda130:
    env: {ACCEL: cuda}
    properties: {nvidia: {cuda_version_lower_bound: ["13.0"]}}
    packages:
      acc:
        requires_dist: {add: [helper]}
  rocm64:
    env: {ACCEL: rocm}
    properties: {amd: {rocm_version: ["6.4"]}}
    packages: {acc: {}}
"""
NOTES = """
import os
files["acc/__init__.py"] = f"ACCEL = {os.environ.get('ACCEL', 'none')!r}\\n"
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    line = Line(tmp_path_factory.mktemp("line"))
    line.offer(
        Project(name="acc", requires=("base",), on_build=NOTES),
        Project(name="base"),
        Project(name="helper", body="HELPS = True\n"),
        Project(name="app", requires=("acc",)),
    )
    line.settings(SETTINGS)
    line.run("app")
    return line.wheelhouse


def installed(into: Path, *command: str, environ: Mapping[str, str] | None = None) -> str:
    """Which build of `acc` an installer put into a folder, as it says when it is imported."""
    done = subprocess.run(
        [*command, "--target", str(into / "site"), "app"],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(into), **(environ or {})},
    )
    assert done.returncode == 0, done.stderr
    code = "import acc, app, base\nprint(acc.ACCEL)"
    told = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(into / "site")},
    )
    return told.stdout.strip()


def uv(house: Path, index: str, *words: str) -> tuple[str, ...]:
    where = ("--index-url", (house / index).as_uri(), "--python", sys.executable)
    return (*UV, "pip", "install", *words, *where)


def pip(house: Path, index: str) -> tuple[str, ...]:
    where = ("--index-url", (house / index).as_uri())
    return (sys.executable, "-m", "pip", "--isolated", "install", "--no-cache-dir", *where)


@pytest.mark.parametrize(
    ("machine", "accel"), [(GPU, "cuda"), (OLD_GPU, "none"), ({}, "none")], ids=["13", "12", "no"]
)
def test_uv_takes_the_wheel_for_the_machine_from_the_one_index(
    house: Path, tmp_path: Path, machine: dict[str, str], accel: str
) -> None:
    assert installed(tmp_path, *uv(house, "simple", *PREVIEW), environ=machine) == accel
    assert (tmp_path / "site/helper").exists() == (accel == "cuda")


def test_uv_takes_the_same_from_the_folder(house: Path, tmp_path: Path) -> None:
    where = ("--no-index", "--find-links", str(house), "--python", sys.executable)
    command = (*UV, "pip", "install", *PREVIEW, *where)
    assert installed(tmp_path, *command, environ=GPU) == "cuda"


def test_who_knows_no_variants_takes_the_plain_wheel(house: Path, tmp_path: Path) -> None:
    assert installed(tmp_path / "uv", *uv(house, "simple"), environ=GPU) == "none"
    assert installed(tmp_path / "pip", *pip(house, "simple"), environ=GPU) == "none"
    folder = ("install", "--no-cache-dir", "--no-index", "--find-links", str(house))
    command = (sys.executable, "-m", "pip", "--isolated", *folder)
    assert installed(tmp_path / "links", *command) == "none"


def test_a_lock_file_of_uv_has_the_plain_wheel(house: Path, tmp_path: Path) -> None:
    project = '[project]\nname = "user"\nversion = "1"\nrequires-python = ">=3.11"\n'
    (tmp_path / "pyproject.toml").write_text(f'{project}dependencies = ["app"]\n')
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **GPU}
    index = ("--default-index", (house / "simple").as_uri())
    words = ("lock", *PREVIEW, "--python", sys.executable, *index)
    subprocess.run([*UV, *words], cwd=tmp_path, check=True, capture_output=True, env=environ)
    locked = (tmp_path / "uv.lock").read_text()
    assert "acc-1.0-py3-none-any.whl" in locked
    assert "cuda130" not in locked


@pytest.mark.parametrize(
    ("variant", "accel"), [("cpu", "none"), ("cuda130", "cuda"), ("rocm64", "rocm")]
)
def test_the_index_of_a_variant_gives_just_its_own(
    house: Path, tmp_path: Path, variant: str, accel: str
) -> None:
    index = f"{variant}/simple"
    assert installed(tmp_path / "pip", *pip(house, index), environ=GPU) == accel
    assert installed(tmp_path / "uv", *uv(house, index, *PREVIEW), environ=GPU) == accel


def test_the_lock_of_a_variant_installs_it(house: Path, tmp_path: Path) -> None:
    target = ("--target", str(tmp_path / "site"), "--python", sys.executable)
    lock = ("--preview-features", "pylock", "-r", str(house / "cuda130/pylock.toml"))
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    words = [*UV, "pip", "install", "--no-index", *target, *lock]
    subprocess.run(words, check=True, capture_output=True, env=environ)
    assert "'cuda'" in (tmp_path / "site/acc/__init__.py").read_text()


@pytest.mark.parametrize(("machine", "label"), [("cuda=13.1,sm=9.0", "cuda130"), ("", "")])
def test_builder_says_what_uv_takes(house: Path, machine: str, label: str) -> None:
    told = simulate(["app"], wheelhouse=house, machine=machine, python=sys.executable, pre=False)
    assert {each.package: each.label for each in told.choices}["acc==1.0"] == label

"""The environment variables of a build, made from nothing."""

from collections.abc import Mapping

from wheeltree.model.spec import BuildSpec
from wheeltree.model.tools import RUST_PROGRAMS, programs_of
from wheeltree.sandbox.view import HOME

_FIRST_DATE = 315_532_800  # 1980-01-01: zip knows no earlier date

_CONSTANT = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "TERM": "dumb",
    "NO_COLOR": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONNOUSERSITE": "1",
    "PYTHONUNBUFFERED": "1",
    "PIP_NO_INDEX": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "CARGO_NET_OFFLINE": "true",
    "MATURIN_NO_INSTALL_RUST": "1",
}


def environ_of(spec: BuildSpec, *, cores: int, programs: tuple[str, ...]) -> Mapping[str, str]:
    """The environment of the hooks of `spec`; its recipe has the last word.

    cores: how many the build may use. programs: folders that stand before the system's in PATH, as
    the build sees them.
    """
    return {
        **plain_environ(programs),
        "SOURCE_DATE_EPOCH": str(max(spec.epoch, _FIRST_DATE)),
        **_allowance(cores),
        **dict(spec.recipe.environ),
    }


def plain_environ(programs: tuple[str, ...]) -> dict[str, str]:
    """What every job has, whatever it is for; `programs` as above."""
    return {**_CONSTANT, "HOME": HOME, "PATH": ":".join((*programs, "/usr/bin", "/bin"))}


def programs_of_system(spec: BuildSpec) -> tuple[str, ...]:
    """Names of the programs that stand-ins in the environment of `spec` run, and those of Rust."""
    names = {each.name for each in spec.environment}
    tools = (each for each in spec.recipe.tools if each.name in names)
    rust = RUST_PROGRAMS if spec.rust else ()
    return (*rust, *(program for each in tools for program in programs_of(each.name)))


def _allowance(cores: int) -> dict[str, str]:
    names = ("MAX_JOBS", "CMAKE_BUILD_PARALLEL_LEVEL", "CARGO_BUILD_JOBS", "NPY_NUM_BUILD_JOBS")
    return {name: str(cores) for name in names} | {"MAKEFLAGS": f"-j{cores}"}

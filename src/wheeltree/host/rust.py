"""The Rust toolchain of this machine: rustc and cargo that belong together."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from wheeltree.host.programs import BUILD_PATH
from wheeltree.model.digest import Digest, digest_bytes
from wheeltree.model.frozen import Frozen

INSTALL = (
    "install rustc and cargo (Debian and Fedora: the packages `rustc` and `cargo`; newer ones: "
    "rustup) and have them in PATH"
)

_PATIENCE = 60.0
"""Seconds."""
_NAMES = ("rustc", "cargo")
_SYSTEM = ("/usr", "/usr/local", "/")


class Toolchain(Frozen):
    """One rustc with its cargo, as they describe themselves."""

    sysroot: Path
    """Folder with `bin` and `lib`; /usr for that of a distribution."""
    version: str
    """Of rustc, such as 1.95.0."""
    digest: Digest
    """Of what both say of themselves."""

    @property
    def is_of_system(self) -> bool:
        """Whether it is where every build finds programs, and nothing has to be mounted."""
        return str(self.sysroot) in _SYSTEM


def toolchain(environ: Mapping[str, str] = os.environ) -> Toolchain | None:
    """The toolchain in PATH, or of the system; None if there is none with rustc and cargo.

    Programs of rustup are asked which toolchain they stand for, in a folder that chooses none: a
    `rust-toolchain.toml` has no say. Starts three processes.
    """
    asked = _programs(environ)
    if len(asked) < len(_NAMES):
        return None
    sysroot = Path(_said(environ, asked["rustc"], "--print", "sysroot").strip() or "/nonexistent")
    found = {name: sysroot / "bin" / name for name in _NAMES}
    if not all(map(os.path.isfile, found.values())) or str(sysroot) == "/usr/local":
        return None
    about = [_said(environ, str(found["rustc"]), "-vV"), _said(environ, str(found["cargo"]), "-vV")]
    version = about[0].split(" ", 2)[1:2]
    if not all(about) or not version:
        return None
    digest = digest_bytes("\n".join(about).encode())
    return Toolchain(sysroot=sysroot, version=version[0], digest=digest)


def stamp(environ: Mapping[str, str] = os.environ) -> str:
    """What changes whenever the toolchain may have changed; a look at a few files."""
    return " ".join(_stamps(environ))


def _stamps(environ: Mapping[str, str]) -> Iterator[str]:
    home = Path(environ.get("RUSTUP_HOME") or Path(environ.get("HOME", "/"), ".rustup"))
    yield environ.get("RUSTUP_TOOLCHAIN", "")
    programs = map(Path, _programs(environ).values())
    for path in (*programs, home / "settings.toml", *_toolchains(home)):
        with suppress(OSError):  # not there
            status = path.stat()
            yield f"{path} {status.st_mtime_ns} {status.st_size} {status.st_ino}"


def _toolchains(home: Path) -> Iterator[Path]:
    """What an update of a toolchain writes anew."""
    yield from sorted(home.glob("toolchains/*/lib/rustlib/multirust-channel-manifest.toml"))


def _programs(environ: Mapping[str, str]) -> dict[str, str]:
    path = environ.get("PATH", BUILD_PATH)
    found = {name: shutil.which(name, path=path) for name in _NAMES}
    if None in found.values():
        found = {name: shutil.which(name, path=BUILD_PATH) for name in _NAMES}
    return {name: place for name, place in found.items() if place is not None}


def _said(environ: Mapping[str, str], *command: str) -> str:
    """What a program prints; "" if it fails."""
    names = ("PATH", "HOME", "RUSTUP_HOME", "CARGO_HOME", "RUSTUP_TOOLCHAIN")
    known = {name: environ[name] for name in names if name in environ}
    try:
        answer = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={**known, "RUSTUP_AUTO_INSTALL": "0", "LC_ALL": "C.UTF-8"},
            check=False,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.decode(errors="replace") if answer.returncode == 0 else ""

"""Programs by which builds reach for the network, as jobs of a sandbox."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import uv

from wheeltree.model.frozen import Frozen
from wheeltree.sandbox.base import Bind, Job

PYTHON = f"{sys.base_prefix}/bin/python3"
_PIP = "/build/pip"
_UV = "/build/uv"

URLLIB = """
from setuptools import setup
import urllib.request
urllib.request.urlopen("https://code.example/v4.3.5/libzmq.tar.gz")
setup()
"""

FETCH_URL = """
cmake_minimum_required(VERSION 3.20)
project(demo NONE)
include(FetchContent)
FetchContent_Declare(googletest URL https://code.example/google/googletest/v1.14.0.zip)
FetchContent_MakeAvailable(googletest)
"""

FETCH_GIT = """
cmake_minimum_required(VERSION 3.20)
project(demo NONE)
include(FetchContent)
FetchContent_Declare(pybind11 GIT_REPOSITORY https://code.example/pybind11.git GIT_TAG v2.13)
FetchContent_MakeAvailable(pybind11)
"""

FALLBACK = """
cmake_minimum_required(VERSION 3.20)
project(demo NONE)
file(DOWNLOAD https://dl.example/libfoo-1.0.tar.gz ${CMAKE_BINARY_DIR}/foo STATUS status)
list(GET status 0 code)
if(NOT code EQUAL 0)
  message(STATUS "using the bundled copy")
endif()
"""

CARGO = """
[package]
name = "demo"
version = "1.0.0"
edition = "2021"
[lib]
path = "lib.rs"
[dependencies]
left = { version = "1", registry = "test" }
"""

CARGO_CONFIG = """
[registries.test]
index = "sparse+https://crates.example/index/"
"""

# What npm does, for machines without it: names are asked in a thread, sockets do not block, and all
# certificates are read before anything is sent.
NODE = """
import asyncio, os, ssl, sys
async def main():
    context = ssl.create_default_context(cafile=os.environ["NODE_EXTRA_CA_CERTS"])
    reader, writer = await asyncio.open_connection("npm.example", 443, ssl=context)
    writer.write(b"GET /left-pad HTTP/1.1\\r\\nHost: npm.example\\r\\n\\r\\n")
    await writer.drain()
    sys.exit(b"403" in await reader.readline()))
asyncio.run(main())
"""

TIME = """
import socket
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.settimeout(20)
client.connect(socket.getaddrinfo("pool.ntp.example", 123, type=socket.SOCK_DGRAM)[0][4])
client.send(b"\\x1b" + bytes(47))
assert len(client.recv(48)) == 48
"""

RAW = """
import socket
with socket.create_connection(("93.184.216.34", 4444), timeout=20) as client:
    client.sendall(b"hello")
    assert client.recv(1)
"""

REQUESTS = """
from pip._vendor import requests
requests.get("https://code.example/releases/x.zip").raise_for_status()
"""


class Client(Frozen):
    """One program, and what must be told of it."""

    script: str
    """For a shell, in a folder with `files`."""
    destination: str
    program: str
    """A word of one of the command lines that are told."""
    files: Mapping[str, str] = {}
    fails: bool = True
    """Whether it ends badly; a build that has a fallback does not."""


def _python(code: str) -> str:
    return f"{PYTHON} -c '{code}'"


_SDIST = {
    "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\n'
    'build-backend = "setuptools.build_meta"\n[project]\nname = "demo"\nversion = "1.0"\n'
}
_INDEX = "https://index.example/simple"

CLIENTS = {
    "curl": Client(
        script="curl -fsS https://code.example/a/b.tar.gz",
        destination="https://code.example/a/b.tar.gz",
        program="curl",
    ),
    "wget": Client(
        script="wget -nv https://code.example/a/b.tar.gz",
        destination="https://code.example/a/b.tar.gz",
        program="wget",
    ),
    "pip download": Client(
        script=f"{PYTHON} -m pip download -i {_INDEX} zope-interface",
        destination=f"{_INDEX}/zope-interface/",
        program="download",
    ),
    "pip wheel": Client(
        script=f"{PYTHON} -m pip wheel -i {_INDEX} .",
        destination=f"{_INDEX}/setuptools/",
        program="wheel",
        files=_SDIST,
    ),
    "uv build": Client(
        script=f"{_UV} build --python {PYTHON} --default-index {_INDEX}",
        destination=f"{_INDEX}/setuptools/",
        program="build",
        files=_SDIST,
    ),
    "setup.py": Client(
        script=f"{PYTHON} setup.py -q bdist_wheel",
        destination="https://code.example/v4.3.5/libzmq.tar.gz",
        program="setup.py",
        files={"setup.py": URLLIB, "setuptools.py": "def setup(): pass"},
    ),
    "requests": Client(
        script=_python(REQUESTS),
        destination="https://code.example/releases/x.zip",
        program=PYTHON,
    ),
    "git over https": Client(
        script="git clone https://code.example/x.git",
        destination="https://code.example/x.git/info/refs?service=git-upload-pack",
        program="clone",
    ),
    "git": Client(
        script="git clone git://code.example/x.git",
        destination="git://code.example/x.git",
        program="clone",
    ),
    "git over ssh": Client(
        script="git clone ssh://git@code.example/x.git",
        destination="ssh://code.example:22",
        program="clone",
    ),
    "FetchContent": Client(
        script="cmake -S . -B build",
        destination="https://code.example/google/googletest/v1.14.0.zip",
        program="cmake",
        files={"CMakeLists.txt": FETCH_URL},
    ),
    "FetchContent of git": Client(
        script="cmake -S . -B build",
        destination="https://code.example/pybind11.git/info/refs?service=git-upload-pack",
        program="cmake",
        files={"CMakeLists.txt": FETCH_GIT},
    ),
    "file(DOWNLOAD)": Client(
        script="cmake -S . -B build",
        destination="https://dl.example/libfoo-1.0.tar.gz",
        program="cmake",
        files={"CMakeLists.txt": FALLBACK},
        fails=False,
    ),
    "cargo": Client(
        script="cargo fetch",
        destination="https://crates.example/index/config.json",
        program="fetch",
        files={"Cargo.toml": CARGO, ".cargo/config.toml": CARGO_CONFIG, "lib.rs": ""},
    ),
    "npm": Client(
        script="npm install --registry https://npm.example left-pad"
        if shutil.which("npm", path="/usr/bin")
        else f"{PYTHON} npm.py",
        destination="https://npm.example/left-pad",
        program="npm" if shutil.which("npm", path="/usr/bin") else "npm.py",
        files={"npm.py": NODE},
    ),
    "an address": Client(
        script=f"{PYTHON} raw.py",
        destination="93.184.216.34:4444",
        program="raw.py",
        files={"raw.py": RAW},
    ),
    "the time": Client(
        script=f"{PYTHON} time_.py",
        destination="pool.ntp.example:123",
        program="time_.py",
        files={"time_.py": TIME},
    ),
    "a name": Client(
        script="getent ahosts internal.corp && false",
        destination="internal.corp",
        program="getent",
    ),
}


def job(client: Client, folder: Path) -> Job:
    """A job that runs a client in `folder`, which it fills."""
    for name, text in client.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    rust = _rust()
    return Job(
        argv=("/bin/sh", "-c", client.script),
        cwd="/build/src",
        environ={
            "PATH": "/build/rust/bin:/usr/bin:/bin",
            "HOME": "/home/builder",
            "PYTHONPATH": _PIP,
            "UV_NO_MANAGED_PYTHON": "1",
        },
        binds=(
            Bind(source=folder, target="/build/src", writable=True),
            Bind(source=_package("pip"), target=f"{_PIP}/pip"),
            Bind(source=Path(uv.find_uv_bin()), target=_UV),
            *((Bind(source=rust, target="/build/rust"),) if rust else ()),
        ),
        prefix=sys.base_prefix,
        native=True,
        programs=("cmake", "cargo", "rustc"),
    )


def _package(name: str) -> Path:
    spec = find_spec(name)
    assert spec is not None, f"the tests need {name}"
    assert spec.origin is not None
    return Path(spec.origin).parent


def _rust() -> Path | None:
    """Where rustup has Rust, if that is how it is installed."""
    if shutil.which("cargo", path="/usr/bin"):
        return None
    found = subprocess.run(
        ["rustc", "--print", "sysroot"], check=True, capture_output=True, text=True
    )
    return Path(found.stdout.strip())

"""Looks for compilers of accelerators as many projects do, and keeps what it has found."""

import glob
import json
import os
import shutil
import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

USUAL = (
    "/usr/local/cuda*/bin/nvcc",
    "/usr/lib/cuda/bin/nvcc",
    "/usr/lib/nvidia-cuda-toolkit/bin/nvcc",
    "/opt/cuda*/bin/nvcc",
    "/opt/rocm*/bin/hipcc",
    "/opt/*/bin/nvcc",
    "/home/*/*/bin/nvcc",
    "/tmp/*/bin/nvcc",
    "/tmp/*/*/bin/nvcc",
    "/var/tmp/*/*/bin/nvcc",
)


def found() -> dict[str, str]:
    """What is there, by how it was found."""
    places = {f"{name} in PATH": shutil.which(name) for name in ("nvcc", "hipcc")}
    places |= {pattern: ", ".join(glob.glob(pattern)) for pattern in USUAL}
    places |= {name: os.environ.get(name) for name in ("CUDA_HOME", "CUDA_PATH", "ROCM_PATH")}
    return {name: place for name, place in places.items() if place} | platform()


def platform() -> dict[str, str]:
    """Which compiler hipcc would turn to by itself: NVIDIA's, where it sees an nvcc."""
    hipconfig = shutil.which("hipconfig")
    if hipconfig is None:
        return {}
    environ = {name: value for name, value in os.environ.items() if name != "HIP_PLATFORM"}
    command = [hipconfig, "--platform"]
    told = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    return {"hipcc compiles for": told.stdout.strip()}


class Recording(build_py):
    """Writes what was found into the module."""

    def run(self) -> None:
        """As ever, and then the module anew."""
        super().run()
        text = f"FOUND = {json.dumps(found(), indent=4)}\n"
        Path(self.build_lib, "demo_seeker.py").write_text(text)


setup(cmdclass={"build_py": Recording})

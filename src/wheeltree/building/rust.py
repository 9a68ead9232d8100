"""The Rust toolchain as a build sees it: at one path, wherever this machine has it."""

from wheeltree.errors import BuildError
from wheeltree.host.rust import INSTALL, toolchain
from wheeltree.model.spec import BuildSpec
from wheeltree.sandbox.base import Bind

RUST = "/build/rust"


def rust_of(spec: BuildSpec) -> tuple[Bind, ...]:
    """What shows the toolchain to a build; () for one that takes none, or the distribution's.

    BuildError if this machine has none, or another than the build was planned with.
    """
    if not spec.rust:
        return ()
    found = toolchain()
    if found is None:
        raise BuildError(
            f"{spec} is built with rustc and cargo, and this machine has none that builds can see",
            hint=INSTALL,
        )
    if found.digest != spec.rust:
        raise BuildError(
            f"{spec} was planned with another Rust toolchain than the {found.version} in "
            f"{found.sysroot}",
            hint="plan anew with `builder bootstrap`",
        )
    return () if found.is_of_system else (Bind(source=found.sysroot, target=RUST),)

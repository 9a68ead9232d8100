"""What is wrong with the variants of a wheelhouse, as far as its wheels tell."""

from collections.abc import Iterator
from pathlib import Path

from wheeltree.errors import StoreError, UsageError
from wheeltree.host.device_code import Unreadable, device_code
from wheeltree.model.device import DeviceCode
from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen
from wheeltree.store.view import Shelved, Showing
from wheeltree.store.wheelhouse import published

_FEW = 5


class VariantsChecked(Frozen):
    """What a look at a wheelhouse found."""

    variants: tuple[str, ...]
    wheels: int
    """How many different ones were looked at."""
    problems: tuple[str, ...]


def check_variants(wheelhouse: Path) -> VariantsChecked:
    """Wheels that differ between variants without need, and wheels that should and do not.

    UsageError if the wheelhouse has no variants; StoreError if a wheel cannot be read.
    """
    showing = published(wheelhouse)
    names = tuple(name for name in showing.views if name)
    if not names:
        raise UsageError(
            f"{wheelhouse} has no variants", hint="declare some under `variants` in the settings"
        )
    return VariantsChecked(
        variants=names,
        wheels=len({wheel.digest for view in showing.views.values() for wheel in view.wheels}),
        problems=(*_needless(showing), *_hidden(showing, wheelhouse)),
    )


def _needless(showing: Showing) -> Iterator[str]:
    """Wheels that were built for several variants and have the same content."""
    for (base, _), found in sorted(_by_content(showing).items()):
        if len(found) > 1 and any(wheel.variant for _, wheel in found):
            wheel, names = found[0][1], _listed([name for name, _ in found])
            yield (
                f"{wheel.name}=={wheel.version} ({base}) is built more than once for {names}, and "
                "comes out the same: it need not ask for a variant"
            )


def _by_content(showing: Showing) -> dict[tuple[str, Digest], list[tuple[str, Shelved]]]:
    found: dict[tuple[str, Digest], list[tuple[str, Shelved]]] = {}
    for name, view in showing.views.items():
        for wheel in view.wheels:
            found.setdefault((wheel.base, wheel.content), []).append((name, wheel))
    return found


def _hidden(showing: Showing, root: Path) -> Iterator[str]:
    """Wheels that are the same in all variants, though they have code for a device."""
    seen: set[Digest] = set()
    for view in showing.views.values():
        for wheel in view.wheels:
            if wheel.variant or wheel.digest in seen:
                continue
            seen.add(wheel.digest)
            code = _inside(root / wheel.location, wheel)
            if code.found:
                yield (
                    f"{wheel.name}=={wheel.version} ({wheel.filename}) is the same in all "
                    f"variants, but has {_traces(code)} in {_listed(code.files[:_FEW])}: name it "
                    "under `packages:` of the variant that it is for"
                )


def _inside(path: Path, wheel: Shelved) -> DeviceCode:
    try:
        return device_code(path)
    except Unreadable as error:
        raise StoreError(
            f"{wheel.filename}: nobody can tell which code for devices it has: {error}",
            hint="publish it again with `builder bootstrap`, if the file is damaged",
        ) from error


def _traces(code: DeviceCode) -> str:
    devices = (*(f"sm {each}" for each in code.sm_arch), *code.gfx_arch)
    words = [f"code for {_listed(devices)}"] if devices else []
    words += [f"a use of {_listed(code.loads)}"] if code.loads else []
    return " and ".join(words) or "code for some device"


def _listed(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(words)

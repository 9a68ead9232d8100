"""Which line of a user's code an exception came from."""

import re
from collections.abc import Callable

from wheeltree.errors import PluginError
from wheeltree.model.frozen import Frozen
from wheeltree.plugins.files import WorkRefused

PRIVATE = "wheeltree_override_"
"""Every package that a file of the user is imported in has a name that begins so."""

_FRAMES = 5


class Origin(Frozen):
    """Where a plugin's code is."""

    where: str
    """For people: a file, or a distribution with its entry point."""
    owns: Callable[[str], bool]
    """Whether a file is one of its own."""


def blamed(error: BaseException, origin: Origin, *, action: str, fallback: str) -> PluginError:
    """`error`, raised by a plugin's code, as the user should see it.

    action: what was done, such as `prepare of demo 1.0`. fallback: the place to name if the error
    came from no line of the plugin.
    """
    import traceback  # noqa: PLC0415  only where something failed

    own = [each for each in traceback.extract_tb(error.__traceback__) if origin.owns(each.filename)]
    place = f"{own[-1].filename}:{own[-1].lineno}" if own else fallback
    if isinstance(error, SyntaxError) and error.filename and origin.owns(error.filename):
        place = f"{error.filename}:{error.lineno}"
    frames = [f"line {each.lineno}, in {each.name}: {each.line}" for each in own[-_FRAMES:]]
    more = error.details if isinstance(error, WorkRefused) else ()
    return PluginError(
        f"{place}: {action} failed: {_said(error)}",
        details=[*frames, *more],
        hint=_hint(error),
    )


def _said(error: BaseException) -> str:
    """The exception in one line."""
    text = re.sub(rf"{PRIVATE}[0-9a-f]+", "overrides", str(error).partition("\n")[0])
    if isinstance(error, WorkRefused):
        return text
    kind = type(error).__name__
    return f"{kind}: {text}" if text else kind


def _hint(error: BaseException) -> str:
    if isinstance(error, ImportError) and (error.name or "").startswith(PRIVATE):
        return (
            "modules beside it are imported at the top of the file, not in a method: only then "
            "are they in its fingerprint"
        )
    if isinstance(error, ModuleNotFoundError):
        return "a module that lies beside it is imported with: from . import NAME"
    return ""

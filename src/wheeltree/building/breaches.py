"""The limits of a build, and what is said when it goes over one."""

from collections.abc import Sequence

from wheeltree.errors import BuildError
from wheeltree.model.frozen import Frozen
from wheeltree.model.system import Resources
from wheeltree.sandbox.base import Breach, Limits

_UNITS = ((30, "GiB"), (20, "MiB"), (10, "KiB"))


class Said(Frozen):
    """What is said of a limit that was broken."""

    text: str
    """As it goes on after the hook."""
    key: str
    """Of `resources`, which sets it."""


def limits_of(resources: Resources) -> Limits:
    """What the sandbox is to see to."""
    return Limits(
        memory=resources.most_memory,
        processes=resources.most_processes,
        disk=resources.most_disk,
    )


def said(breach: Breach | None, resources: Resources, *, log_full: bool) -> Said | None:
    """What is said of a breach, or of a log that is full; None where there is neither."""
    if breach is None:
        most = amount(resources.most_log)
        text = f"printed more than its log could hold, which is {most}"
        return Said(text=text, key="most_log") if log_full else None
    if breach.what == "processes":
        text = f"had more than {breach.limit} processes at once"
    else:
        took = "took {} of memory" if breach.what == "memory" else "wrote {} to its folders"
        text = f"{took.format(amount(breach.found))}, and may have {amount(breach.limit)}"
    return Said(text=text, key=f"most_{breach.what}")


def refusal(message: str, package: str, broken: Said, *, details: Sequence[str]) -> BuildError:
    """The error of a build that went over a limit. package: whose settings can raise it."""
    setting = f"`packages: {{{package}: {{resources: {{{broken.key}: …}}}}}}`"
    return BuildError(message, hint=f"if it needs more: {setting}", details=details)


def amount(number: int) -> str:
    """So many bytes, as a person would say it."""
    for power, unit in _UNITS:
        if number >= 1 << power:
            return f"{number / (1 << power):.1f}".removesuffix(".0") + f" {unit}"
    return f"{number} bytes"

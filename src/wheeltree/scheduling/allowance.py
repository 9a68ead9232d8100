"""How many cores a build may use."""

from collections.abc import Collection

from wheeltree.model.frozen import Frozen
from wheeltree.model.system import Resources


class Machine(Frozen):
    """What all builds of a run share."""

    cores: int
    memory: int
    """Bytes."""


class Company(Frozen):
    """The wide builds that run, or are ready to run, beside one that starts."""

    others: int
    rivals: int
    """Those of them that are expected to take about as long, or longer."""


ALONE = Company(others=0, rivals=0)


def company(seconds: float, others: Collection[float], lanes: int) -> Company:
    """What is beside a build that is expected to take so many seconds.

    others: seconds of the other wide builds. lanes: how many builds run at a time.
    """
    rivals = sum(each >= seconds / 2 for each in others)
    return Company(others=min(len(others), lanes - 1), rivals=min(rivals, lanes - 1))


def allowance(
    machine: Machine, resources: Resources, *, wide: bool, beside: Company = ALONE
) -> int:
    """Cores for a build that starts now.

    wide: whether the build can use more than one (it compiles). Cores are shared with rivals only:
    an allowance cannot grow, so a long build that shared with a short one would leave cores idle
    once that has ended; for a while there are more jobs than cores instead. A pure Python build is
    one process and gets one core. One whose jobs take much memory gets as many as fit into its
    share of it, which it has with all others.
    """
    company = ALONE if resources.exclusive else beside
    limits = [machine.cores // (1 + company.rivals) if wide else 1]
    if resources.cores is not None:
        limits.append(resources.cores)
    if resources.memory is not None:
        limits.append(machine.memory // (1 + company.others) // resources.memory)
    return max(1, min(limits))

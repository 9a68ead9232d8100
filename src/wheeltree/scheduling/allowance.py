"""How many cores a build may use."""

from wheeltree.model.frozen import Frozen
from wheeltree.model.system import Resources


class Machine(Frozen):
    """What all builds of a run share."""

    cores: int
    memory: int
    """Bytes."""


def allowance(machine: Machine, resources: Resources, *, wide: bool, others: int) -> int:
    """Cores for a build that starts now.

    wide: whether the build can use more than one (it compiles). others: wide builds that run or are
    ready to run beside it. A pure Python build is one process and gets one core, and so costs the
    wide ones little. One whose jobs take much memory gets as many as fit into its share of it.
    """
    beside = 0 if resources.exclusive else others
    limits = [machine.cores // (1 + beside) if wide else 1]
    if resources.cores is not None:
        limits.append(resources.cores)
    if resources.memory is not None:
        limits.append(machine.memory // (1 + beside) // resources.memory)
    return max(1, min(limits))

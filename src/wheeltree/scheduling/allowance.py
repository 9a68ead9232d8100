"""How many cores a build may use."""


def allowance(cores: int, *, wide: bool, others: int) -> int:
    """Cores for a build that starts now.

    cores: of the machine. wide: whether the build can use more than one (it compiles). others: wide
    builds that run or are ready to run beside it. A pure Python build is one process and gets one
    core, and so costs the wide ones little.
    """
    return max(1, cores // (1 + others)) if wide else 1

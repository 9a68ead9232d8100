"""How this process runs Python: it seldom looks for garbage, and its threads take turns quickly."""

import gc
import sys

_ALLOCATIONS = 20_000
"""New containers after which garbage is looked for. Python's default of 700 made a cold run look
two hundred times, and while modules are loaded: nearly nothing that a run makes is garbage that
only the collector can find."""
_ROUNDS = (20, 50)
"""Looks at what is new before what survived once, and then everything, is looked at again."""
_TURN = 0.0005
"""Seconds that a thread which computes keeps the interpreter from the others. Threads that fetch
and unpack make many short system calls, and after each of them they would wait up to Python's
default of 5 ms while another one computes."""


def set_pace() -> None:
    """Set it for the whole process; before the modules of a command are loaded."""
    gc.set_threshold(_ALLOCATIONS, *_ROUNDS)
    sys.setswitchinterval(_TURN)

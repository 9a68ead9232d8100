"""Numbers that are raised when something that is kept changes its meaning."""

OUTPUT_SCHEMA = 2
"""Raised when our own repacking of a finished wheel changes."""

PLAN_SCHEMA = 1
"""Raised when the meaning of a plan file changes."""

STAND_IN_SCHEMA = 1
"""Raised when what a stand-in for a program of the system contains changes."""

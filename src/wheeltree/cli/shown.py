"""The end of a command whose error was shown where it happened."""

from wheeltree.errors import WheeltreeError


class Shown(WheeltreeError):
    """An error that the console has shown already; only its exit status is left to give."""

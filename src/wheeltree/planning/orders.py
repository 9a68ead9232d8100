"""What a run has another process prepare, and what that process replies."""

from pathlib import Path

from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate, Preparation, SourceTree


class Order(Frozen):
    """One source to prepare."""

    candidate: Candidate
    preparation: Preparation
    archive: Path
    """Its sdist, verified already."""
    body: Path
    """An empty file, which becomes the pack of the prepared tree."""


class Done(Frozen, tag=True):
    """The source is prepared."""

    tree: SourceTree


class Declined(Frozen, tag=True):
    """The source needs what only the run itself has, such as the network."""


class Refusal(Frozen, tag=True):
    """The source cannot be prepared: an error of `wheeltree.errors`, in parts."""

    kind: str
    """Name of its class."""
    message: str
    hint: str
    details: tuple[str, ...]


class Reply(Frozen):
    """What became of an order."""

    outcome: Done | Declined | Refusal

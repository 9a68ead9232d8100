"""What the user asked for, as it was typed."""

from pathlib import Path

from packaging.utils import NormalizedName

from wheeltree.model.frozen import Frozen, field


class Upgrade(Frozen):
    """Which projects may leave the versions of the previous plan."""

    everything: bool = False
    names: frozenset[NormalizedName] = frozenset()


class Places(Frozen):
    """The folders and files of a run."""

    wheelhouse: Path = Path("wheelhouse")
    store: Path
    settings: Path | None = None
    """None reads settings.yaml in the current folder if it is there."""


class Invocation(Frozen):
    """The arguments of `builder bootstrap` and its siblings."""

    requirements: tuple[str, ...] = ()
    """Requirements files and requirements."""
    sets: tuple[tuple[str, Path], ...] = ()
    """Further install sets: name and requirements file."""
    variants: tuple[tuple[str, Path | None], ...] = ()
    """The variants to build, each with a file of what it alone wants; () for all that the settings
    declare."""
    places: Places
    constraints: tuple[Path, ...] = ()
    build_constraints: tuple[Path, ...] = ()
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    python: str = "python3"
    jobs: int
    pre: bool = False
    offline: bool = False
    locked: Path | None = None
    exact: bool = False
    upgrade: Upgrade = field(default_factory=Upgrade)
    rebuild: frozenset[NormalizedName] = frozenset()
    seeds: bool = True
    """False refuses the seeds of the settings."""
    sandbox: str | None = None
    """None takes the best that can be had."""
    signing_key: Path | None = None
    """Stands before what settings say of signing."""
    keep_going: bool = False
    plan_only: bool = False
    add: bool = False
    """Whether to leave what earlier runs published in the wheelhouse."""

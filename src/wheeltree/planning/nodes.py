"""What is planned: a wheel in the context that its build environment depends on."""

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.frozen import Frozen
from wheeltree.model.source import Candidate, Metadata, SourceTree
from wheeltree.model.system import SystemTool, tool_named
from wheeltree.resolution.problem import Solution


class Context(Frozen):
    """What a build environment depends on besides its own requirements."""

    seeded: frozenset[NormalizedName] = frozenset()
    """Projects that are taken as seeds, since they are being built themselves."""
    matched: tuple[tuple[NormalizedName, Version], ...] = ()
    """Versions that follow the install set (`match_install`)."""
    tools: tuple[SystemTool, ...] = ()
    """Programs of the system that stand for projects: as the recipe of what is built in it says."""

    @property
    def below(self) -> "Context":
        """The one in which the wheels of such an environment are built themselves."""
        return Context(seeded=self.seeded)

    def tool(self, name: NormalizedName) -> SystemTool | None:
        """What stands for a project, if anything of the system does."""
        return tool_named(self.tools, name)

    def plants(self, name: NormalizedName) -> bool:
        """Whether a project is not built, but planted."""
        return name in self.seeded or self.tool(name) is not None


class Node(Frozen):
    """One wheel in one context."""

    candidate: Candidate
    context: Context = Context()

    def __str__(self) -> str:
        return str(self.candidate)


class Settled(Frozen):
    """A node whose build environment is final."""

    static: tuple[str, ...]
    """The declared build requirements, after edits."""
    dynamic: tuple[str, ...]
    """What the backend added, before edits."""
    environment: Solution
    context: Context
    """The one its environment is made in."""
    said: Metadata
    """What the source or the backend says, before edits."""
    metadata: Metadata
    """What the wheel will require."""


def taken(tree: SourceTree, context: Context) -> Settled:
    """A wheel that is taken as it is: nothing is built, so that it needs no environment."""
    assert tree.metadata is not None  # it was read from the wheel
    return Settled(
        static=(),
        dynamic=(),
        environment=Solution(pins=(), edges=()),
        context=context,
        said=tree.metadata,
        metadata=tree.metadata,
    )

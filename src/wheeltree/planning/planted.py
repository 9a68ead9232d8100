"""What build environments get that no run builds: seeds, and programs of the system."""

from collections.abc import Mapping

from packaging.utils import NormalizedName

from wheeltree.errors import ResolutionError
from wheeltree.model.digest import Digest, Key
from wheeltree.model.plan import Seed
from wheeltree.model.source import Candidate, Metadata
from wheeltree.model.stand_in import StandIn
from wheeltree.model.system import SystemTool
from wheeltree.model.tools import metadata_of
from wheeltree.planning.facts import Facts, Plant, Stand
from wheeltree.planning.nodes import Context
from wheeltree.resolution.index import Listing
from wheeltree.resolution.system_listing import SystemListing


class Planted:
    """What stands for projects in which context; raises Missing where that is not known yet."""

    def __init__(self, seeds: Mapping[NormalizedName, Seed], facts: Facts) -> None:
        self._seeds = seeds
        self._facts = facts

    def listing(self, name: NormalizedName, context: Context) -> Listing | None:
        """The only thing that is offered of a project in a context; None where it is built."""
        tool = context.tool(name)
        if tool is not None:
            return self.system_listing(tool)
        if name in context.seeded:
            return Listing(name=name, candidates=(_seed_candidate(self._seeds[name]),))
        return None

    def key(self, pin: Candidate, context: Context) -> Key:
        """What stands for a planted wheel in an environment of that context."""
        return self.seed(pin).key if pin.kind == "seed" else self.stand_in(pin, context).key

    def metadata(self, candidate: Candidate) -> Metadata:
        """What a planted wheel requires."""
        if candidate.kind == "seed":
            return self.seed_metadata(candidate.name)
        return metadata_of(candidate.name)

    def seed(self, pin: Candidate) -> Seed:
        """The seed that a candidate is."""
        return self._seeds[pin.name]

    def seed_metadata(self, name: NormalizedName) -> Metadata:
        """What the wheel of a project's seed says of itself."""
        return self._facts.seed(Plant(seed=self._seeds[name]))

    def stand_in(self, pin: Candidate, context: Context) -> StandIn:
        """The program of the system that a candidate is."""
        tool = context.tool(pin.name)
        assert tool is not None  # its listing offered the candidate
        return self.system(tool)

    def system(self, tool: SystemTool) -> StandIn:
        """What stands for a project on this machine."""
        return self._facts.stand_in(Stand(tool=tool))

    def system_listing(self, tool: SystemTool) -> SystemListing:
        """The program that stands for a project as the only thing that is offered of it."""
        try:
            found = self.system(tool)
        except ResolutionError as error:  # told with who asks, if it is needed in the end
            return SystemListing(name=tool.name, says=error.message, remedy=error.hint)
        return SystemListing(
            name=tool.name,
            candidates=(_system_candidate(found),),
            says=f"{tool.name} comes from the system, and {found.described}",
            remedy=f"install a {tool.name} that fits; or, if {found.says or 'this one'} will do, "
            f"take it for another: `system: {{{tool.name}: {{version: …, because: …}}}}` in the "
            f"settings of who asks",
        )


def _seed_candidate(seed: Seed) -> Candidate:
    return Candidate(
        name=seed.name,
        version=seed.version,
        kind="seed",
        filename=seed.url.rpartition("/")[2],
        url=seed.url,
        digest=seed.digest,
    )


def _system_candidate(found: StandIn) -> Candidate:
    return Candidate(
        name=found.name,
        version=found.version,
        kind="system",
        filename=found.program.rpartition("/")[2],
        url=f"file://{found.program}",
        digest=Digest(found.key),
    )

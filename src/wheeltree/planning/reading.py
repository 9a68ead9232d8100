"""What is known by reading: of indexes, sources, seeds and the system; no package's code runs."""

from urllib.parse import unquote, urlsplit

from packaging.requirements import Requirement
from packaging.utils import NormalizedName

from wheeltree.building.libraries import sought
from wheeltree.building.seed import plant
from wheeltree.building.shelf import realised
from wheeltree.building.toolkits import weighed
from wheeltree.model.digest import key_of
from wheeltree.model.frozen import replace
from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Candidate, Metadata
from wheeltree.planning.facts import (
    Fact,
    Fetchable,
    Find,
    Locate,
    Offers,
    Plant,
    Prepare,
    Stand,
    Weigh,
)
from wheeltree.planning.listings import Listings
from wheeltree.planning.sources import Sources
from wheeltree.planning.stand_ins import stood
from wheeltree.plugins.registry import Plugins
from wheeltree.resolution.index import Listing
from wheeltree.sources.locate import locate
from wheeltree.store.local import Store
from wheeltree.transport import Transport


class Reading:
    """Answers questions from any thread; every answer is kept for the next run."""

    def __init__(
        self,
        *,
        store: Store,
        transport: Transport,
        listings: Listings,
        sources: Sources,
        plugins: Plugins,
        interpreter: Interpreter,
        offline: bool,
    ) -> None:
        self._store = store
        self._transport = transport
        self._listings = listings
        self._sources = sources
        self._plugins = plugins
        self._interpreter = interpreter
        self._offline = offline

    def fetch(self, question: Fetchable) -> Fact:
        """The answer to a question that no package's code is run for."""
        match question:
            case Offers(name=name, variant=variant):
                return self._offers(name, variant)
            case Locate(requirement=requirement):
                return self._locate(Requirement(requirement))
            case Prepare():
                return self._sources.prepared(question)
            case Plant():
                return self._plant(question)
            case Stand() | Find() | Weigh():
                return self._of_system(question)

    def _of_system(self, question: Stand | Find | Weigh) -> Fact:
        match question:
            case Stand(tool=tool):
                return stood(tool, store=self._store, interpreter=self._interpreter)
            case Find(library=library):
                return sought(library, self._store)
            case Weigh(prefix=prefix):
                return weighed(prefix, self._store)

    def _offers(self, name: NormalizedName, variant: str) -> Listing:
        """What is offered of a project, or what a plugin chooses of it."""
        listing = self._listings.of(name, variant)
        plugin = self._plugins.of(name)
        if not plugin.overrides("select"):
            return listing
        return replace(listing, candidates=plugin.select(name, listing.candidates))

    def _locate(self, requirement: Requirement) -> Candidate:
        key = key_of("locate", str(requirement))
        if self._offline and not (requirement.url or "").startswith("file:"):
            known = self._store.record("located", key, Candidate)
            if known is not None:
                return known
        with self._store.scratch(f"locate-{requirement.name}") as scratch:
            found = locate(self._transport, requirement, scratch / "archive")
            if (scratch / "archive").is_file():
                self._store.add(scratch / "archive")
        self._store.replace_record("located", key, found, Candidate)
        return found

    def _plant(self, question: Plant) -> Metadata:
        seed = question.seed
        known = realised(self._store, seed.key)
        if known is not None:
            return known.metadata
        filename = unquote(urlsplit(seed.url).path.rpartition("/")[2])
        with self._store.scratch(f"seed-{seed.name}") as scratch:
            file = scratch / "seed.whl"
            self._transport.download(seed.url, file)
            planted = plant(
                seed, file, filename=filename, store=self._store, interpreter=self._interpreter
            )
        return planted.metadata

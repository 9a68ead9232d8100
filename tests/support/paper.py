"""A world on paper: everything that planning may ask, answered from a few dicts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from wheeltree.errors import ResolutionError
from wheeltree.model.digest import Digest, digest_bytes
from wheeltree.model.plan import Plan, Seed
from wheeltree.model.platform import Interpreter, Platform
from wheeltree.model.source import BuildSystem, Candidate, Metadata, Preparation, SourceTree
from wheeltree.model.spec import BackendAnswer, Inquiry, Recipe
from wheeltree.model.stand_in import StandIn
from wheeltree.model.system import AbsentLibrary, SystemLibrary, SystemTool
from wheeltree.model.toolkit import Toolkit
from wheeltree.planning.assemble import assemble
from wheeltree.planning.facts import (
    Fact,
    Facts,
    Find,
    Locate,
    Missing,
    Offers,
    Plant,
    Prepare,
    Question,
    Stand,
    Weigh,
)
from wheeltree.planning.planner import Planner
from wheeltree.planning.request import Choices, Request, Rules
from wheeltree.planning.wanted_set import WantedSet
from wheeltree.resolution.index import Listing
from wheeltree.resolution.wanted import Wanted

T = TypeVar("T")

INDEX = "https://index.test/simple"
PYTHON = Interpreter(
    executable="/usr/bin/python3",
    prefix="/usr",
    digest=digest_bytes(b"python"),
    version="3.11.7",
    site="lib/python3.11/site-packages",
    markers=(("python_version", "3.11"), ("sys_platform", "linux")),
    tags=("py3-none-any",),
)
PLATFORM = Platform(
    interpreter=PYTHON,
    layout="closed",
    parts=(
        ("base", digest_bytes(b"base")),
        ("toolchain", digest_bytes(b"toolchain")),
        ("headers", digest_bytes(b"headers")),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One version of a project."""

    requires: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    asks: Callable[[frozenset[str]], tuple[str, ...]] = lambda _: ()
    """What its backend adds, by the `name==version` of everything it is asked with."""
    dynamic: bool = False
    native: bool = False


@dataclass(kw_only=True)
class Paper:
    """Sheets by `name==version`; every question that was answered is noted."""

    sheets: Mapping[str, Sheet]
    urls: Mapping[str, str] = field(default_factory=dict)
    """`name==version` of what lies at a URL."""
    asked: list[Question] = field(default_factory=list)
    programs: Mapping[str, str] = field(default_factory=dict)
    """Versions of the programs of the system, by project."""
    libraries: Mapping[str, SystemLibrary] = field(default_factory=dict)
    """What the system has of libraries; nothing of those that are not listed."""

    def stand_in(self, tool: SystemTool) -> StandIn:
        """What of the system stands for a project."""
        if tool.name not in self.programs:
            raise ResolutionError(f"there is no {tool.name}", hint="install it")
        says = self.programs[tool.name]
        return StandIn(
            name=tool.name,
            version=Version(tool.version or says),
            says=says,
            programs=(f"/usr/bin/{tool.name}",),
            digest=digest_bytes(f"{tool.name} {says}".encode()),
        )

    def candidate(self, pin: str) -> Candidate:
        """One version as an index offers it."""
        name, _, version = pin.partition("==")
        return Candidate(
            name=canonicalize_name(name),
            version=Version(version),
            filename=f"{name}-{version}.tar.gz",
            url=f"https://files.test/{name}-{version}.tar.gz",
            digest=digest_bytes(pin.encode()),
            index=INDEX,
        )

    def answer(self, question: Question) -> Fact:
        """What is on paper."""
        self.asked.append(question)
        match question:
            case Offers(name=name):
                return self._listing(name)
            case Locate(requirement=text):
                return self.candidate(self.urls[Requirement(text).url or ""])
            case Prepare(candidate=candidate):
                return self._tree(candidate)
            case Plant(seed=seed):
                return Metadata(requires_dist=self.sheets[str(seed)].requires)
            case Stand() | Find() | Weigh():
                return self._of_system(question)
            case Inquiry():
                return self._told(question)

    def _of_system(self, question: Stand | Find | Weigh) -> Fact:
        if isinstance(question, Stand):
            return self.stand_in(question.tool)
        if isinstance(question, Weigh):
            return Toolkit(prefix=question.prefix, digest=digest_bytes(question.prefix.encode()))
        name = question.library
        absent = AbsentLibrary(name=name, reason="is not installed", debian="", fedora="f")
        return self.libraries.get(name, absent)

    def plan(self, request: Request) -> Plan:
        """The plan of a request, asking until nothing is missing."""
        facts = Facts()
        planner = Planner(request, facts)
        return self.until_known(lambda: assemble(planner), facts)

    def until_known(self, ask: Callable[[], T], facts: Facts) -> T:
        """The result of `ask` once every fact that it misses is learned."""
        while True:
            try:
                return ask()
            except Missing as missing:
                for question in missing.questions:
                    self._tell(question, facts)

    def _tell(self, question: Question, facts: Facts) -> None:
        try:
            facts.learn(question, self.answer(question))
        except ResolutionError as error:
            facts.refuse(question, error)

    def _listing(self, name: NormalizedName) -> Listing:
        found = [self.candidate(pin) for pin in self.sheets if pin.partition("==")[0] == name]
        newest = sorted(found, key=lambda each: each.version, reverse=True)
        return Listing(name=name, candidates=tuple(newest), index=INDEX)

    def _tree(self, candidate: Candidate) -> SourceTree:
        sheet = self.sheets[str(candidate)]
        return SourceTree(
            digest=digest_bytes(f"tree of {candidate}".encode()),
            archive=Digest(candidate.digest or ""),
            epoch=0,
            native=sheet.native,
            patched=False,
            size=0,
            build_system=BuildSystem(requires=sheet.build, backend="paper"),
            metadata=None if sheet.dynamic else Metadata(requires_dist=sheet.requires),
        )

    def _told(self, inquiry: Inquiry) -> BackendAnswer:
        sheet = self.sheets[str(inquiry)]
        asks = sheet.asks(frozenset(str(each) for each in inquiry.spec.environment))
        told = Metadata(requires_dist=sheet.requires) if inquiry.metadata else None
        return BackendAnswer(requires=asks, metadata=told)


def wanted(*texts: str, file: str = "requirements.txt") -> tuple[Wanted, ...]:
    """Requirements as the lines of a file."""
    return tuple(
        Wanted(requirement=Requirement(text), origin=f"{file}:{number}")
        for number, text in enumerate(texts, 1)
    )


def request(
    *texts: str,
    sets: Mapping[str, Iterable[str]] | None = None,
    build_constraints: tuple[str, ...] = (),
    recipes: Mapping[str, Recipe] | None = None,
    seeds: Iterable[Seed] = (),
    choices: Choices | None = None,
) -> Request:
    """A request for requirements, or for several sets of them."""
    named = sets if sets is not None else {"default": texts}
    by_name = recipes or {}

    def recipe(name: NormalizedName, _: Version) -> Recipe:
        return by_name.get(name, Recipe())

    return Request(
        sets=tuple(WantedSet(name=name, wanted=wanted(*each)) for name, each in named.items()),
        build_constraints=wanted(*build_constraints, file="build.txt"),
        platform=PLATFORM,
        rules=Rules(
            recipe=recipe,
            preparation=lambda _, __: Preparation(),
            seeds={each.name: each for each in seeds},
        ),
        choices=choices or Choices(),
        pre=False,
    )


def seed(pin: str) -> Seed:
    """A seed of one version."""
    name, _, version = pin.partition("==")
    return Seed(
        name=canonicalize_name(name),
        version=Version(version),
        url=f"https://seeds.test/{name}-{version}-py3-none-any.whl",
        digest=digest_bytes(f"seed {pin}".encode()),
    )

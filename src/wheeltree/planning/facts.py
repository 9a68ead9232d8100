"""The questions that planning may ask, and the facts that answer them."""

from typing import TypeAlias, TypeVar

from packaging.utils import NormalizedName

from wheeltree.errors import (
    PluginError,
    ResolutionError,
    SettingsError,
    SourceError,
    WheeltreeError,
)
from wheeltree.model.frozen import Frozen
from wheeltree.model.plan import Seed
from wheeltree.model.source import Candidate, Metadata, Preparation, SourceTree
from wheeltree.model.spec import BackendAnswer, Inquiry
from wheeltree.model.stand_in import StandIn
from wheeltree.model.system import SystemLibrary, SystemTool
from wheeltree.model.toolkit import Toolkit
from wheeltree.resolution.index import Listing

UNPLANNABLE = (PluginError, ResolutionError, SettingsError, SourceError)
"""What keeps a package out of a plan. Where it was only guessed that it is needed, it is no matter:
if it is, the same error shows again."""


class Offers(Frozen):
    """Which versions of a project does the index have? Answered by a Listing."""

    name: NormalizedName
    variant: str = ""
    """One that takes the project from a place of its own, which is asked instead; else ""."""

    def __str__(self) -> str:
        return self.name


class Locate(Frozen):
    """What lies at this direct reference (`name @ url`)? Answered by a Candidate."""

    requirement: str

    def __str__(self) -> str:
        return self.requirement


class Prepare(Frozen):
    """What is in this source once it is patched? Answered by a SourceTree."""

    candidate: Candidate
    preparation: Preparation

    def __str__(self) -> str:
        return str(self.candidate)


class Plant(Frozen):
    """What does this seed require? Answered by Metadata; its wheel is then in the store."""

    seed: Seed

    def __str__(self) -> str:
        return str(self.seed)


class Stand(Frozen):
    """Which program of this machine stands for a project? Answered by a StandIn, whose wheel is
    then in the store.
    """

    tool: SystemTool

    def __str__(self) -> str:
        return self.tool.name


class Find(Frozen):
    """What does this machine have of this library? Answered by a SystemLibrary, also if nothing."""

    library: str
    """Name of its pkg-config module."""

    def __str__(self) -> str:
        return self.library


class Weigh(Frozen):
    """What does this machine have in the folder of a toolkit? Answered by a Toolkit."""

    prefix: str

    def __str__(self) -> str:
        return self.prefix


Fetchable: TypeAlias = Offers | Locate | Prepare | Plant | Stand | Find | Weigh
"""Questions that are answered by reading: an index, a source, a seed, a program, library or toolkit
of this machine. No package's code runs."""

Question: TypeAlias = Fetchable | Inquiry
"""An Inquiry is answered by running a backend, in an environment that must be built first."""

Fact: TypeAlias = (
    Listing | Candidate | SourceTree | Metadata | StandIn | SystemLibrary | Toolkit | BackendAnswer
)


_F = TypeVar(
    "_F",
    Listing,
    Candidate,
    SourceTree,
    Metadata,
    StandIn,
    SystemLibrary,
    Toolkit,
    BackendAnswer,
)


class Missing(Exception):
    """Planning cannot go on before these questions are answered."""

    def __init__(self, *questions: Question) -> None:
        super().__init__(*questions)
        self.questions = frozenset(questions)


class Facts:
    """What is known so far; it only grows."""

    def __init__(self) -> None:
        self._known: dict[Question, object] = {}
        self._refused: dict[Question, WheeltreeError] = {}

    def settle(self, question: Question) -> bool:
        """Whether it is known what the answer is, or that there is none."""
        return question in self._known or question in self._refused

    def learn(self, question: Question, fact: object) -> None:
        """Take in the answer to a question."""
        self._known[question] = fact

    def refuse(self, question: Question, error: WheeltreeError) -> None:
        """The question has no answer: whoever needs it meets this error.

        What only explores ahead may ask for things that nobody needs in the end.
        """
        self._refused[question] = error

    def listing(self, question: Offers) -> Listing:
        """The answer, or Missing."""
        return self._get(question, Listing)

    def told(self, question: Offers) -> Listing | None:
        """The answer; None where it was never asked for, or there is none."""
        fact = self._known.get(question)
        return fact if isinstance(fact, Listing) else None

    def candidate(self, question: Locate) -> Candidate:
        """The answer, or Missing."""
        return self._get(question, Candidate)

    def tree(self, question: Prepare) -> SourceTree:
        """The answer, or Missing."""
        return self._get(question, SourceTree)

    def seed(self, question: Plant) -> Metadata:
        """The answer, or Missing."""
        return self._get(question, Metadata)

    def stand_in(self, question: Stand) -> StandIn:
        """The answer, or Missing."""
        return self._get(question, StandIn)

    def library(self, question: Find) -> SystemLibrary:
        """The answer, or Missing."""
        return self._get(question, SystemLibrary)

    def toolkit(self, question: Weigh) -> Toolkit:
        """The answer, or Missing."""
        return self._get(question, Toolkit)

    def answer(self, question: Inquiry) -> BackendAnswer:
        """The answer, or Missing."""
        return self._get(question, BackendAnswer)

    def _get(self, question: Question, kind: type[_F]) -> _F:
        try:
            fact = self._known[question]
        except KeyError:
            if question in self._refused:
                raise self._refused[question] from None
            raise Missing(question) from None
        assert isinstance(fact, kind)
        return fact

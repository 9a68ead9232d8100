"""Who answers questions and builds wheels, as planning sees it."""

from typing import Protocol

from packaging.utils import NormalizedName

from wheeltree.building.realise import Anticipated
from wheeltree.model.artifact import Artifact
from wheeltree.model.frozen import Frozen
from wheeltree.model.spec import BackendAnswer, BuildSpec, Inquiry
from wheeltree.model.trial import Imported, Trial
from wheeltree.planning.facts import Fact, Fetchable
from wheeltree.scheduling.allowance import Machine


class Services(Protocol):
    """Each method may be called from any thread; those that take cores run a sandbox."""

    def fetch(self, question: Fetchable) -> Fact:
        """Answer by reading an index, a source or a seed."""

    def recall(self, inquiry: Inquiry) -> BackendAnswer | None:
        """What the backend answered to the same question in an earlier run."""

    def inquire(self, inquiry: Inquiry, cores: int) -> BackendAnswer:
        """Ask the backend; its environment is realised already."""

    def anticipate(self, inquiry: Inquiry, cores: int) -> Anticipated:
        """Ask, and build the wheel at once if the answer adds nothing to its environment."""

    def find(self, spec: BuildSpec) -> Artifact | None:
        """The wheel, if the store has it."""

    def check(self, spec: BuildSpec, artifact: Artifact) -> None:
        """BuildError if a wheel is not for the devices that its variant declares."""

    def imported(self, trial: Trial) -> Imported | None:
        """What came of importing a wheel before, if that went well."""

    def try_import(self, trial: Trial, cores: int) -> Imported:
        """Import a wheel; all that is installed with it is realised already."""

    def forget(self, spec: BuildSpec) -> None:
        """Act as if the wheel had never been built."""

    def realise(self, spec: BuildSpec, cores: int) -> Artifact:
        """Build the wheel; its environment is realised already."""

    def seconds(self, name: NormalizedName) -> float | None:
        """How long the build of a project took the last time; None if it was never built."""

    def reason(self, spec: BuildSpec) -> str:
        """Why the store has no such wheel."""

    def place(self, artifact: Artifact) -> str:
        """Path of the file of a wheel in the store."""

    def log(self, subject: BuildSpec | Inquiry | Trial) -> str:
        """Path of the log of this build, question or import."""

    def stop(self) -> None:
        """End every sandbox that runs."""


class Effort(Frozen):
    """How much of the machine a run may use, and how far it goes."""

    builds: int
    """How many run at once."""
    machine: Machine
    keep_going: bool = False
    """Whether to build what a failure does not block."""
    plan_only: bool = False
    """Whether to build only the tools whose answers the plan needs."""
    rebuild: frozenset[NormalizedName] = frozenset()
    """Projects whose wheels are built again though the store has them."""

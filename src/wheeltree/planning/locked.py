"""A plan obeyed to the letter: questions are answered from it, and by nothing else."""

from collections.abc import Iterable

from packaging.utils import canonicalize_name

from wheeltree.building.realise import Anticipated
from wheeltree.errors import ResolutionError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Key
from wheeltree.model.plan import Plan
from wheeltree.model.spec import BackendAnswer, Inquiry
from wheeltree.model.stand_in import StandIn
from wheeltree.planning.facts import Fact, Fetchable, Locate, Offers, Stand
from wheeltree.planning.lockfile import Lock, LockedPackage, LockedTool
from wheeltree.planning.services import Services
from wheeltree.resolution.index import Listing

_HINT = "make a new plan without --locked, or take back what was changed since it was made"


class LockedServices:
    """Services that build as `services` do, but know only what `lock` says.

    name: of the plan, for errors.
    """

    def __init__(self, services: Services, lock: Lock, name: str) -> None:
        self._services = services
        self._lock = lock
        self._name = name
        self._packages = {each.subject: each for each in reversed(lock.packages)}
        self.find = services.find
        self.check = services.check
        self.imported = services.imported
        self.try_import = services.try_import
        self.forget = services.forget
        self.realise = services.realise
        self.seconds = services.seconds
        self.reason = services.reason
        self.place = services.place
        self.log = services.log
        self.stop = services.stop

    def fetch(self, question: Fetchable) -> Fact:
        """From the plan, or from the source that it names."""
        match question:
            case Offers(name=name):
                found = [each.source for each in self._lock.packages if each.source.name == name]
                if not found:
                    raise ResolutionError(f"{self._name} does not have {name}", hint=_HINT)
                newest = sorted(set(found), key=lambda each: each.version, reverse=True)
                return Listing(name=name, candidates=tuple(newest))
            case Locate(requirement=requirement):
                wanted = canonicalize_name(requirement.partition(" @ ")[0])
                for each in self._lock.packages:
                    if each.source.name == wanted and each.source.index is None:
                        return each.source
                raise ResolutionError(f"{self._name} does not have {requirement}", hint=_HINT)
            case Stand():
                here = self._services.fetch(question)
                assert isinstance(here, StandIn)
                check_stand_in(here, self._lock.tools, self._name)
                return here
            case _:
                return self._services.fetch(question)

    def recall(self, inquiry: Inquiry) -> BackendAnswer | None:
        """What the plan says that the backend answered; ResolutionError if it has no answer."""
        locked = self._package(inquiry.subject)
        return BackendAnswer(
            requires=locked.dynamic_requires,
            metadata=locked.metadata if inquiry.metadata else None,
        )

    def inquire(self, inquiry: Inquiry, cores: int) -> BackendAnswer:
        """Never: a locked plan has all answers."""
        raise AssertionError(f"{inquiry}: recall answers or raises ({cores} cores offered)")

    def anticipate(self, inquiry: Inquiry, cores: int) -> Anticipated:
        """Never: a locked plan has all answers."""
        return Anticipated(answer=self.inquire(inquiry, cores))

    def _package(self, name: str) -> LockedPackage:
        try:
            return self._packages[name]
        except KeyError:
            raise ResolutionError(f"{self._name} does not have {name}", hint=_HINT) from None


def check_choices(plan: Plan, lock: Lock, name: str) -> None:
    """ResolutionError naming every package whose choices differ from those of `lock`."""
    locked = {(each.subject, each.stage): each for each in lock.packages}
    problems = []
    for each in plan.packages:
        entry = locked.get((each.spec.subject, each.stage))
        environment = tuple(str(pin) for pin in each.spec.environment)
        if entry is None:
            problems.append(f"{each.spec.subject} is not in it")
        elif entry.environment != environment:
            problems.append(
                f"{each} is built with {_listed(entry.environment)} there, "
                f"and would be built with {_listed(environment)}"
            )
    if problems:
        raise ResolutionError(f"{name} does not fit this run", details=problems, hint=_HINT)


def check_stand_in(found: StandIn, planned: Iterable[LockedTool], name: str) -> None:
    """ResolutionError if this machine has another version of a program than the plan `name`."""
    same = [each for each in planned if each.name == found.name]
    if any(each.version == found.version for each in same):
        return
    versions = " or ".join(f"{each.version} ({each.program})" for each in same)
    install = f"install {found.name} {same[0].version} here, or " if same else ""
    raise ResolutionError(
        f"{name} was made with {versions or 'nothing'} for {found.name}, and "
        f"{found.described} on this machine",
        hint=f"{install}{_HINT}",
    )


def check_results(plan: Plan, artifacts: dict[Key, Artifact], lock: Lock, name: str) -> None:
    """ResolutionError naming every wheel whose content is not the one of `lock`."""
    locked = {(each.subject, each.stage): each.content for each in lock.packages}
    problems = []
    for each in plan.packages:
        found = artifacts[each.spec.key].content
        expected = locked.get((each.spec.subject, each.stage))
        if found != expected:
            there = expected or "none"
            problems.append(f"{each.spec.subject}: content {found}, and {there} there")
    if problems:
        raise ResolutionError(
            f"not all wheels came out as {name} demands (--exact)",
            details=problems,
            hint="`builder why NAME` shows which input differs; without --exact they are accepted",
        )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"

"""Runs of the whole line, in this process, in folders of one test."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from support.index import IndexFolder
from support.projects import Project
from support.variation import varied
from wheeltree.errors import WheeltreeError
from wheeltree.model import codec
from wheeltree.model.event import Event, Failed, Notice, Started, Summary
from wheeltree.planning.lockfile import Lock, load
from wheeltree.session.bootstrap import bootstrap
from wheeltree.session.invocation import Invocation, Places

E = TypeVar("E", bound=Event)
W = TypeVar("W", bound=WheeltreeError)


@dataclass(frozen=True, kw_only=True)
class Ran:
    """A run that ended well, with everything that it told its observer."""

    summary: Summary
    events: tuple[Event, ...]

    @property
    def built(self) -> dict[str, str]:
        """What was built, with the reason."""
        return {each.subject: each.reason for each in started(self.events, "build")}

    @property
    def asked(self) -> list[str]:
        """Whose backends were asked."""
        return sorted(each.subject for each in started(self.events, "backend"))

    @property
    def notices(self) -> list[str]:
        """What the user was told."""
        return [each.text for each in self.events if isinstance(each, Notice)]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A run that ended with an error."""

    error: WheeltreeError
    events: tuple[Event, ...]

    @property
    def text(self) -> str:
        """All that the error says, its hint and details included."""
        return str(self.error)

    @property
    def built(self) -> list[str]:
        """Builds that were started."""
        return [each.subject for each in started(self.events, "build")]

    @property
    def failed(self) -> dict[str, Failed]:
        """What could not be built."""
        return {each.subject: each for each in self.events if isinstance(each, Failed)}

    @property
    def summary(self) -> Summary:
        """How the run ended; only where builds failed."""
        found = self.events[-1]
        assert isinstance(found, Summary)
        return found


def started(events: tuple[Event, ...], work: str) -> list[Started]:
    """Work of one kind that was begun, in order."""
    return [each for each in events if isinstance(each, Started) and each.work == work]


class Line:
    """An index, a store, settings and a wheelhouse of one test, and runs in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = IndexFolder(folder / "index")
        self.places = Places(
            wheelhouse=folder / "wheelhouse",
            store=folder / "store",
            settings=folder / "settings.yaml",
        )
        self.settings("{}")

    @property
    def wheelhouse(self) -> Path:
        """What the runs publish."""
        return self.places.wheelhouse

    @property
    def wheels(self) -> list[str]:
        """File names on top of the wheelhouse: the install set."""
        return sorted(path.name for path in self.wheelhouse.glob("*.whl"))

    @property
    def plan(self) -> Lock:
        """The plan in the wheelhouse."""
        return load(self.wheelhouse / "plan.json")

    def pins(self, name: str = "default") -> list[str]:
        """The versions of one install set in the plan."""
        return next(list(each.pins) for each in self.plan.sets if each.name == name)

    def environment(self, name: str) -> list[str]:
        """What a published package was built with."""
        return list(self.plan.published()[name].environment)

    def settings(self, text: str) -> None:
        """Write settings.yaml."""
        assert self.places.settings is not None
        self.places.settings.write_text(text)

    def patch(self, name: str, text: str, file: str = "01.patch") -> None:
        """Write a patch for a project."""
        path = self.folder / "patches" / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def write(self, name: str, *lines: str) -> Path:
        """Write a text file, such as requirements, in the folder of the test."""
        path = self.folder / name
        path.write_text("".join(f"{line}\n" for line in lines))
        return path

    def offer(self, *projects: Project) -> None:
        """Put versions of projects into the index."""
        self.index.add(*projects)

    def invocation(self, *requirements: str | Path, **options: Any) -> Invocation:
        """The arguments of a run; `options` replace fields of `Invocation`."""
        standard = Invocation(
            requirements=tuple(str(each) for each in requirements),
            places=self.places,
            index_url=self.index.url,
            python=sys.executable,
            jobs=2,
        )
        return varied(standard, **options)

    def run(self, *requirements: str | Path, **options: Any) -> Ran:
        """A run that must end well."""
        events: list[Event] = []
        summary = bootstrap(self.invocation(*requirements, **options), events.append)
        return Ran(summary=summary, events=tuple(events))

    def refuse(
        self, kind: type[WheeltreeError], *requirements: str | Path, **options: Any
    ) -> Refused:
        """A run that must end with an error of this kind."""
        events: list[Event] = []
        try:
            summary = bootstrap(self.invocation(*requirements, **options), events.append)
        except kind as error:
            return Refused(error=error, events=tuple(events))
        raise AssertionError(f"it ended well: {codec.encode(summary).decode()}")

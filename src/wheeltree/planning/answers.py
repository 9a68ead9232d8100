"""Which service knows the answer to which question, and who builds what."""

import os
from collections.abc import Mapping
from pathlib import Path

from packaging.utils import NormalizedName

from wheeltree.building.claims import check_claims
from wheeltree.building.importing import imported, try_import
from wheeltree.building.realise import Anticipated, anticipate, find, inquire, realise, recall
from wheeltree.building.shelf import forget
from wheeltree.building.workshop import Allotment, Workshop
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Key, key_of
from wheeltree.model.spec import BackendAnswer, BuildSpec, Inquiry
from wheeltree.model.trial import Imported, Trial
from wheeltree.planning.facts import Fact, Fetchable
from wheeltree.planning.history import begin
from wheeltree.planning.reading import Reading
from wheeltree.planning.reasons import changes, inputs


class Answers:
    """The services of a run: each method may be called from any thread.

    logs: folder of the builds' logs. before: the inputs of the previous plan's wheels, by
    `name==version` and variant as in `BuildSpec.subject`, to tell why one is built again.
    """

    def __init__(
        self,
        *,
        shop: Workshop,
        reading: Reading,
        logs: Path,
        before: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._shop = shop
        self._store = shop.store
        self._reading = reading
        self._logs = logs
        self._before = before
        self._forgotten: set[Key] = set()

    def fetch(self, question: Fetchable) -> Fact:
        """The answer to a question that no package's code is run for."""
        return self._reading.fetch(question)

    def recall(self, inquiry: Inquiry) -> BackendAnswer | None:
        """What the backend answered to the same question in an earlier run."""
        return recall(self._store, inquiry)

    def inquire(self, inquiry: Inquiry, cores: int) -> BackendAnswer:
        """Ask the backend."""
        begin(self._store, inquiry.spec, "")
        return inquire(inquiry, self._shop, self._allotment(inquiry, cores))

    def anticipate(self, inquiry: Inquiry, cores: int) -> Anticipated:
        """Ask the backend, and build at once if its answer adds nothing."""
        begin(self._store, inquiry.spec, self.reason(inquiry.spec))
        found = anticipate(inquiry, self._shop, self._allotment(inquiry, cores))
        for artifact in found.artifacts:
            self._time(artifact)
        return found

    def find(self, spec: BuildSpec) -> Artifact | None:
        """The wheel, if the store has it."""
        return find(self._store, spec)

    def check(self, spec: BuildSpec, artifact: Artifact) -> None:
        """BuildError if a wheel is not for the devices that its variant declares."""
        check_claims(spec, artifact, self._store)

    def imported(self, trial: Trial) -> Imported | None:
        """What came of importing a wheel before, if that went well."""
        return imported(trial, self._store)

    def try_import(self, trial: Trial, cores: int) -> Imported:
        """Import a wheel."""
        return try_import(trial, self._shop, self._allotment(trial, cores))

    def forget(self, spec: BuildSpec) -> None:
        """Act as if the wheel had never been built."""
        forget(self._store, spec.key)
        self._forgotten.add(spec.key)

    def realise(self, spec: BuildSpec, cores: int) -> Artifact:
        """Build the wheel."""
        begin(self._store, spec, self.reason(spec))
        artifact = realise(spec, self._shop, self._allotment(spec, cores))
        self._time(artifact)
        return artifact

    def _allotment(self, subject: BuildSpec | Inquiry | Trial, cores: int) -> Allotment:
        return Allotment(log=Path(self.log(subject)), cores=cores)

    def _time(self, artifact: Artifact) -> None:
        self._store.replace_record("seconds", _timed(artifact.name), artifact.seconds, float)

    def seconds(self, name: NormalizedName) -> float | None:
        """How long the build of a project took the last time; None if it was never built."""
        return self._store.record("seconds", _timed(name), float)

    def reason(self, spec: BuildSpec) -> str:
        """Which of its inputs changed since the previous plan."""
        before = self._before.get(spec.subject)
        if before is None:
            return "not built before"
        if spec.key in self._forgotten:
            return "asked for with --rebuild"
        return "; ".join(changes(before, inputs(spec))) or "no longer in the store"

    def place(self, artifact: Artifact) -> str:
        """Path of the file of a wheel in the store."""
        return os.fspath(self._store.path(artifact.file))

    def log(self, subject: BuildSpec | Inquiry | Trial) -> str:
        """Path of the log of this build, question or import."""
        if isinstance(subject, Trial):
            return os.fspath(self._logs / f"{subject.spec.stem}-import.log")
        spec = subject.spec if isinstance(subject, Inquiry) else subject
        return os.fspath(self._logs / f"{spec.stem}.log")

    def stop(self) -> None:
        """End every sandbox that runs."""
        self._shop.sandbox.stop()


def _timed(name: NormalizedName) -> Key:
    return key_of("seconds", name)

"""The build backend of one project as functions: what it requires, its metadata, its wheel."""

from collections.abc import Sequence
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from wheeltree.building.core_metadata import read_metadata
from wheeltree.building.hooks import METADATA, REQUIRES, WHEEL, Harmless, Hooks
from wheeltree.building.leavings import small_file
from wheeltree.building.wheel import only_file
from wheeltree.building.workbench import Workbench
from wheeltree.building.workshop import Allotment
from wheeltree.errors import BuildError
from wheeltree.model.attempt import Tolerated
from wheeltree.model.source import Metadata
from wheeltree.model.spec import BuildSpec
from wheeltree.sandbox.base import Sandbox


class Frontend:
    """The build backend of one project, on its workbench; errors as of `Hooks`."""

    def __init__(
        self, spec: BuildSpec, bench: Workbench, sandbox: Sandbox, allotment: Allotment
    ) -> None:
        self._spec = spec
        self._bench = bench
        self._hooks = Hooks(spec, bench, sandbox, allotment)

    @property
    def seconds(self) -> float:
        """Wall time of the hooks so far."""
        return self._hooks.seconds

    @property
    def tolerated(self) -> tuple[Tolerated, ...]:
        """What the hooks so far tried to reach in vain, as the settings let them."""
        return self._hooks.tolerated

    def build_wheel(self) -> Path:
        """The wheel file that `build_wheel` left in the output folder, not looked into yet.

        `get_requires_for_build_wheel` is always called before it on the same tree, as every
        frontend does: some backends leave files there that the wheel follows from.
        """
        self._hooks.run(REQUIRES, WHEEL)
        return self._wheel()

    def run(self, argv: Sequence[str]) -> str:
        """What a program printed that a plugin ran where the backend runs."""
        return self._hooks.command(argv)

    def requires(self) -> tuple[str, ...]:
        """What `get_requires_for_build_wheel` adds to the static build requirements."""
        self._hooks.run(REQUIRES)
        return self._requires()

    @property
    def has_answered(self) -> bool:
        """Whether the backend said what it requires, though the wheel after it may have failed."""
        return REQUIRES in self._hooks

    def answered_requires(self) -> tuple[str, ...]:
        """What it said then."""
        return self._requires()

    def requires_and_wheel(self) -> tuple[tuple[str, ...], Path | None]:
        """The same, and the wheel, if nothing is added to the static build requirements.

        These are the edited ones; of the answer, that counts which its edits leave.
        """
        static, edits = self._spec.build_system.requires, self._spec.recipe.build_requires
        harmless = Harmless(requirements=static, projects=edits.remove)
        self._hooks.run(REQUIRES, WHEEL, within=harmless)
        requires = self._requires()
        whole = WHEEL in self._hooks and set(edits.apply_to_more(requires)) <= set(static)
        return requires, self._wheel() if whole else None

    def metadata(self) -> Metadata:
        """What `prepare_metadata_for_build_wheel` says, or the wheel if there is no such hook."""
        self._hooks.run(METADATA)
        name = self._hooks.answer(METADATA)
        subject = f"{self._hooks.subject}: {METADATA}"
        if not isinstance(name, str) or "/" in name or not name.endswith(".dist-info"):
            raise BuildError(f"{subject} returned {name!r:.200}, not a .dist-info folder")
        text = small_file(self._bench.output.source, name, "METADATA", subject=subject)
        try:
            decoded = text.decode()
        except UnicodeDecodeError as error:
            raise BuildError(f"{subject}: METADATA is not UTF-8") from error
        return read_metadata(
            decoded, name=self._spec.name, version=self._spec.version, subject=subject
        )

    def _wheel(self) -> Path:
        name = self._hooks.answer(WHEEL)
        return only_file(self._bench.output.source, name, subject=self._hooks.subject)

    def _requires(self) -> tuple[str, ...]:
        answer, subject = self._hooks.answer(REQUIRES), self._hooks.subject
        if not isinstance(answer, list):
            raise BuildError(f"{subject}: {REQUIRES} returned {answer!r:.200}, not a list")
        try:
            return tuple(str(Requirement(item)) for item in answer)
        except (InvalidRequirement, TypeError, AttributeError) as error:
            raise BuildError(
                f"{subject}: {REQUIRES} returned something that is no requirement:"
                f" {_first_line(error)}"
            ) from error


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200]

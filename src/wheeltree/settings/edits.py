"""Edits as the settings have them, each with where it is written and whether it is a package's own.

What a policy says of many packages may change nothing of some; what a package's own settings say
of it may not.
"""

from collections.abc import Callable, Sequence

from wheeltree.model.edits import ExtraSource, RequirementEdits, TomlEdit
from wheeltree.settings.problems import Origin
from wheeltree.settings.schema import (
    EditSettings,
    ExtraSourceSettings,
    Policy,
    Treatment,
    VariantSettings,
)
from wheeltree.settings.template import Template

Expand = Callable[[Template, Origin], str]


def requirement_edits(
    said: Sequence[Treatment], pick: Callable[[Treatment], EditSettings | None]
) -> RequirementEdits:
    """The edits of the strongest treatment that has some; the strongest is the last of `said`."""
    for each in reversed(said):
        found = pick(each)
        if found is not None:
            return RequirementEdits(
                remove=found.remove,
                replace=found.replace,
                add=found.add,
                places=(
                    ("remove", place(found.origin, "remove")),
                    ("replace", place(found.origin, "replace")),
                    ("add", place(found.origin, "add")),
                ),
                own=_own(each),
            )
    return RequirementEdits()


def toml_edits(said: Sequence[Treatment]) -> tuple[TomlEdit, ...]:
    """The edits of pyproject.toml, merged key by key."""
    merged = {key: (value, each) for each in said for key, value in each.pyproject.items()}
    return tuple(
        TomlEdit(
            key=key,
            value=None if value == "null" else value,
            own=_own(each),
            place=place(each.origin, f"pyproject.{key}"),
        )
        for key, (value, each) in merged.items()
    )


def extra_sources(said: Sequence[Treatment], expand: Expand) -> tuple[ExtraSource, ...]:
    """The extra sources of the strongest treatment that has some."""
    given = (each.extra_sources for each in reversed(said))
    found = next((each for each in given if each is not None), ())
    return tuple(_extra(each, expand) for each in found)


def build_dir(said: Sequence[Treatment]) -> tuple[str, str]:
    """The folder that is built, and where that is said; ("", "") for the top."""
    for each in reversed(said):
        if each.build_dir is not None:
            return each.build_dir, place(each.origin, "build_dir")
    return "", ""


def place(origin: Origin, key: str) -> str:
    """`file:line: dotted.key` of one key."""
    found = origin.problem(key, "")
    return f"{found.file}:{found.line}: {found.key}"


def _extra(said: ExtraSourceSettings, expand: Expand) -> ExtraSource:
    return ExtraSource(
        url=expand(said.url, said.origin),
        digest=said.sha256,
        path=said.path,
        unpack=said.unpack,
        place=f"{said.origin}: {said.origin.path}",
    )


def _own(said: Treatment) -> bool:
    return not isinstance(said, Policy | VariantSettings)

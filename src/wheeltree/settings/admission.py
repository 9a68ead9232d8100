"""The `admission:` of the settings: what is wrong with it, and what its variables come to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wheeltree.settings.expander import Expander
from wheeltree.settings.files import DEFAULT
from wheeltree.settings.problems import Origin, Problem
from wheeltree.settings.schema import AdmissionSettings, ExceptionSettings, Settings
from wheeltree.settings.values import Pattern


@dataclass(frozen=True, kw_only=True)
class Restriction:
    """Packages, and the indexes that they may come from."""

    packages: tuple[Pattern, ...]
    urls: tuple[str, ...]
    """May carry credentials."""
    where: str


def problems(said: AdmissionSettings) -> Iterator[Problem]:
    """Everything in it that has the right shape and makes no sense."""
    for restriction in said.indexes:
        for key, found in (("packages", restriction.packages), ("only", restriction.only)):
            if not found:
                yield restriction.origin.problem(key, "names none")
    if said.licences:
        if not said.licences.allow:
            yield said.licences.origin.problem("allow", "allows no licence at all")
        for reading in said.licences.read_as:
            yield from _unreasoned(reading.because, reading.origin)
    for each in said.exceptions:
        yield from _unreasoned(each.because, each.origin)
        yield from _pointless(each)


def _unreasoned(because: str, origin: Origin) -> Iterator[Problem]:
    if not because.strip():
        yield origin.problem("because", "say why")


def _pointless(said: ExceptionSettings) -> Iterator[Problem]:
    for key, found in (("packages", said.packages), ("rules", said.rules)):
        if not found:
            yield said.origin.problem(key, "names none")
    about_advisories = "vulnerabilities" in said.rules
    if about_advisories and not said.advisories:
        yield said.origin.problem("rules", "vulnerabilities: name the `advisories` that are meant")
    if said.advisories and not about_advisories:
        yield said.origin.problem("advisories", "means nothing without the rule vulnerabilities")


def restrictions(settings: Settings, environ: Mapping[str, str]) -> tuple[Restriction, ...]:
    """Where packages may come from, in the order of the settings.

    environ: what `${NAME}` stands for. SettingsError, with all of them, if variables are not set.
    """
    expand = Expander(values=environ)
    made = tuple(
        Restriction(
            packages=each.packages,
            urls=tuple(expand.url(url, each.origin, "only") for url in each.only),
            where=each.origin.at("only"),
        )
        for each in settings.admission.indexes
    )
    expand.finish()
    return made


def advisories(settings: Settings, file: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The file or folder with advisories, if one is named; `environ` and SettingsError as above."""
    said = settings.admission
    if said.vulnerabilities is None:
        return None
    expand = Expander(values=environ)
    text = expand.text(said.vulnerabilities, said.origin, "vulnerabilities")
    expand.finish()
    return (file or DEFAULT).parent / text

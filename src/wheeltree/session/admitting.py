"""The rules of the settings about what may be taken at all, as resolution knows them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from wheeltree.resolution.admission import Admission, Rule, Waiver
from wheeltree.resolution.licences import Licences, Reading
from wheeltree.resolution.rules import Claims, Cooldown, Provenance, Restriction, Standing
from wheeltree.settings import admission, evaluate
from wheeltree.settings.schema import ExceptionSettings, LicenceSettings, Settings
from wheeltree.settings.values import Pattern
from wheeltree.transport import redact


def admitted(
    settings: Settings, file: Path | None, environ: Mapping[str, str], now: datetime
) -> Admission:
    """The rules, with the advisories read that they go by.

    file: the settings file, as the user named it. SettingsError if a variable is not set or the
    advisories cannot be read.
    """
    return Admission(
        of_new=tuple(_of_new(settings, now)),
        of_all=tuple(_of_all(settings, file, environ)),
        licences=_licences(settings.admission.licences),
        waivers=tuple(map(waiver, settings.admission.exceptions)),
    )


def restrictions(settings: Settings, environ: Mapping[str, str]) -> tuple[Restriction, ...]:
    """Which indexes packages may come from, as the indexes themselves must know."""
    return tuple(
        Restriction(
            packages=_patterns(each.packages), urls=tuple(map(_bare, each.urls)), where=each.where
        )
        for each in admission.restrictions(settings, environ)
    )


def waiver(said: ExceptionSettings) -> Waiver:
    """One exception of the settings."""
    return Waiver(
        rules=frozenset(said.rules),
        packages=_patterns(said.packages),
        versions=said.versions,
        advisories=frozenset(said.advisories),
        because=said.because,
        where=str(said.origin),
    )


def _of_new(settings: Settings, now: datetime) -> Iterator[Rule]:
    said = settings.admission
    if said.cooldown is not None:
        where = said.origin.at("cooldown")
        yield Cooldown(age=timedelta(hours=said.cooldown), now=now, where=where)
    decided = {"archived": said.archived, "deprecated": said.deprecated}
    refused = {name: said.origin.at(name) for name, what in decided.items() if what == "refuse"}
    if refused:
        yield Standing(refused=refused)


def _of_all(settings: Settings, file: Path | None, environ: Mapping[str, str]) -> Iterator[Rule]:
    restricted = restrictions(settings, environ)
    if restricted:
        yield Provenance(restrictions=restricted)
    if claims := tuple(_claims(settings, environ)):
        yield Claims(claims=claims)
    advisories = admission.advisories(settings, file, environ)
    if advisories is not None:
        # Here, not above: few runs have advisories to read.
        from wheeltree.resolution.advisories import Vulnerabilities  # noqa: PLC0415
        from wheeltree.resolution.advisory_files import load  # noqa: PLC0415

        where = settings.admission.origin.at("vulnerabilities")
        yield Vulnerabilities(known=load(advisories), where=where)


def _claims(settings: Settings, environ: Mapping[str, str]) -> Iterator[Restriction]:
    for said, each in zip(settings.indexes, evaluate.indexes(settings, environ), strict=True):
        patterns = _patterns(each.only)
        if patterns != ("*",):
            where = said.origin.at("only")
            yield Restriction(packages=patterns, urls=(_bare(each.url),), where=where)


def _licences(said: LicenceSettings | None) -> Licences | None:
    if said is None:
        return None
    return Licences(
        allowed=said.allow,
        readings=tuple(Reading(says=each.says, means=each.means) for each in said.read_as),
        where=said.origin.at("allow"),
    )


def _patterns(said: Iterable[Pattern]) -> tuple[str, ...]:
    return tuple(each.text for each in said)


def _bare(url: str) -> str:
    return redact(url).rstrip("/")

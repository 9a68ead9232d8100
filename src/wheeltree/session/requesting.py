"""Everything that a run was asked and found out, as requests to planning."""

import os
from functools import partial

from packaging.requirements import Requirement
from packaging.utils import NormalizedName

from wheeltree.model.frozen import replace
from wheeltree.model.platform import Interpreter, Platform
from wheeltree.model.source import Candidate
from wheeltree.planning.lockfile import Lock, choices
from wheeltree.planning.request import Choices, Request, Rules
from wheeltree.planning.wanted_set import WantedSet
from wheeltree.plugins.registry import Plugins
from wheeltree.resolution.admission import Admission
from wheeltree.resolution.wanted import Wanted
from wheeltree.session.asked import Asked
from wheeltree.session.customised import Customised
from wheeltree.session.declared import chosen
from wheeltree.session.invocation import Invocation
from wheeltree.settings import evaluate, origins
from wheeltree.settings.rulebook import Rulebook
from wheeltree.settings.schema import Settings
from wheeltree.settings.values import VariantName
from wheeltree.sources.origins import still_offered


def requests(
    invocation: Invocation,
    what: Asked,
    settings: Settings,
    platform: Platform,
    *,
    standing: Lock | None,
    plugins: Plugins,
    admission: Admission,
) -> tuple[Request, ...]:
    """One request for each variant, or a single one where none is declared.

    standing: the plan to obey, or else the one that the wheelhouse has. admission: what may be
    taken at all. UsageError for a variant
    that the settings do not declare.
    """
    return tuple(
        Request(
            variant=variant,
            sets=tuple(_limited(each, settings, variant) for each in what.of(variant)),
            build_constraints=what.build_constraints,
            platform=platform,
            rules=rules(invocation, settings, platform.interpreter, plugins, variant),
            choices=_choices(invocation, standing, settings, plugins, variant),
            pre=what.pre,
            admission=admission,
        )
        for variant in chosen((name for name, _ in invocation.variants), settings)
    )


def limits(settings: Settings, variant: str) -> tuple[Wanted, ...]:
    """The versions that settings demand for one variant alone."""
    said = settings.variants.get(VariantName(variant))
    packages = said.packages if said else {}
    return tuple(
        Wanted(requirement=Requirement(f"{name}{each.version}"), origin=each.origin.at("version"))
        for name, each in packages.items()
        if each.version is not None
    )


def _limited(wanted: WantedSet, settings: Settings, variant: str) -> WantedSet:
    own = limits(settings, variant)
    return replace(wanted, constraints=(*wanted.constraints, *own)) if own else wanted


def rules(
    invocation: Invocation,
    settings: Settings,
    python: Interpreter,
    plugins: Plugins,
    variant: str,
) -> Rules:
    """Settings and plugins as functions of one package, each evaluated once."""
    written = Rulebook(settings, invocation.places.settings, python, os.environ, variant)
    book = Customised(written, plugins)
    seeds = evaluate.seeds(settings, os.environ) if invocation.seeds else ()
    return Rules(
        recipe=book.recipe,
        preparation=book.preparation,
        place=partial(_place, settings, variant),
        seeds={each.name: each for each in seeds},
    )


def _place(settings: Settings, variant: str, name: NormalizedName) -> str:
    return variant if origins.differs(settings, name, variant) else ""


def _choices(
    invocation: Invocation,
    standing: Lock | None,
    settings: Settings,
    plugins: Plugins,
    variant: str,
) -> Choices:
    if standing is None or invocation.upgrade.everything:
        return Choices()
    file = invocation.places.settings

    def stays(candidate: Candidate) -> bool:
        origin = origins.origin(settings, file, os.environ, candidate.name, variant)
        return still_offered(origin, candidate) and _selected(candidate, plugins)

    return choices(standing, invocation.upgrade.names, variant).only(stays)


def _selected(candidate: Candidate, plugins: Plugins) -> bool:
    """Whether the plugin of its project, if there is one, would let it stay."""
    plugin = plugins.of(candidate.name)
    return not plugin.overrides("select") or bool(plugin.select(candidate.name, (candidate,)))

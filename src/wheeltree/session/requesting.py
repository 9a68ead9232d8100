"""Everything that a run was asked and found out, as one request to planning."""

import os

from wheeltree.model.platform import Interpreter, Platform
from wheeltree.model.source import Candidate
from wheeltree.planning.lockfile import Lock, choices
from wheeltree.planning.request import Choices, Request, Rules
from wheeltree.plugins.registry import Plugins
from wheeltree.session.asked import Asked
from wheeltree.session.customised import Customised
from wheeltree.session.invocation import Invocation
from wheeltree.settings import evaluate, origins
from wheeltree.settings.rulebook import Rulebook
from wheeltree.settings.schema import Settings
from wheeltree.sources.origins import still_offered


def request(
    invocation: Invocation,
    what: Asked,
    settings: Settings,
    platform: Platform,
    *,
    standing: Lock | None,
    plugins: Plugins,
) -> Request:
    """The request; `standing` is the plan to obey, or else the one that the wheelhouse has."""
    return Request(
        sets=what.sets,
        build_constraints=what.build_constraints,
        platform=platform,
        rules=rules(invocation, settings, platform.interpreter, plugins),
        choices=_choices(invocation, standing, settings, plugins),
        pre=what.pre,
    )


def rules(
    invocation: Invocation, settings: Settings, python: Interpreter, plugins: Plugins
) -> Rules:
    """Settings and plugins as functions of one package, each evaluated once."""
    book = Customised(Rulebook(settings, invocation.places.settings, python, os.environ), plugins)
    seeds = evaluate.seeds(settings, os.environ) if invocation.seeds else ()
    return Rules(
        recipe=book.recipe, preparation=book.preparation, seeds={each.name: each for each in seeds}
    )


def _choices(
    invocation: Invocation, standing: Lock | None, settings: Settings, plugins: Plugins
) -> Choices:
    if standing is None or invocation.upgrade.everything:
        return Choices()
    file = invocation.places.settings

    def stays(candidate: Candidate) -> bool:
        origin = origins.origin(settings, file, os.environ, candidate.name)
        return still_offered(origin, candidate) and _selected(candidate, plugins)

    return choices(standing, invocation.upgrade.names).only(stays)


def _selected(candidate: Candidate, plugins: Plugins) -> bool:
    """Whether the plugin of its project, if there is one, would let it stay."""
    plugin = plugins.of(candidate.name)
    return not plugin.overrides("select") or bool(plugin.select(candidate.name, (candidate,)))

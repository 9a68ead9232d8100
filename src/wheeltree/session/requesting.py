"""Everything that a run was asked and found out, as one request to planning."""

import os

from wheeltree.model.platform import Interpreter, Platform
from wheeltree.planning.lockfile import Lock, choices
from wheeltree.planning.request import Choices, Request, Rules
from wheeltree.session.asked import Asked
from wheeltree.session.invocation import Invocation
from wheeltree.settings import evaluate
from wheeltree.settings.rulebook import Rulebook
from wheeltree.settings.schema import Settings


def request(
    invocation: Invocation,
    what: Asked,
    settings: Settings,
    platform: Platform,
    standing: Lock | None,
) -> Request:
    """The request; `standing` is the plan to obey, or else the one that the wheelhouse has."""
    return Request(
        sets=what.sets,
        build_constraints=what.build_constraints,
        platform=platform,
        rules=rules(invocation, settings, platform.interpreter),
        choices=_choices(invocation, standing),
        pre=what.pre,
    )


def rules(invocation: Invocation, settings: Settings, python: Interpreter) -> Rules:
    """The settings as functions of one package, each evaluated once."""
    book = Rulebook(settings, invocation.places.settings, python, os.environ)
    seeds = evaluate.seeds(settings, os.environ) if invocation.seeds else ()
    return Rules(
        recipe=book.recipe, preparation=book.preparation, seeds={each.name: each for each in seeds}
    )


def _choices(invocation: Invocation, standing: Lock | None) -> Choices:
    if standing is None or invocation.upgrade.everything:
        return Choices()
    return choices(standing, invocation.upgrade.names)

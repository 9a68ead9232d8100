"""Everything that a run was asked and found out, as one request to planning."""

import os
from functools import cache

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.platform import Platform
from wheeltree.model.source import Preparation
from wheeltree.model.spec import Recipe
from wheeltree.planning.lockfile import Lock, choices
from wheeltree.planning.request import Choices, Request, Rules
from wheeltree.session.asked import Asked
from wheeltree.session.invocation import Invocation
from wheeltree.settings import evaluate, files
from wheeltree.settings.patches import PatchFolder
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
        rules=rules(invocation, settings),
        choices=_choices(invocation, standing),
        pre=what.pre,
    )


def rules(invocation: Invocation, settings: Settings) -> Rules:
    """The settings as functions of one package, each evaluated once."""
    patches = PatchFolder.listed(files.patch_folder(invocation.places.settings))
    environ = dict(os.environ)  # os.environ itself is slow to copy

    @cache
    def recipe(name: NormalizedName, version: Version) -> Recipe:
        return evaluate.recipe(settings, name, version, environ)

    @cache
    def preparation(name: NormalizedName, version: Version) -> Preparation:
        return evaluate.preparation(settings, patches, name, version)

    seeds = evaluate.seeds(settings, environ) if invocation.seeds else ()
    return Rules(recipe=recipe, preparation=preparation, seeds={each.name: each for each in seeds})


def _choices(invocation: Invocation, standing: Lock | None) -> Choices:
    if standing is None or invocation.upgrade.everything:
        return Choices()
    return choices(standing, invocation.upgrade.names)

"""Whether a build environment has what a backend requires."""

from collections.abc import Iterable

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from wheeltree.model.leniency import accepts_program
from wheeltree.model.spec import BuildSpec
from wheeltree.model.system import tool_named


def satisfied(requires: Iterable[str], spec: BuildSpec) -> bool:
    """Whether the environment of `spec` is known to satisfy every one of these requirements.

    One with extras or a URL is known to be satisfied only if it is among the static requirements,
    which the environment was made for: names and versions do not tell what an extra needs.
    """
    static = {str(Requirement(item)) for item in spec.build_system.requires}
    return all(item in static or _has(spec, Requirement(item)) for item in requires)


def _has(spec: BuildSpec, requirement: Requirement) -> bool:
    environment = spec.platform.interpreter.environment
    if requirement.marker and not requirement.marker.evaluate({**environment, "extra": ""}):
        return True
    name = canonicalize_name(requirement.name)
    versions = [item.version for item in spec.environment if item.name == name]
    if tool_named(spec.recipe.tools, name):
        return any(accepts_program(str(requirement.specifier), each) for each in versions)
    if requirement.url or requirement.extras:
        return False
    return any(requirement.specifier.contains(each, prereleases=True) for each in versions)

"""Which input of a wheel changed since an earlier plan: why it is built again."""

from collections.abc import Mapping

from wheeltree.model.digest import key_of
from wheeltree.model.spec import BuildSpec

_SPOKEN = {
    "source": "its source",
    "interpreter": "the interpreter",
    "sandbox": "the sandbox's layout",
    "base": "the system's base",
    "toolchain": "the toolchain",
    "headers": "the system's development packages",
    "env": "its environment variables",
    "config_settings": "its config settings",
    "requires_dist": "the edits of its Requires-Dist",
    "build_dir": "the folder that is built",
}


def inputs(spec: BuildSpec) -> dict[str, str]:
    """Everything in the key of `spec`, named, each as one short address."""
    platform = spec.platform
    named = {
        "source": f"{spec.tree}@{spec.epoch}",
        "interpreter": str(key_of("interpreter", platform.interpreter)),
        "sandbox": platform.layout,
        "env": str(key_of("env", spec.recipe.environ)),
        "config_settings": str(key_of("config", spec.recipe.config_settings)),
        "requires_dist": str(key_of("requires-dist", spec.recipe.requires_dist)),
        "build_dir": spec.recipe.build_dir,
    }
    named |= dict(platform.parts)
    return named | {f"tool {each}": each.key for each in spec.environment}


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """What differs between the inputs of two specs, in words; () if nothing does."""
    own = [
        f"{spoken} changed"
        for name, spoken in _SPOKEN.items()
        if before.get(name) != now.get(name) and name in before and name in now
    ]
    if ("toolchain" in before) != ("toolchain" in now):
        own.append("it compiles now" if "toolchain" in now else "it compiles no more")
    return (*own, *_tools(before, now))


def _tools(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    was = {name: key for name, key in before.items() if name.startswith("tool ")}
    has = {name: key for name, key in now.items() if name.startswith("tool ")}
    gone = {_project(name): _version(name) for name in was if name not in has}
    said = []
    for name, key in sorted(has.items()):
        pin = name.removeprefix("tool ")
        if name in was:
            if was[name] != key:
                said.append(f"{pin} was rebuilt")
        elif _project(name) in gone:
            said.append(f"{_project(name)} {gone.pop(_project(name))} -> {_version(name)}")
        else:
            said.append(f"{pin} is a new build requirement")
    said.extend(f"{project} {version} is no longer needed" for project, version in gone.items())
    return tuple(said)


def _project(name: str) -> str:
    return name.removeprefix("tool ").partition("==")[0]


def _version(name: str) -> str:
    return name.partition("==")[2]

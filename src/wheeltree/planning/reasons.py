"""Which input of a wheel changed since an earlier plan: why it is built again."""

from collections.abc import Iterator, Mapping

from wheeltree.model.digest import key_of
from wheeltree.model.platform import library_part
from wheeltree.model.spec import BuildSpec
from wheeltree.model.system import Library

_SPOKEN = {
    "source": "its source",
    "ingredients": "what is laid into its source",
    "interpreter": "the interpreter",
    "sandbox": "the sandbox's layout",
    "base": "the system's base",
    "toolchain": "the toolchain",
    "headers": "the system's development packages",
    "env": "its environment variables",
    "config_settings": "its config settings",
    "requires_dist": "the edits of its Requires-Dist",
    "build_dir": "the folder that is built",
    "bundled": "whether it may bring shared libraries",
    "platform_tag": "its platform tag",
    "plugin": "its plugin",
}

_SOURCE = "its source changed"


def inputs(spec: BuildSpec) -> dict[str, str]:
    """Everything in the key of `spec`, named, each as one short address."""
    platform = spec.platform
    named = {
        "source": f"{spec.tree}@{spec.epoch}",
        "ingredients": str(key_of("ingredients", spec.ingredients)),
        "interpreter": str(key_of("interpreter", platform.interpreter)),
        "sandbox": platform.layout,
        "env": str(key_of("env", spec.recipe.environ)),
        "config_settings": str(key_of("config", spec.recipe.config_settings)),
        "requires_dist": str(key_of("requires-dist", spec.recipe.requires_dist)),
        "build_dir": spec.recipe.build_dir,
        "bundled": "allow" if spec.recipe.bundles else "refuse",
        "platform_tag": spec.recipe.platform_tag,
        "plugin": spec.recipe.plugin or "",
        "prepared_by": spec.recipe.prepared_by or "",
    }
    named |= dict(platform.parts)
    named |= {f"library:{each.name}": _used(spec, each) for each in spec.recipe.libraries}
    system = {each.name for each in spec.recipe.tools}
    kinds = {each: "system" if each.name in system else "tool" for each in spec.environment}
    return named | {f"{kind} {each}": each.key for each, kind in kinds.items()}


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """What differs between the inputs of two specs, in words; () if nothing does."""
    own = [
        f"{spoken} changed"
        for name, spoken in _SPOKEN.items()
        if before.get(name) != now.get(name) and name in before and name in now
    ]
    if _SOURCE in own and before.get("prepared_by", "") != now["prepared_by"]:
        own = list(dict.fromkeys("its plugin changed" if said == _SOURCE else said for said in own))
    if ("toolchain" in before) != ("toolchain" in now):
        own.append("it compiles now" if "toolchain" in now else "it compiles no more")
    return (
        *own,
        *_libraries(before, now),
        *_toolkits(before, now),
        *_system(before, now),
        *_tools(before, now),
    )


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    """What two specs of one version differ in, in a few words each; () if they are the same."""
    own = [spoken for name, spoken in _SPOKEN.items() if one.get(name, "") != other.get(name, "")]
    if ("toolchain" in one) != ("toolchain" in other):
        own.append("whether it compiles")
    found = sorted(
        name
        for name in {*one, *other}
        if one.get(name) != other.get(name) and name.startswith(_NAMED)
    )
    tools = dict.fromkeys(_project(each.partition(" ")[2]) for each in found if " " in each)
    parts = [each.replace(":", " ", 1) for each in found if " " not in each]
    return (*own, *parts, *(f"the {tool} that it is built with" for tool in tools))


_NAMED = ("library:", "toolkit:", "system ", "tool ")


def _used(spec: BuildSpec, library: Library) -> str:
    part = library_part(library.name)
    return f"{library.link}, {dict(spec.platform.parts).get(part, 'not installed')}"


def _libraries(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """What became of the libraries of the system that it uses."""
    for name in sorted({each for each in (*before, *now) if each.startswith("library:")}):
        was, has = before.get(name), now.get(name)
        library = name.removeprefix("library:")
        if was is None:
            yield f"the system's {library} is used now ({has})"
        elif has is None:
            yield f"the system's {library} is used no more"
        elif was != has:
            yield f"the system's {library}: {was} -> {has}"


def _toolkits(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """What became of the toolkits that it sees."""
    for name in sorted({each for each in (*before, *now) if each.startswith("toolkit:")}):
        if before.get(name) != now.get(name):
            fate = "is seen now" if name not in before else "changed"
            path = name.removeprefix("toolkit:")
            yield f"the toolkit {path} {fate if name in now else 'is seen no more'}"


def _system(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """What became of the programs of the system that stand for projects."""
    was, has = _stand_ins(before), _stand_ins(now)
    for name in sorted(was.keys() | has.keys()):
        if name not in was:
            yield f"the system's {name} {has[name][0]} is used now"
        elif name not in has:
            yield f"the system's {name} is used no more"
        elif was[name][0] != has[name][0]:
            yield f"the system's {name} {was[name][0]} -> {has[name][0]}"
        elif was[name] != has[name]:
            yield f"the system's {name} {has[name][0]} is another program"


def _stand_ins(named: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Version and key of each, by its project."""
    return {
        name.removeprefix("system ").partition("==")[0]: (_version(name), key)
        for name, key in named.items()
        if name.startswith("system ")
    }


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

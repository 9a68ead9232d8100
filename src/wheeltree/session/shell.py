"""The sandbox, tree and environment of one build as they were, to look at and to try things in."""

import os
from collections.abc import Callable
from pathlib import Path

from wheeltree.building.shelf import realised
from wheeltree.building.surroundings import environ_of, programs_of_system
from wheeltree.building.workbench import SOURCE, Workbench, laid_out, source_folder
from wheeltree.building.workshop import workshop
from wheeltree.model.event import Event, Failed, Started
from wheeltree.model.spec import BuildSpec
from wheeltree.planning.reasons import changes, inputs
from wheeltree.sandbox.base import Bind, Job, Sandbox
from wheeltree.session.closing import sandbox_of
from wheeltree.session.lookup import refuse_prebuilt
from wheeltree.session.single import Bench, Single, here

_SHELLS = ("/usr/bin/bash", "/bin/sh")
_HOOK = "/build/hook.py"
_HOOK_TEXT = """\
# Calls a hook of the build backend, as builder does: build_wheel if no other is named.
import importlib, sys

backend, path, settings, output = {backend!r}, {path!r}, {settings!r}, {output!r}
sys.path[:0] = path
module, _, attributes = backend.partition(":")
found = importlib.import_module(module)
for attribute in filter(None, attributes.split(".")):
    found = getattr(found, attribute)
hook = sys.argv[1] if len(sys.argv) > 1 else "build_wheel"
arguments = [settings] if hook.startswith("get_requires") else [output, settings]
print(getattr(found, hook)(*arguments))
"""


def open_shell(single: Single, command: tuple[str, ...], notice: Callable[[str], None]) -> int:
    """Run a command, or a shell, where the build that is meant runs; its exit status.

    command: () for a shell on this terminal. notice: gets what the user should know before it. What
    the build is made with is built first, if the store lacks it. Errors as of `realise_single`, but
    a build that was planned for another machine can be opened.
    """
    store = single.store
    with store.in_use():
        found = single.find()
        notice(f"{found.spec.subject}, from {found.where}")
        refuse_prebuilt(found.spec)
        spec = here(single, found)
        for difference in changes(inputs(found.spec), inputs(spec)):
            notice(f"not as it was: {difference}")
        if spec.recipe.plugin:
            notice("its plugin takes part in its build, and nothing of it is run in this shell")
        with workshop(store, sandbox_of(single.sandbox, store), single.plugins) as shop:
            Bench(shop=shop, logs=single.logs).inputs(spec, _said(notice))
            tools = tuple(filter(None, (realised(store, each.key) for each in spec.environment)))
            with laid_out(spec, tools, shop) as laid:
                return _enter(spec, laid, shop.sandbox, command, notice)


def _enter(
    spec: BuildSpec,
    laid: Workbench,
    sandbox: Sandbox,
    command: tuple[str, ...],
    notice: Callable[[str], None],
) -> int:
    cores = len(os.sched_getaffinity(0))
    environ = environ_of(spec, cores=cores, programs=laid.programs)
    hook = laid.scratch / "hook.py"
    hook.write_text(_hook_text(spec, laid, sandbox))
    if not command:
        path = _HOOK if sandbox.layout == "closed" else hook
        notice(f"run its build with: python {path}   (or another hook: python {path} HOOK)")
        notice("leave with: exit; nothing that you change is kept")
    return sandbox.interact(
        Job(
            argv=command or (_shell(), "-i"),
            cwd=source_folder(spec),
            environ=environ if command else {**environ, **_terminal(spec)},
            binds=(*laid.binds, Bind(source=hook, target=_HOOK)),
            prefix=spec.platform.interpreter.prefix,
            native=spec.native,
            programs=programs_of_system(spec),
        )
    )


def _terminal(spec: BuildSpec) -> dict[str, str]:
    """What a person needs, and no build has."""
    return {"TERM": os.environ.get("TERM", "dumb"), "PS1": f"[{spec}] \\w \\$ "}


def _hook_text(spec: BuildSpec, laid: Workbench, sandbox: Sandbox) -> str:
    source = source_folder(spec)
    if sandbox.layout == "host":
        source = source.replace(SOURCE, str(laid.source.source), 1)
    return _HOOK_TEXT.format(
        backend=spec.build_system.backend,
        path=[os.path.normpath(f"{source}/{each}") for each in spec.build_system.backend_path],
        settings={
            name: value if isinstance(value, str) else list(value)
            for name, value in spec.recipe.config_settings
        },
        output=laid.output_name,
    )


def _shell() -> str:
    return next((each for each in _SHELLS if Path(each).exists()), "/bin/sh")


def _said(notice: Callable[[str], None]) -> Callable[[Event], None]:
    """Tells of builds that come before the shell."""

    def observe(event: Event) -> None:
        match event:
            case Started():
                notice(f"building {event.subject}, which it is built with")
            case Failed():
                notice(f"{event.subject} failed: {event.log}")
            case _:
                pass

    return observe

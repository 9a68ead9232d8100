"""Options that several commands share; each is also an environment variable `BUILDER_…`."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from packaging.utils import canonicalize_name

from wheeltree.session.invocation import Invocation, Places, Upgrade

F = TypeVar("F", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


class AtMostOne(click.Option):
    """An option with one value or "", though other commands take several of the same variable."""

    def process_value(self, ctx: click.Context, value: Any) -> str:
        """The value; BadParameter for several."""
        values: tuple[str, ...] = super().process_value(ctx, value)
        if len(values) > 1:
            raise click.BadParameter(f"name one of {', '.join(values)}", ctx=ctx, param=self)
        return "".join(values)


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """A click option whose environment variable follows from its long name."""
    longest = max(names, key=len)
    variable = f"BUILDER_{longest.split('/')[0].lstrip('-').replace('-', '_').upper()}"
    return click.option(*names, envvar=variable, show_envvar=True, **settings)


def together(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Several options as one decorator, shown in this order."""

    def decorate(command: F) -> F:
        for each in reversed(options):
            command = each(command)
        return command

    return decorate


wheelhouse = option(
    "-o",
    "--wheelhouse",
    type=_FOLDER,
    default=Path("wheelhouse"),
    show_default=True,
    help="The wheels, their indexes and the plan.",
)
store = option(
    "--store",
    type=_FOLDER,
    default=None,
    help="Where everything that was ever built is kept.  [default: ~/.cache/wheeltree]",
)
settings = option(
    "--settings",
    type=_FILE,
    default=None,
    help="Settings; patches/, overrides/ and settings/ lie beside it.  [default: settings.yaml]",
)
json = option("--json", is_flag=True, help="One JSON object per line on standard output.")
jobs = option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    default=None,
    metavar="N",
    help="How many builds at once.  [default: one per core]",
)
python = option(
    "--python",
    default=None,
    metavar="PATH",
    help="Interpreter that the wheels are for.  [default: the one that runs builder]",
)
sandbox = option(
    "--sandbox",
    type=click.Choice(["bubblewrap", "unshare", "none"]),
    default=None,
    help="How builds are closed in.  [default: the best that can be had; never none]",
)
offline = option("--offline", is_flag=True, help="Use no network; what is needed must be here.")
keep_going = option(
    "--keep-going", is_flag=True, help="Build everything that a failure does not block."
)
no_seeds = option("--no-seeds", is_flag=True, help="Refuse prebuilt wheels that break cycles.")
rebuild = option(
    "--rebuild", multiple=True, metavar="NAME", help="Build it again, though the store has it."
)
signing_key = option(
    "--signing-key",
    type=_FILE,
    default=None,
    help="Sign how wheels were made with this key.  [default: what the settings say]",
)
add = option("--add", is_flag=True, help="Keep what earlier runs put into the wheelhouse.")
exact = option("--exact", is_flag=True, help="With a locked plan: demand the same content, too.")

pre = option("--pre", is_flag=True, help="Take pre-releases as readily as releases.")
one_variant = option(
    "--variant",
    multiple=True,
    cls=AtMostOne,
    metavar="NAME",
    help="The variant that is meant, where they differ.",
)
variants = option(
    "--variant",
    "only",
    multiple=True,
    metavar="NAME",
    help="A variant of the plan.  [default: all of them]",
)

wanted = together(
    click.argument("requirements", nargs=-1, metavar="[REQUIREMENT_OR_FILE]..."),
    option(
        "--set",
        "sets",
        multiple=True,
        metavar="NAME=FILE",
        help="One more install set, solved by itself.",
    ),
    option(
        "--variant",
        "variants",
        multiple=True,
        metavar="NAME[=FILE]",
        help="A variant of the settings, with what it alone wants.  [default: all of them]",
    ),
    option(
        "-c",
        "--constraint",
        "constraints",
        type=_FILE,
        multiple=True,
        help="Limits what is installed; does not reach builds.",
    ),
    option(
        "--build-constraint",
        "build_constraints",
        type=_FILE,
        multiple=True,
        help="Limits what builds use.",
    ),
    option(
        "--index-url",
        default=None,
        metavar="URL",
        help="Where sdists come from.  [default: what the target interpreter's pip uses]",
    ),
    option(
        "--extra-index-url",
        "extra_index_urls",
        multiple=True,
        metavar="URL",
        help="Asked for projects that no index before it has.",
    ),
    pre,
)
what = together(
    wanted,
    option(
        "--upgrade",
        is_flag=False,
        flag_value="*",
        multiple=True,
        metavar="[NAME]",
        help="Leave the versions of the last plan: of NAME, or of everything.",
    ),
)
machine = together(python, jobs, sandbox, offline, keep_going, no_seeds, rebuild)
places = together(wheelhouse, store, settings)


def default_store() -> Path:
    """`wheeltree` in the user's cache folder (XDG base directories)."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "wheeltree"


def places_of(given: Mapping[str, Any]) -> Places:
    """Where everything is, from the arguments of a command by name."""
    return Places(
        wheelhouse=given["wheelhouse"],
        store=given["store"] or default_store(),
        settings=given["settings"],
    )


def invocation(given: Mapping[str, Any]) -> Invocation:
    """What was asked, from the arguments of a command by name; those that it lacks are defaults."""
    upgrade = given.get("upgrade", ())
    return Invocation(
        requirements=given.get("requirements", ()),
        sets=tuple(_named_file(each) for each in given.get("sets", ())),
        variants=(
            *map(_variant, given.get("variants", ())),
            *((name, None) for name in given.get("only", ())),
        ),
        places=places_of(given),
        constraints=given.get("constraints", ()),
        build_constraints=given.get("build_constraints", ()),
        index_url=given.get("index_url"),
        extra_index_urls=given.get("extra_index_urls", ()),
        python=given["python"] or _own_python(),
        jobs=given.get("jobs") or len(os.sched_getaffinity(0)),
        pre=given.get("pre", False),
        offline=given["offline"],
        locked=given.get("locked"),
        exact=given.get("exact", False),
        upgrade=Upgrade(
            everything="*" in upgrade,
            names=frozenset(canonicalize_name(each) for each in upgrade if each != "*"),
        ),
        rebuild=frozenset(canonicalize_name(each) for each in given.get("rebuild", ())),
        seeds=not given.get("no_seeds", False),
        sandbox=given.get("sandbox"),
        signing_key=given.get("signing_key"),
        keep_going=given.get("keep_going", False),
        plan_only=given.get("plan_only", False),
        add=given.get("add", False),
    )


def _named_file(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not (name and equals and path):
        raise click.BadParameter(f"{text!r} is not NAME=FILE", param_hint="--set")
    return name, Path(path)


def _variant(text: str) -> tuple[str, Path | None]:
    name, equals, path = text.partition("=")
    if not name or (equals and not path):
        raise click.BadParameter(f"{text!r} is not NAME or NAME=FILE", param_hint="--variant")
    return name, Path(path) if path else None


def _own_python() -> str:
    import sys  # noqa: PLC0415

    return sys.executable

"""Finds the one build that a user names: by a file, by its spec key, or by the project."""

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from packaging.utils import InvalidName, NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from wheeltree.errors import StoreError, UsageError
from wheeltree.model import codec
from wheeltree.model.digest import Key
from wheeltree.model.frozen import Frozen
from wheeltree.model.spec import BuildSpec
from wheeltree.planning.history import Begun, filed_spec, history
from wheeltree.planning.lockfile import Lock, LockedPackage, load
from wheeltree.store.local import Store

_KEY = re.compile(r"[0-9a-f]{64}")
_AGAIN = "run `builder bootstrap` with this store; --plan-only is enough"


class Found(Frozen):
    """A build that was named."""

    spec: BuildSpec
    where: str
    """What names it, for people."""
    python: str | None
    """The interpreter that it is for; None where only a file says so, which nobody vouches for."""


class Pin(Frozen):
    """NAME or NAME==VERSION, as a user writes it."""

    name: NormalizedName
    version: Version | None

    def __str__(self) -> str:
        return self.name if self.version is None else f"{self.name}=={self.version}"

    def fits(self, version: Version) -> bool:
        """Whether it means this version."""
        return self.version in {None, version}


def find(text: str, *, store: Store, wheelhouse: Path) -> Found:
    """The build that `text` means: a file with a spec, a spec key, NAME or NAME==VERSION.

    A project is looked up in the plan of the wheelhouse and among the builds that were begun since
    that plan was made, which failed or belong to a run that still goes on. UsageError if there is
    none, or several; StoreError if its spec is not in the store any more.
    """
    if Path(text).is_file():
        return Found(spec=read_spec(Path(text)), where=text, python=None)
    if _KEY.fullmatch(text):
        return _filed(store, Key(text), "its key")
    return _of_project(pin(text), store, wheelhouse / "plan.json")


def pin(text: str) -> Pin:
    """`text` as a pin; UsageError if it is none."""
    name, equals, version = text.partition("==")
    try:
        return Pin(
            name=canonicalize_name(name.strip(), validate=True),
            version=Version(version) if equals else None,
        )
    except (InvalidName, InvalidVersion) as error:
        raise UsageError(
            f"{text!r} is no file, no spec key and no NAME or NAME==VERSION",
            hint="name a package of the wheelhouse, such as click or click==8.1.8",
        ) from error


def read_spec(path: Path) -> BuildSpec:
    """The spec in a file that `builder realise --print-spec` printed; UsageError if it is none."""
    try:
        return codec.decode(path.read_bytes(), BuildSpec)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    except codec.Malformed as error:
        raise UsageError(
            f"{path} is no build spec: {error}", hint="builder realise NAME --print-spec makes one"
        ) from error


def of_name(lock: Lock, wanted: Pin) -> tuple[LockedPackage, ...]:
    """The packages of a plan that a pin means; those that are published, where there are such."""
    found = [
        each
        for each in lock.packages
        if each.source.name == wanted.name and wanted.fits(each.source.version)
    ]
    return tuple(each for each in found if not each.stage) or tuple(found)


def refuse_prebuilt(spec: BuildSpec) -> None:
    """UsageError for a wheel that is taken as it is: there is no build of it to look at."""
    if spec.recipe.prebuilt:
        raise UsageError(
            f"{spec} is not built here: settings say that it is the wheel {spec.recipe.prebuilt}",
            hint="name a source in the settings instead, to build it",
        )


def _of_project(wanted: Pin, store: Store, plan: Path) -> Found:
    begun = [each for each in history(store, wanted.name) if wanted.fits(each.version)]
    if not plan.is_file():
        return _last(wanted, begun, store, plan)
    planned = of_name(load(plan), wanted)
    since, known = plan.stat().st_mtime, {each.key for each in planned}
    later = [each for each in begun if each.at > since and each.key not in known]
    if later or not planned:
        return _last(wanted, later or begun, store, plan)
    return _filed(store, _only(planned, plan).key, str(plan))


def _last(wanted: Pin, begun: Iterable[Begun], store: Store, plan: Path) -> Found:
    for each in reversed(list(begun)):
        when = datetime.fromtimestamp(each.at).astimezone().isoformat(" ", "minutes")
        return _filed(store, each.key, f"the build that was begun at {when}")
    raise UsageError(
        f"{wanted} is not in {plan}, and {store.root} knows no build of it",
        hint="check the name, -o and --store; `builder bootstrap` plans and builds a package",
    )


def _only(planned: tuple[LockedPackage, ...], plan: Path) -> LockedPackage:
    first, *others = planned
    if not others:
        return first
    if len({each.source.version for each in planned}) == 1:
        raise UsageError(
            f"{plan} has {first} for several variants, and builds it otherwise for each",
            details=[f"{each.subject}: {each.key}" for each in planned],
            hint="say which by its key",
        )
    raise UsageError(
        f"{plan} has several versions of {first.source.name}: "
        f"{', '.join(str(each.source.version) for each in planned)}",
        hint=f"say which: {first}",
    )


def _filed(store: Store, key: Key, where: str) -> Found:
    spec = filed_spec(store, key)
    if spec is None:
        raise StoreError(f"{store.root} has no spec {key}, known from {where}", hint=_AGAIN)
    return Found(spec=spec, where=where, python=spec.platform.interpreter.executable)

"""Finds the one build that a user names: by a file, by its spec key, or by the project."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from packaging.utils import InvalidName, NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from wheeltree.errors import StoreError, UsageError
from wheeltree.model import codec
from wheeltree.model.digest import Key
from wheeltree.model.frozen import Frozen, replace
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
    """NAME or NAME==VERSION, as a user writes it, and perhaps the variant that it is for."""

    name: NormalizedName
    version: Version | None
    variant: str = ""

    def __str__(self) -> str:
        text = self.name if self.version is None else f"{self.name}=={self.version}"
        return f"{text} for the variant {self.variant}" if self.variant else text

    def fits(self, version: Version) -> bool:
        """Whether it means this version."""
        return self.version in {None, version}

    def means(self, package: LockedPackage) -> bool:
        """Whether it means this package of a plan."""
        source = package.source
        own = source.name == self.name and self.fits(source.version)
        return own and (not self.variant or self.variant in package.variants)


def find(text: str, *, store: Store, wheelhouse: Path, variant: str = "") -> Found:
    """The build that `text` means: a file with a spec, a spec key, NAME or NAME==VERSION.

    A project is looked up in the plan of the wheelhouse and among the builds that were begun since
    that plan was made, which failed or belong to a run that still goes on. variant: the one that it
    must be for; "" for whichever. UsageError if there is none, or several; StoreError if its spec
    is not in the store any more.
    """
    named = Path(text).is_file() or _KEY.fullmatch(text)
    if named and variant:
        raise UsageError(f"{text} is one build, of whichever variant", hint="leave --variant out")
    if Path(text).is_file():
        return Found(spec=read_spec(Path(text)), where=text, python=None)
    if named:
        return _filed(store, Key(text), "its key")
    return _of_project(pin(text, variant), store, wheelhouse / "plan.json")


def pin(text: str, variant: str = "") -> Pin:
    """`text` as a pin; UsageError if it is none. variant: the one that is meant, if any."""
    name, equals, version = text.partition("==")
    try:
        return Pin(
            name=canonicalize_name(name.strip(), validate=True),
            version=Version(version) if equals else None,
            variant=variant,
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
    found = [each for each in lock.packages if wanted.means(each)]
    return tuple(each for each in found if not each.stage) or tuple(found)


def refuse_prebuilt(spec: BuildSpec) -> None:
    """UsageError for a wheel that is taken as it is: there is no build of it to look at."""
    if spec.recipe.prebuilt:
        raise UsageError(
            f"{spec} is not built here: settings say that it is the wheel {spec.recipe.prebuilt}",
            hint="name a source in the settings instead, to build it",
        )


def _of_project(wanted: Pin, store: Store, plan: Path) -> Found:
    begun = list(_begun(wanted, store))
    if not plan.is_file():
        return _last(wanted, begun, store, plan)
    lock, since = load(plan), plan.stat().st_mtime
    planned = of_name(lock, wanted)
    known = {each.key for each in of_name(lock, replace(wanted, variant=""))}
    unplanned = [each for each in begun if each.key not in known]
    later = [each for each in unplanned if each.at > since]
    if later or not planned:
        return _last(wanted, later or unplanned, store, plan)
    return _filed(store, _only(planned, plan).key, str(plan))


def _begun(wanted: Pin, store: Store) -> Iterator[Begun]:
    """The builds of a project that a pin may mean: those that depend on no variant, too."""
    for each in history(store, wanted.name):
        if wanted.fits(each.version):
            spec = filed_spec(store, each.key) if wanted.variant else None
            if spec is None or spec.variant in {"", wanted.variant}:
                yield each


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
        raise _unclear(planned, plan)
    raise UsageError(
        f"{plan} has several versions of {first.source.name}: "
        f"{', '.join(str(each.source.version) for each in planned)}",
        hint=f"say which: {first}",
    )


def _unclear(planned: tuple[LockedPackage, ...], plan: Path) -> UsageError:
    """The error for one version that a plan has several builds of."""
    first = planned[0]
    if not first.variants:
        return UsageError(
            f"{plan} has several builds of {first}",
            details=[f"{each}: {each.key}" for each in planned],
            hint="say which by its key",
        )
    return UsageError(
        f"{plan} has {first} for several variants, and builds it otherwise for each",
        details=[f"{', '.join(each.variants)}: {each.key}" for each in planned],
        hint=f"say for which: --variant {planned[-1].variants[0]}",
    )


def _filed(store: Store, key: Key, where: str) -> Found:
    spec = filed_spec(store, key)
    if spec is None:
        raise StoreError(f"{store.root} has no spec {key}, known from {where}", hint=_AGAIN)
    return Found(spec=spec, where=where, python=spec.platform.interpreter.executable)

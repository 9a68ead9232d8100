"""A finished wheel, imported in the sandbox with everything that it requires installed beside it.

It is done once for each content of the wheels that are installed together (record `imported`).
"""

import re
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from wheeltree.building import import_inside
from wheeltree.building.attempts import described, judged
from wheeltree.building.diagnosis import last_lines, likely_cause, readable
from wheeltree.building.leavings import small_file
from wheeltree.building.logs import Log
from wheeltree.building.modules import top_modules
from wheeltree.building.shelf import realised
from wheeltree.building.surroundings import plain_environ
from wheeltree.building.venv import ENV
from wheeltree.building.workshop import Allotment, Workshop
from wheeltree.errors import BuildError, Interrupted, StoreError
from wheeltree.host.packages import having
from wheeltree.model.artifact import Artifact
from wheeltree.model.codec import Malformed, decode
from wheeltree.model.digest import Key, key_of
from wheeltree.model.frozen import Frozen, asdict
from wheeltree.model.trial import Imported, Trial
from wheeltree.sandbox.base import Bind, Job, Outcome, within
from wheeltree.store.local import Store

_METHOD = 1
"""Raised when what is tried, or how, changes."""
_SECONDS = 300.0
"""How long the modules of one wheel may take, where settings say nothing (`timeout`)."""
_SCRIPT = "/build/import.py"
_CONTROL = "/build/answer"
_SHOWN = 15


class _Failed(Frozen):
    module: str
    error: str
    kind: str
    missing: str


class _Answer(Frozen):
    failed: _Failed | None
    starts: tuple[str, ...]


def imported(trial: Trial, store: Store) -> Imported | None:
    """What came of the same trial before; None where that is not known, or it did not end well."""
    wheels = _wheels(trial, store)
    return None if wheels is None else store.record("imported", _key(trial, wheels), Imported)


def try_import(trial: Trial, shop: Workshop, allotment: Allotment) -> Imported:
    """Import a wheel, all of whose closure is realised.

    BuildError, with the end of the log and what it is likely to lack, if it cannot be imported or
    two wheels of the closure have different files of one path.
    """
    store = shop.store
    wheels = _wheels(trial, store)
    if wheels is None:
        raise StoreError(
            f"{trial.subject} is to be imported, and not all that it requires is in the store",
            hint="run `builder bootstrap` again: it is built anew",
        )
    own = next(each for each in wheels if each.name == trial.spec.name)
    modules = trial.spec.recipe.imports.modules or _modules(own, store)
    made = _Attempt(trial, wheels, shop, allotment).run(modules) if modules else ()
    return store.put_record(
        "imported", _key(trial, wheels), Imported(modules=modules, starts=made), Imported
    )


def _wheels(trial: Trial, store: Store) -> tuple[Artifact, ...] | None:
    found = [realised(store, each.key) for each in trial.closure]
    known = tuple(each for each in found if each is not None)
    return known if len(known) == len(found) else None


def _key(trial: Trial, wheels: Sequence[Artifact]) -> Key:
    contents = [(str(each), each.content) for each in wheels]
    spec = trial.spec
    asked = (spec.name, spec.recipe.imports.modules, spec.platform.interpreter)
    return key_of("imported", _METHOD, asked, contents)


def _modules(wheel: Artifact, store: Store) -> tuple[str, ...]:
    with zipfile.ZipFile(store.path(wheel.file)) as archive:
        return top_modules(archive.namelist())


class _Attempt:
    """One job that imports modules."""

    def __init__(
        self, trial: Trial, wheels: Sequence[Artifact], shop: Workshop, allotment: Allotment
    ) -> None:
        self._spec = trial.spec
        self._subject = f"{trial.spec.name} {trial.spec.version}"
        self._wheels = wheels
        self._shop = shop
        self._log = Log(allotment.log, limit=trial.spec.recipe.resources.most_log)

    def run(self, modules: tuple[str, ...]) -> tuple[str, ...]:
        """Import them; the programs that were started meanwhile."""
        self._log.write(f"-- importing {', '.join(modules)}")
        with self._shop.store.scratch(f"import-{self._spec.name}") as scratch:
            environment = self._environment(scratch)
            with tempfile.TemporaryDirectory(dir=scratch) as control:
                outcome = self._outcome(environment, Path(control), modules)
                return self._judged(outcome, Path(control), modules)

    def _environment(self, scratch: Path) -> Path:
        interpreter = self._spec.platform.interpreter
        if self._shop.sandbox.layout == "closed":
            return self._shop.environments.passing(self._wheels, interpreter)
        return self._shop.environments.private(self._wheels, interpreter, into=scratch / "env")

    def _outcome(self, environment: Path, control: Path, modules: tuple[str, ...]) -> Outcome:
        job = Job(
            argv=(f"{ENV}/bin/python", "-I", _SCRIPT, f"{_CONTROL}/answer.json", *modules),
            cwd=_CONTROL,
            environ=plain_environ((f"{ENV}/bin",)),
            binds=(
                Bind(source=environment, target=ENV),
                Bind(source=Path(import_inside.__file__), target=_SCRIPT),
                Bind(source=control, target=_CONTROL, writable=True),
            ),
            prefix=self._spec.platform.interpreter.prefix,
            native=False,
        )
        limit = self._spec.recipe.resources.timeout or _SECONDS
        with self._log.descriptor() as descriptor:
            return self._shop.sandbox.run(job, log=descriptor, patience=within(limit))

    def _judged(self, outcome: Outcome, control: Path, modules: tuple[str, ...]) -> tuple[str, ...]:
        if outcome.stopped:
            raise Interrupted(f"{self._subject}: importing it was stopped")
        named = ", ".join(modules)
        _, refused = judged(outcome.attempts, self._spec.recipe.tolerances)
        if refused:
            advice = (
                "if it works without: `network: {tolerate: [{host: …, because: …}]}` in the "
                f"settings of {self._spec.name}, or narrow its `import_check`"
            )
            said = f"importing {named} tried to reach {described(refused[0])}"
            raise self._failure(said, advice)
        if outcome.timed_out:
            raise self._failure(f"importing {named} took too long", "")
        if not (control / "answer.json").exists():
            raise self._failure(f"importing {named} ended Python ({_ending(outcome)})", "")
        answer = self._answer(control)
        if answer.failed is not None:
            text = f"import {answer.failed.module} failed: {answer.failed.error}"
            raise self._failure(text, _remedy(self._spec.name, answer.failed), answer.starts)
        return answer.starts

    def _answer(self, control: Path) -> _Answer:
        """What the process wrote down, or what was imported wrote in its name."""
        subject = f"{self._subject}: importing it"
        try:
            said = decode(small_file(control, "answer.json", subject=subject), _Answer)
        except (Malformed, RecursionError) as error:
            raise BuildError(f"{subject} left what is no answer: {error}") from error
        failed = said.failed
        return _Answer(
            failed=failed
            and _Failed(**{name: _line(text) for name, text in asdict(failed).items()}),
            starts=tuple(map(_line, said.starts[:_MOST])),
        )

    def _failure(self, what: str, remedy: str, starts: tuple[str, ...] = ()) -> BuildError:
        text, name = self._log.tail(), self._spec.name
        return BuildError(
            f"{self._subject}: {what}",
            hint=remedy or likely_cause(text, name, having) or _last_resort(name),
            details=(
                *last_lines(text, _SHOWN),
                *(f"it started {each.partition(': ')[2]}" for each in starts),
                f"the whole log is {self._log.path}",
            ),
        )


_UNLOADABLE = re.compile(r"([\w.+-]+\.so[\w.]*): cannot open shared object file")


def _line(text: str) -> str:
    """The first line of a text, without what could steer a terminal."""
    return readable(text.encode(errors="replace"))[0][:_LONGEST]


_MOST, _LONGEST = 20, 300
_SIGNALLED = 128


def _ending(outcome: Outcome) -> str:
    if outcome.returncode > _SIGNALLED:
        return f"signal {outcome.returncode - _SIGNALLED}"
    return f"exit status {outcome.returncode}"


def _remedy(name: str, failed: _Failed) -> str:
    """How a requirement or a library that is missing is declared; "" for any other failure."""
    library = _UNLOADABLE.search(failed.error)
    if library:
        return (
            f"install the system package that has {library[1]}, wherever the wheel is installed, "
            f"too; its build names the library it wants: packages: {{{name}: {{uses: […]}}}}"
        )
    top = failed.missing.partition(".")[0]
    if failed.kind != "ModuleNotFoundError" or not top.isidentifier():
        return ""
    if top == failed.module.partition(".")[0]:
        return f"its wheel lacks {failed.missing}: see in its log whether the build left it out"
    return (
        f"it does not declare what brings {top}; if that is the project of this name: "
        f"packages: {{{name}: {{requires_dist: {{add: [{top.replace('_', '-')}]}}}}}}"
    )


def _last_resort(name: str) -> str:
    return (
        "if it cannot be imported on such a machine: "
        f"packages: {{{name}: {{import_check: {{off: true, because: …}}}}}}"
    )

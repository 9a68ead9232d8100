"""Calls hooks of a build backend (PEP 517), several in one job of the sandbox.

The one place that knows how `pyproject_hooks` talks to a hook: by a script that runs inside, and a
control folder with `input.json` and `output.json`.
"""

import json
import shlex
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from packaging.utils import NormalizedName
from pyproject_hooks import BackendUnavailable, BuildBackendHookCaller, HookMissing

from wheeltree.building import attempts, breaches, inside
from wheeltree.building.diagnosis import last_lines, likely_cause
from wheeltree.building.leavings import small_file
from wheeltree.building.logs import Log
from wheeltree.building.surroundings import environ_of, programs_of_system
from wheeltree.building.venv import ENV
from wheeltree.building.workbench import Workbench, source_folder
from wheeltree.building.workshop import Allotment
from wheeltree.errors import BuildError, Interrupted, SandboxError
from wheeltree.host.packages import having
from wheeltree.model.attempt import Tolerated
from wheeltree.model.codec import Malformed, decode, encode
from wheeltree.model.frozen import Frozen, asdict, replace
from wheeltree.model.spec import BuildSpec
from wheeltree.sandbox.base import Bind, Job, Outcome, Sandbox

REQUIRES = "get_requires_for_build_wheel"
METADATA = "prepare_metadata_for_build_wheel"
WHEEL = "build_wheel"

_CONTROL = "/build/hook"
_SCRIPT = "/build/hook.py"
_INSIDE = "/build/inside.py"
_SIGNALLED = 128


class Harmless(Frozen):
    """What a backend may require without that anything must be added to its environment."""

    requirements: tuple[str, ...]
    projects: tuple[NormalizedName, ...]
    """Every requirement on these."""


class _Told(Frozen):
    """What `pyproject_hooks` would have a hook's process know."""

    script: Path
    environ: Mapping[str, str]
    input: bytes


class _Heard(Exception):
    """What a hook is to be told is known."""


class Hooks:
    """The hooks of one project's backend, on its workbench.

    Each runs in a process of its own. BuildError, with the end of the log and a likely cause, if
    one fails or answers something that is no answer.
    """

    def __init__(
        self, spec: BuildSpec, bench: Workbench, sandbox: Sandbox, allotment: Allotment
    ) -> None:
        self.seconds = 0.0
        """Wall time of the hooks so far."""
        self.tolerated: tuple[Tolerated, ...] = ()
        """What the hooks so far tried to reach in vain, as the settings let them."""
        self.subject = f"{spec.name} {spec.version}"
        self._spec = spec
        self._bench = bench
        self._sandbox = sandbox
        self._log = Log(allotment.log, limit=spec.recipe.resources.most_log)
        self._cores = allotment.cores
        self._answers: dict[str, bytes] = {}

    def __contains__(self, hook: str) -> bool:
        return hook in self._answers

    def run(self, *hooks: str, within: Harmless | None = None) -> None:
        """Run hooks in one job, and keep what they answered.

        within: the hooks after the first run only if all that it returns is in here; see `inside`.
        """
        allowed = None if within is None else asdict(within)
        with tempfile.TemporaryDirectory(dir=self._bench.scratch) as control:
            told = [self._question(hook) for hook in hooks]
            for hook, question in zip(hooks, told, strict=True):
                Path(control, hook).mkdir()
                Path(control, hook, "input.json").write_bytes(question.input)
            self._log.write(f"-- {', '.join(hooks)} of {self.subject}")
            arguments = (json.dumps(allowed), *hooks)
            outcome = self._outcome(self._job(arguments, told[0], Path(control)), len(hooks))
            self.seconds += outcome.seconds
            self._refuse_attempts(hooks, outcome, Path(control))
            owed = hooks if within is None else hooks[:1]
            self._collect(hooks, owed, outcome, Path(control))

    def answer(self, hook: str) -> Any:
        """What a hook that was run returned."""

        def answered(control: Path, *_: object) -> None:
            (control / "output.json").write_bytes(self._answers[hook])

        with self._explained(hook):
            return self._speak(hook, answered)

    def _question(self, hook: str) -> _Told:
        told: list[_Told] = []

        def listen(control: Path, script: Path, environ: Mapping[str, str]) -> None:
            text = (control / "input.json").read_bytes()
            told.append(_Told(script=script, environ=environ, input=text))
            raise _Heard

        with self._explained(hook), suppress(_Heard):
            self._speak(hook, listen)
        return told[0]

    def _speak(self, hook: str, listener: Callable[[Path, Path, Mapping[str, str]], None]) -> Any:
        """Let `pyproject_hooks` call a hook, with `listener` in the place of its process.

        It writes `input.json` and reads `output.json`, one hook at a time, and several hooks are
        run in one job: so it is heard first, and answered when the job is done.
        """

        def runner(
            cmd: Sequence[str],
            cwd: str | None = None,  # noqa: ARG001 -- always the folder that is built
            extra_environ: Mapping[str, str] | None = None,
        ) -> None:
            listener(Path(cmd[-1]), Path(cmd[1]), extra_environ or {})

        system = self._spec.build_system
        # Paths that the backend gets are spelled as it sees them: nothing needs to be translated.
        caller = BuildBackendHookCaller(
            source_folder(self._spec),
            system.backend,
            system.backend_path,
            runner=runner,
            python_executable=f"{ENV}/bin/python",
        )
        if hook == REQUIRES:
            return caller.get_requires_for_build_wheel(self._settings)
        return getattr(caller, hook)(self._bench.output_name, self._settings)

    @property
    def _settings(self) -> dict[str, str | list[str]]:
        return {
            name: value if isinstance(value, str) else list(value)
            for name, value in self._spec.recipe.config_settings
        }

    def command(self, argv: Sequence[str]) -> str:
        """Run a program where hooks run, but in the top folder of the source; what it printed."""
        self._log.write(f"-- {shlex.join(argv)}")
        begin = self._log.path.stat().st_size
        outcome = self._outcome(self._program(tuple(argv), self._bench.source.target), 1)
        self.seconds += outcome.seconds
        self._refuse_attempts((), outcome, self._bench.scratch)
        self._check(argv[0], outcome, 1)
        with self._log.path.open("rb") as file:
            file.seek(begin)
            return file.read().decode(errors="replace")

    def _job(self, arguments: tuple[str, ...], told: _Told, control: Path) -> Job:
        argv = (f"{ENV}/bin/python", _INSIDE, _SCRIPT, _CONTROL, *arguments)
        job = self._program(argv, source_folder(self._spec))
        return replace(
            job,
            environ={**job.environ, **told.environ},
            binds=(
                *job.binds,
                Bind(source=Path(inside.__file__), target=_INSIDE),
                Bind(source=told.script, target=_SCRIPT),
                Bind(source=control, target=_CONTROL, writable=True),
            ),
        )

    def _program(self, argv: tuple[str, ...], cwd: str) -> Job:
        return Job(
            argv=argv,
            cwd=cwd,
            environ=environ_of(self._spec, cores=self._cores, programs=self._bench.programs),
            binds=self._bench.binds,
            prefix=self._spec.platform.interpreter.prefix,
            native=self._spec.native,
            programs=programs_of_system(self._spec),
            limits=breaches.limits_of(self._spec.recipe.resources),
        )

    def _outcome(self, job: Job, hooks: int) -> Outcome:
        try:
            with self._log.descriptor() as descriptor:
                return self._sandbox.run(
                    job, log=descriptor, patience=partial(self._last_moment, hooks)
                )
        except SandboxError as error:
            error.details = error.details or last_lines(self._log.tail(), 3)
            raise

    def _last_moment(self, hooks: int, began: float) -> float | None:
        """When a job of so many hooks is given up, if it prints nothing more."""
        limits = self._spec.recipe.resources
        ends = []
        if limits.timeout is not None:
            ends.append(began + hooks * limits.timeout)
        if limits.silence is not None:
            ends.append(max(began, self._log.heard) + limits.silence)
        return min(ends, default=None)

    def _overtime(self, outcome: Outcome, hooks: int) -> str:
        """Which limit ended a job of so many hooks."""
        limits = self._spec.recipe.resources
        if limits.timeout is not None and outcome.seconds >= hooks * limits.timeout:
            return f"was not done after {limits.timeout} s"
        return f"printed nothing for {limits.silence} s"

    def _refuse_attempts(self, hooks: Sequence[str], outcome: Outcome, control: Path) -> None:
        """AttemptedNetwork if a job tried to reach what it may not; what hooks answered is kept.

        That they did comes before how they ended, of which it usually is the cause.
        """
        tolerances = self._spec.recipe.tolerances
        tolerated, refused = attempts.judged(outcome.attempts, tolerances)
        self.tolerated += tolerated
        for known in tolerated:
            self._log.write(f"-- tolerated: {attempts.described(known.attempt)} ({known.because})")
        if not refused or outcome.stopped:
            return
        for each in refused:
            self._log.write(f"-- refused: {attempts.described(each)}")
        for hook in hooks:
            if (control / hook / "output.json").exists():
                with suppress(BuildError):
                    self._answers[hook] = self._checked(hook, control / hook)
        where = f"the whole log is {self._log.path}"
        raise attempts.refusal(self.subject, self._spec.name, refused, details=(where,))

    def _collect(
        self, hooks: Sequence[str], owed: Sequence[str], outcome: Outcome, control: Path
    ) -> None:
        """Keep the answers of `hooks`, of which `owed` must be there."""
        for hook in hooks:
            answered = (control / hook / "output.json").exists()
            if not answered:
                self._check(hook, outcome, len(hooks))
            if answered or hook in owed:
                self._answers[hook] = self._checked(hook, control / hook)
        self._check(hooks[-1], outcome, len(hooks))

    def _check(self, hook: str, outcome: Outcome, hooks: int) -> None:
        if outcome.stopped:
            raise Interrupted(f"{self.subject}: {hook} was stopped")
        if outcome.timed_out:
            raise self._failure(f"{hook} {self._overtime(outcome, hooks)}")
        said = breaches.said(outcome.breach, self._spec.recipe.resources, log_full=self._log.full)
        if said:
            raise breaches.refusal(
                f"{self.subject}: {hook} {said.text}",
                self._spec.name,
                said,
                details=(*last_lines(self._log.tail(), 3), f"the whole log is {self._log.path}"),
            )
        if outcome.returncode > _SIGNALLED:
            raise self._failure(f"{hook} was killed by signal {outcome.returncode - _SIGNALLED}")
        if outcome.returncode != 0:
            raise self._failure(f"{hook} failed (exit status {outcome.returncode})")

    def _checked(self, hook: str, control: Path) -> bytes:
        """The part of what a hook left as its answer that `pyproject_hooks` needs.

        Its process may have left any file of any type; `warnings` would be shown as our own.
        """
        subject = f"{self.subject}: {hook}"
        text = small_file(control, "output.json", subject=subject)
        try:
            answer = decode(text, dict[str, Any])
        except (Malformed, RecursionError) as error:
            raise BuildError(f"{subject} answered what is no answer: {error}") from error
        checked = {name: answer.get(name) for name in ("no_backend", "hook_missing", "return_val")}
        for name in ("traceback", "backend_error", "missing_hook_name"):
            checked[name] = str(answer.get(name) or "")
        return encode(checked)

    @contextmanager
    def _explained(self, hook: str) -> Iterator[None]:
        backend = self._spec.build_system.backend
        try:
            yield
        except BackendUnavailable as error:
            raise self._failure(
                f"{hook} failed: the backend {backend!r} cannot be imported",
                output=error.traceback.encode(errors="replace"),
            ) from error
        except HookMissing as error:
            raise self._failure(f"the backend {backend!r} has no {hook}", output=b"") from error
        except ValueError as error:  # a backend-path that leaves the source
            raise BuildError(f"{self.subject}: backend-path in pyproject.toml: {error}") from error

    def _failure(self, what: str, *, output: bytes | None = None) -> BuildError:
        text = self._log.tail() if output is None else output
        cause = likely_cause(text, self._spec.name, having)
        return BuildError(
            f"{self.subject}: {what}",
            hint=cause or f"look around in its build: builder shell {self._spec.name}",
            details=(*last_lines(text), f"the whole log is {self._log.path}"),
        )

"""Runs the hooks of a build backend (PEP 517) in a sandbox.

The one place that knows which host paths `pyproject_hooks` hands to its runner: the script that
runs inside, and a control folder with `input.json` and `output.json`.
"""

import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from pyproject_hooks import BackendUnavailable, BuildBackendHookCaller, HookMissing

from wheeltree.building.core_metadata import read_metadata
from wheeltree.building.diagnosis import last_lines, likely_cause
from wheeltree.building.environment import ENV
from wheeltree.building.logs import Log
from wheeltree.building.surroundings import environ_of
from wheeltree.building.wheel import only_file
from wheeltree.building.workbench import COMPILERS, SOURCE, Workbench
from wheeltree.errors import BuildError, Interrupted, SandboxError
from wheeltree.model.codec import Malformed, decode, encode
from wheeltree.model.source import Metadata
from wheeltree.model.spec import BuildSpec
from wheeltree.sandbox.base import Bind, Job, Outcome, Sandbox

_CONTROL = "/build/hook"
_SCRIPT = "/build/hook.py"
_ANSWER_BYTES = 16 << 20
_SIGNALLED = 128


class Frontend:
    """The build backend of one project, on its workbench.

    Each hook runs in a process of its own and raises BuildError, with the end of the log and a
    likely cause, if it fails or answers something that is no answer.
    """

    def __init__(
        self, spec: BuildSpec, bench: Workbench, *, sandbox: Sandbox, log: Log, cores: int
    ) -> None:
        self.seconds = 0.0
        """Wall time of the hooks so far."""
        self._spec = spec
        self._subject = f"{spec.name} {spec.version}"
        self._bench = bench
        self._sandbox = sandbox
        self._log = log
        self._cores = cores

    def build_wheel(self) -> Path:
        """The wheel file that `build_wheel` left in the output folder, not looked into yet."""
        name = self._call(
            "build_wheel",
            lambda backend: backend.build_wheel(self._bench.output_name, self._settings),
        )
        return only_file(self._bench.output.source, name, subject=self._subject)

    def requires(self) -> tuple[str, ...]:
        """What `get_requires_for_build_wheel` adds to the static build requirements."""
        hook = "get_requires_for_build_wheel"
        answer = self._call(
            hook, lambda backend: backend.get_requires_for_build_wheel(self._settings)
        )
        if not isinstance(answer, list):
            raise BuildError(f"{self._subject}: {hook} returned {answer!r:.200}, not a list")
        try:
            return tuple(str(Requirement(item)) for item in answer)
        except (InvalidRequirement, TypeError, AttributeError) as error:
            raise BuildError(
                f"{self._subject}: {hook} returned something that is no requirement:"
                f" {_first_line(error)}"
            ) from error

    def metadata(self) -> Metadata:
        """What `prepare_metadata_for_build_wheel` says, or the wheel if there is no such hook."""
        hook = "prepare_metadata_for_build_wheel"
        name = self._call(
            hook,
            lambda backend: backend.prepare_metadata_for_build_wheel(
                self._bench.output_name, self._settings
            ),
        )
        subject = f"{self._subject}: {hook}"
        if not isinstance(name, str) or "/" in name or not name.endswith(".dist-info"):
            raise BuildError(f"{subject} returned {name!r:.200}, not a .dist-info folder")
        text = _small_file(self._bench.output.source, name, "METADATA", subject=subject)
        try:
            decoded = text.decode()
        except UnicodeDecodeError as error:
            raise BuildError(f"{subject}: METADATA is not UTF-8") from error
        return read_metadata(
            decoded, name=self._spec.name, version=self._spec.version, subject=subject
        )

    @property
    def _settings(self) -> dict[str, str | list[str]]:
        return {
            name: value if isinstance(value, str) else list(value)
            for name, value in self._spec.recipe.config_settings
        }

    def _call(self, hook: str, call: Callable[[BuildBackendHookCaller], Any]) -> Any:
        system = self._spec.build_system
        with self._explained(hook):
            # Paths that the backend gets are spelled as it sees them, so that nothing but the
            # runner's own arguments needs to be translated.
            return call(
                BuildBackendHookCaller(
                    SOURCE,
                    system.backend,
                    system.backend_path,
                    runner=self._run,
                    python_executable=f"{ENV}/bin/python",
                )
            )

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
            raise BuildError(f"{self._subject}: backend-path in pyproject.toml: {error}") from error

    def _run(
        self,
        cmd: Sequence[str],
        cwd: str | None = None,  # noqa: ARG002 -- always the source
        extra_environ: Mapping[str, str] | None = None,
    ) -> None:
        """Runs what `pyproject_hooks` would run, as a job that sees constant paths."""
        python, script, hook, control = cmd
        self._log.write(f"-- {hook} of {self._subject}")
        outcome = self._outcome(self._job(python, Path(script), hook, Path(control), extra_environ))
        self.seconds += outcome.seconds
        self._check(hook, outcome)
        self._seal(hook, Path(control))

    def _job(
        self,
        python: str,
        script: Path,
        hook: str,
        control: Path,
        extra_environ: Mapping[str, str] | None,
    ) -> Job:
        return Job(
            argv=(python, _SCRIPT, hook, _CONTROL),
            cwd=SOURCE,
            environ={
                **environ_of(self._spec, cores=self._cores, programs=(COMPILERS, f"{ENV}/bin")),
                **(extra_environ or {}),
            },
            binds=(
                *self._bench.binds,
                Bind(source=script, target=_SCRIPT),
                Bind(source=control, target=_CONTROL, writable=True),
            ),
            prefix=self._spec.platform.interpreter.prefix,
            native=self._spec.native,
        )

    def _outcome(self, job: Job) -> Outcome:
        try:
            with self._log.descriptor() as descriptor:
                return self._sandbox.run(job, log=descriptor, timeout=self._spec.recipe.timeout)
        except SandboxError as error:
            error.details = error.details or last_lines(self._log.tail(), 3)
            raise

    def _check(self, hook: str, outcome: Outcome) -> None:
        if outcome.stopped:
            raise Interrupted(f"{self._subject}: {hook} was stopped")
        if outcome.timed_out:
            raise self._failure(f"{hook} was not done after {self._spec.recipe.timeout} s")
        if self._log.full:
            raise self._failure(f"{hook} printed more than its log could hold")
        if outcome.returncode > _SIGNALLED:
            raise self._failure(f"{hook} was killed by signal {outcome.returncode - _SIGNALLED}")
        if outcome.returncode != 0:
            raise self._failure(f"{hook} failed (exit status {outcome.returncode})")

    def _seal(self, hook: str, control: Path) -> None:
        """Replaces the answer that the hook left by the part of it that is checked.

        Its process may have left any file of any type; `warnings` would be shown as our own.
        """
        subject = f"{self._subject}: {hook}"
        text = _small_file(control, "output.json", subject=subject)
        try:
            answer = decode(text, dict[str, Any])
        except (Malformed, RecursionError) as error:
            raise BuildError(f"{subject} answered what is no answer: {error}") from error
        checked = {name: answer.get(name) for name in ("no_backend", "hook_missing", "return_val")}
        for name in ("traceback", "backend_error", "missing_hook_name"):
            checked[name] = str(answer.get(name) or "")
        (control / "output.json").write_bytes(encode(checked))

    def _failure(self, what: str, *, output: bytes | None = None) -> BuildError:
        text = self._log.tail() if output is None else output
        cause = likely_cause(text)
        where = f"the whole log is {self._log.path}"
        return BuildError(
            f"{self._subject}: {what}",
            hint=f"{cause}; {where}" if cause else where,
            details=last_lines(text),
        )


def _small_file(folder: Path, *names: str, subject: str) -> bytes:
    """The bytes of a file that a build left; BuildError unless it is a regular one, not a link."""
    path = folder
    try:
        for name in names[:-1]:
            path /= name
            if not stat.S_ISDIR(path.lstat().st_mode):
                raise BuildError(f"{subject} left {path.name!r}, which is not a folder")
        path /= names[-1]
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _ANSWER_BYTES:
            raise BuildError(f"{subject} left {path.name!r}, which is not a regular small file")
        return path.read_bytes()
    except OSError as error:
        raise BuildError(f"{subject} left no {'/'.join(names)!r}: {error.strerror}") from error


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200]

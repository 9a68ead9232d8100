"""Threads that work, and the one queue on which they report."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Generic, TypeVar

from wheeltree.errors import WheeltreeError
from wheeltree.model.frozen import Frozen

T = TypeVar("T")


class Done(Frozen, Generic[T]):
    """Work on `subject` ended well."""

    subject: T
    result: object


class Broken(Frozen, Generic[T]):
    """Work on `subject` ended with an error that a user can understand."""

    subject: T
    error: WheeltreeError


class Crashed(Frozen):
    """Work met a defect of our own; the run must stop with its traceback."""

    error: BaseException


class Runner(Generic[T]):
    """A fixed number of threads, all of which live as long as the run; each hands its reports over.

    Sandboxes die with the thread that started them (PR_SET_PDEATHSIG), so threads are never
    replaced while work goes on.
    """

    def __init__(
        self, threads: int, report: Callable[[Done[T] | Broken[T] | Crashed], None]
    ) -> None:
        self._pool = ThreadPoolExecutor(threads)
        self._report = report

    def __enter__(self) -> "Runner[T]":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, subject: T, work: Callable[[], object]) -> None:
        """Have a thread call `work` and report on `subject`."""
        self._pool.submit(self._do, subject, work)

    def _do(self, subject: T, work: Callable[[], object]) -> None:
        try:
            self._report(Done(subject=subject, result=work()))
        except WheeltreeError as error:
            self._report(Broken(subject=subject, error=error))
        except BaseException as error:  # noqa: BLE001  a thread's defect must reach the main one
            self._report(Crashed(error=error))

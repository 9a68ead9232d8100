"""An application served on a socket, by uvicorn."""

import logging
import socket
from collections.abc import Callable

import uvicorn

from wheeltree.serving.application import Application

_BACKLOG = 128
_PATIENCE = 1
"""Seconds that a download may go on after the server was asked to stop."""


def run(application: Application, listening: socket.socket, notice: Callable[[str], None]) -> None:
    """Serves until SIGINT or SIGTERM, which then does what it did before.

    notice: is told, in one line, what went wrong that is no fault of a request; what a client sent
    may be in it.
    """
    _redirect_logs(notice)
    # All that can be detected is said: nothing changes with what else is installed.
    config = uvicorn.Config(
        application,
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        # As many are accepted at once, and each that cannot be is an error of its own.
        backlog=_BACKLOG,
        server_header=False,
        timeout_graceful_shutdown=_PATIENCE,
    )
    uvicorn.Server(config).run(sockets=[listening])


class _Told(logging.Handler):
    """Tells which exception was logged; what else there is to log, clients bring about at will."""

    def __init__(self, notice: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._notice = notice
        self._last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Tells one line without traceback, and not the same twice in a row."""
        error = record.exc_info[1] if record.exc_info else None
        # What is cut off at the end is cancelled, which is no Exception.
        if isinstance(error, Exception):
            line = f"{type(error).__name__}: {error}"
            if line != self._last:
                self._notice(line)
            self._last = line


def _redirect_logs(notice: Callable[[str], None]) -> None:
    for name in ("uvicorn.error", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers = [_Told(notice)]
        logger.propagate = False

"""Git, run without any configuration but what stands here; the only module that starts it.

It gets a private folder as its working folder, an environment made from nothing, https (and file,
where its user says so) as the only protocols, and never makes a work tree: hooks, filters and
checkouts have no place to happen.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryFile
from threading import Timer
from typing import IO
from urllib.parse import urlsplit

from wheeltree.errors import FetchError, SourceError
from wheeltree.transport.certificates import UNTRUSTED, certificates

Login = Callable[[str], str | None]
"""The value of the Authorization header for a URL; None where there is none."""

_LARGEST = 64 << 20
"""Bytes of a list of refs or of a tree's entries."""
_SECONDS = 3600
_SHOWN = 5
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PASSED = (
    *("PATH", "TMPDIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"),
    *("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"),
)
_CONFIG = (
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "credential.helper=",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "http.followRedirects=initial",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
    "init.defaultBranch=main",
    "maintenance.auto=false",
    "submodule.recurse=false",
    "tar.umask=0022",
)
_UNREAD = (
    "check `source:` in the settings, and whether the repository asks for a password (write it "
    "into the URL as ${VARIABLE}, or in a netrc file)"
)
_HINTS = {
    b"dubious ownership": "git reads no folder that belongs to somebody else, and no configuration "
    "is asked for exceptions: clone it, or have it belong to you",
    b"certificate": UNTRUSTED,
}
"""By what git says."""


class Git:
    """Git for one source.

    folder: an existing private folder, in which git works. login: what is sent to a URL. seconds:
    how long one call may take.
    """

    def __init__(self, folder: Path, login: Login, *, seconds: float = _SECONDS) -> None:
        self._folder = folder
        self._login = login
        self._seconds = seconds

    def ask(self, url: str, arguments: Sequence[str]) -> bytes:
        """What git prints when it talks to the repository at `url`, which `arguments` name.

        FetchError if it cannot.
        """
        check_url(url)
        environ = {**_environ(self._folder, url), **self._authorization(url)}
        try:
            with self._running(arguments, environ) as stream:
                return _bounded(stream)
        except _Failed as failed:
            raise FetchError(
                f"{url}: cannot read the git repository",
                details=failed.lines,
                hint=failed.hint,
            ) from failed

    def read(self, repository: Path, arguments: Sequence[str]) -> bytes:
        """What git prints about a repository of this machine that `ask` filled.

        SourceError if it cannot.
        """
        with self.stream(repository, arguments) as stream:
            return _bounded(stream)

    @contextmanager
    def stream(self, repository: Path, arguments: Sequence[str]) -> Iterator[IO[bytes]]:
        """The same while it comes."""
        environ = _environ(self._folder, "")
        try:
            with self._running((f"--git-dir={repository}", *arguments), environ) as stream:
                yield stream
        except _Failed as failed:
            raise SourceError(
                f"git {arguments[0]} failed on what it had fetched", details=failed.lines
            ) from failed

    @contextmanager
    def _running(self, arguments: Sequence[str], environ: Mapping[str, str]) -> Iterator[IO[bytes]]:
        command = ["git", *(part for each in _CONFIG for part in ("-c", each)), *arguments]
        try:
            with (
                TemporaryFile() as complaint,
                Popen(
                    command,
                    cwd=self._folder,
                    env=environ,
                    stdin=DEVNULL,
                    stdout=PIPE,
                    stderr=complaint,
                ) as process,
            ):
                alarm = Timer(self._seconds, process.kill)
                alarm.start()
                try:
                    assert process.stdout is not None
                    yield process.stdout
                    status = process.wait()
                except BaseException:
                    process.kill()
                    raise
                finally:
                    alarm.cancel()
                if status:
                    complaint.seek(0)
                    raise _Failed(status, complaint.read(_LARGEST), self._seconds)
        except FileNotFoundError as error:
            raise SourceError(
                "git is not installed, and settings name a git repository as a source",
                hint="install it, such as: apt install git",
            ) from error

    def _authorization(self, url: str) -> dict[str, str]:
        """The login as configuration in the environment, which other users do not see."""
        header = self._login(url) if url.startswith("https:") else None
        if header is None:
            return {}
        return {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"http.{url}.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: {header}",
        }


class _Failed(Exception):
    """Git ended with a status."""

    def __init__(self, status: int, complaint: bytes, seconds: float) -> None:
        super().__init__(status)
        text = complaint.decode(errors="replace").splitlines()
        said = tuple(line for line in text if line.strip())[:_SHOWN]
        ended = f"git was ended after {seconds:.0f} seconds"
        self.lines = said if status > 0 else (*said, ended)
        hints = (hint for sign, hint in _HINTS.items() if sign in complaint)
        self.hint = next(hints, _UNREAD)


def check_url(url: str) -> None:
    """SourceError unless `url` is an https or file URL with nothing odd in it."""
    parts = urlsplit(url)
    plain = url.isascii() and url.isprintable() and " " not in url and not parts.fragment
    if not plain or parts.query or "@" in parts.netloc:
        raise SourceError(f"{url[:200]!r} is no plain URL of a git repository")
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return
    raise SourceError(
        f"{url[:200]!r}: git repositories are read by https and file URLs only",
        hint="a repository that has another URL often answers to an https one, too",
    )


def check_commit(text: str) -> str:
    """`text`; SourceError if it is no full name of a commit."""
    if not _COMMIT.fullmatch(text):
        raise SourceError(f"{text[:80]!r} is no git commit: 40 or 64 hexadecimal digits")
    return text


def _bounded(stream: IO[bytes]) -> bytes:
    found = stream.read(_LARGEST + 1)
    if len(found) > _LARGEST:
        raise SourceError(f"git printed more than {_LARGEST >> 20} MiB; it is not read")
    return found


def _environ(folder: Path, url: str) -> dict[str, str]:
    """url: what is talked to; "" for nothing, and then no protocol is allowed."""
    passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
    return {
        **_trusted(),
        **passed,
        "HOME": os.fspath(folder),
        "LC_ALL": "C.UTF-8",
        "GIT_ALLOW_PROTOCOL": urlsplit(url).scheme or "none",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": os.fspath(folder.resolve().parent),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _trusted() -> dict[str, str]:
    """The authorities that downloads trust; git itself looks at a variable of its own only."""
    if found := certificates():
        kind = "PATH" if found.path.is_dir() else "INFO"
        return {f"GIT_SSL_CA{kind}": os.fspath(found.path.absolute())}
    return {}

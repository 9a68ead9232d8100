"""Files below one folder, read and changed by their paths; nothing outside it can be reached."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

_SHOWN = 60


class WorkRefused(Exception):
    """What a plugin asked for cannot be done; builder adds the plugin's file, method and line.

    details: further lines for the user, such as the end of what a program printed.
    """

    def __init__(self, message: str, *, details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.details = tuple(details)


class Files:
    """The files below a folder.

    Paths are relative to it, with `/`. Links are followed as long as they stay inside: what lies
    there may come from an attacker. WorkRefused, naming the path, for everything that cannot be
    done.

    Sample usage::

        files.replace("setup.py", "subprocess.check_call(['curl', URL])", "pass")
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def has(self, path: str) -> bool:
        """Whether there is a regular file at `path`."""
        return self._place(path).is_file()

    def find(self, pattern: str) -> tuple[str, ...]:
        """The files that a pattern such as `src/**/*.pyx` matches, sorted; `**` is any depth."""
        self._check(pattern)
        found = (each for each in self._root.glob(pattern) if each.is_file())
        return tuple(sorted(each.relative_to(self._root).as_posix() for each in found))

    def read(self, path: str) -> str:
        """The text of a file, which is UTF-8, with the ends of its lines as they are."""
        try:
            return self.read_bytes(path).decode()
        except UnicodeDecodeError as error:
            raise WorkRefused(f"{path} is not UTF-8: use read_bytes") from error

    def read_bytes(self, path: str) -> bytes:
        """The bytes of a file."""
        place = self._place(path)
        if not place.is_file():
            raise WorkRefused(f"there is no file {path}")
        return place.read_bytes()

    def write(self, path: str, content: str | bytes) -> None:
        """Make `content` that of the file at `path`; it and the folders above it may be new."""
        place = self._place(path)
        if place.exists() and not place.is_file():
            raise WorkRefused(f"{path} is no file")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        except OSError as error:
            raise WorkRefused(f"{path} cannot be written: {error.strerror}") from error

    def remove(self, path: str) -> None:
        """Remove a file, a link, or a folder with all that is in it."""
        self._check(path)
        above = PurePosixPath(path).parent
        place = (self._place(str(above)) if above.parts else self._root) / PurePosixPath(path).name
        if place.is_dir() and not place.is_symlink():
            import shutil  # noqa: PLC0415  a run with nothing to do does without

            shutil.rmtree(place)
        elif place.exists() or place.is_symlink():
            place.unlink()
        else:
            raise WorkRefused(f"there is no {path} to remove")

    def replace(self, path: str, old: str, new: str, *, count: int = 1) -> None:
        """Replace `old` by `new` in the text of a file.

        count: how often `old` must be there; an edit that fits a version no more is refused.
        """
        text = self.read(path)
        found = text.count(old)
        if not old or found != count:
            shown = old if len(old) <= _SHOWN else f"{old[:_SHOWN]}…"
            raise WorkRefused(f"{path} has {shown!r} {_times(found)}, not {_times(count)}")
        self.write(path, text.replace(old, new))

    def _place(self, path: str) -> Path:
        self._check(path)
        try:
            place = (self._root / path).resolve()
        except (OSError, RuntimeError) as error:  # links in a circle
            raise WorkRefused(f"{path} leads nowhere: {error}") from error
        if not place.is_relative_to(self._root):
            raise WorkRefused(f"{path} leads out of the folder through a link")
        return place

    def _check(self, path: str) -> None:
        parts = PurePosixPath(path).parts
        if not parts or ".." in parts or path.startswith("/") or "\0" in path:
            raise WorkRefused(f"{path!r} is no path inside the folder: no / before it, and no ..")


def _times(count: int) -> str:
    return {0: "nowhere", 1: "once", 2: "twice"}.get(count, f"{count} times")

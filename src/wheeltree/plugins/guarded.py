"""A plugin whose mistakes are PluginErrors that name its file, method and line."""

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName

from wheeltree.errors import PluginError, WheeltreeError
from wheeltree.model.digest import Key, key_of
from wheeltree.model.source import Candidate
from wheeltree.plugins.blame import Origin, blamed
from wheeltree.plugins.package import API, METHODS, PackagePlugin
from wheeltree.plugins.work import BuildWork, Package, SourceWork, Tree, Wheel


class Guarded:
    """A plugin as builder calls it: the same methods, whose results are checked.

    code: what it is made of, such as digests by path. PluginError for whatever a method raises and
    for a result that is none; errors of builder's own pass through.
    """

    def __init__(self, plugin: PackagePlugin, origin: Origin, code: object) -> None:
        self.origin = origin
        self.plugin = plugin
        self._key = key_of("plugin", API, code)

    def overrides(self, *methods: str) -> bool:
        """Whether it differs from the default in any of these methods."""
        mine = type(self.plugin)
        return any(getattr(mine, each) is not getattr(PackagePlugin, each) for each in methods)

    @property
    def overridden(self) -> tuple[str, ...]:
        """The methods in which it differs from the default."""
        return tuple(filter(self.overrides, METHODS))

    @property
    def prepares(self) -> Key | None:
        """Its fingerprint, if it may change what is prepared; None else."""
        return self._key if self.overrides("prepare", "build_requires") else None

    def builds(self, variant: str) -> Key | None:
        """Its fingerprint, if it may change what is built of a prepared tree; None else.

        variant: the one that is asked for, which it is told; "" for none. Environment variables
        count in a key by their values.
        """
        if not self.overrides("build_wheel", "finish"):
            return None
        return key_of("plugin-for-variant", self._key, variant) if variant else self._key

    # The methods.

    def select(
        self, name: NormalizedName, candidates: Sequence[Candidate]
    ) -> tuple[Candidate, ...]:
        """See `PackagePlugin.select`."""
        with self._blaming("select", name):
            chosen = tuple(self.plugin.select(tuple(candidates)))
        offered = set(candidates)
        for each in chosen:
            if each not in offered:
                raise self.wrong("select", name, f"returned {each!s:.100}, which was not offered")
        if len(set(chosen)) != len(chosen):
            raise self.wrong("select", name, "returned a candidate twice")
        return chosen

    def prepare(self, work: SourceWork) -> None:
        """See `PackagePlugin.prepare`; patches that are selected must be applied."""
        subject = f"{work.name} {work.version}"
        with self._blaming("prepare", subject):
            self.plugin.prepare(work)
        if work.patches and not work.patched:
            text = f"did not apply the patches {', '.join(work.patches)}: call super().prepare"
            raise self.wrong("prepare", subject, text)

    def build_requires(self, tree: Tree) -> tuple[str, ...]:
        """See `PackagePlugin.build_requires`."""
        with self._blaming("build_requires", tree):
            said = self.plugin.build_requires(tree)
            if isinstance(said, str):
                raise self.wrong("build_requires", tree, "returned a string, not a list of them")
            texts = tuple(said)
        for text in texts:
            try:
                Requirement(text)
            except (InvalidRequirement, TypeError, AttributeError) as error:
                what = f"returned {text!r:.100}, which is no requirement"
                raise self.wrong("build_requires", tree, what) from error
        return texts

    def environ(self, package: Package) -> dict[str, str]:
        """See `PackagePlugin.environ`."""
        with self._blaming("environ", package):
            said = dict(self.plugin.environ(package))
        for name, value in said.items():
            if not _is_variable(name, value):
                what = f"returned {name!r:.60}: {value!r:.60}, which is no environment variable"
                raise self.wrong("environ", package, what)
        return said

    def build_wheel(self, work: BuildWork) -> str:
        """See `PackagePlugin.build_wheel`."""
        subject = f"{work.name} {work.version}"
        with self._blaming("build_wheel", subject):
            path: object = self.plugin.build_wheel(work)
        if not isinstance(path, str) or not path.endswith(".whl"):
            raise self.wrong("build_wheel", subject, f"returned {path!r:.100}, no path of a wheel")
        return path

    def finish(self, wheel: Wheel) -> None:
        """See `PackagePlugin.finish`."""
        with self._blaming("finish", f"{wheel.name} {wheel.version}"):
            self.plugin.finish(wheel)

    def wrong(self, method: str, subject: object, what: str) -> PluginError:
        """The error that what a method did cannot be used."""
        return PluginError(f"{self._definition(method)}: {method} of {subject} {what}")

    @contextmanager
    def _blaming(self, method: str, subject: object) -> Iterator[None]:
        try:
            yield
        except WheeltreeError:
            raise
        except (Exception, SystemExit) as error:
            action = f"{method} of {subject}"
            raise blamed(
                error, self.origin, action=action, fallback=self._definition(method)
            ) from error

    def _definition(self, method: str) -> str:
        """Where a method is written."""
        found = inspect.unwrap(getattr(type(self.plugin), method))
        code = getattr(found, "__code__", None)
        if code is None or not self.origin.owns(code.co_filename):
            return self.origin.where
        return f"{code.co_filename}:{code.co_firstlineno}"


def _is_variable(name: object, value: object) -> bool:
    if not isinstance(name, str) or not isinstance(value, str):
        return False
    return bool(name) and "=" not in name and "\0" not in f"{name}{value}"


PLAIN = Guarded(PackagePlugin(), Origin(where="builder", owns=lambda _file: False), ())
"""What is done for a package without a plugin."""

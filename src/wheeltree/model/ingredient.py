"""What was laid into a source, or applied to it, that was not published with it."""

from typing import Literal
from urllib.parse import quote

from wheeltree.model.digest import Digest
from wheeltree.model.frozen import Frozen

Kind = Literal["crate", "extra", "patch"]


class Ingredient(Frozen):
    """One archive or file that a source tree was made from, besides its own archive."""

    kind: Kind
    """crate: named by a lock file of the source. extra: named by settings. patch: changes it."""
    name: str
    """Of the crate, the path in the tree, or the name of the patch file."""
    version: str = ""
    """Of a crate."""
    digest: Digest
    url: str = ""
    """Where settings say that an extra source is, without credentials."""

    @property
    def is_inside(self) -> bool:
        """Whether it is a component of what is built from the tree; a patch is none by itself."""
        return self.kind != "patch"


def purl(kind: str, name: str, version: str) -> str:
    """How SBOMs name a package of a kind such as pypi or cargo: a package URL (ECMA-427)."""
    return f"pkg:{kind}/{_quoted(name)}@{_quoted(version)}"


def _quoted(text: str) -> str:
    return quote(text, safe=":")

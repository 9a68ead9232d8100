"""For any source tree: packing and unpacking it gives it back, and its digest sees every change."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.errors import SourceError
from wheeltree.model.digest import digest_file
from wheeltree.sources.archive import unpack
from wheeltree.sources.draft import Draft
from wheeltree.sources.pack import pack
from wheeltree.sources.tree import tree_digest, walk
from wheeltree.store import packs

NAMES = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="/"),
    min_size=1,
    max_size=30,
).filter(lambda name: name not in {".", ".."} and len(name.encode()) < 100)
FILES = st.tuples(st.binary(max_size=2000), st.booleans())
TREES = st.recursive(
    FILES | st.none(),
    lambda below: st.dictionaries(NAMES, below, max_size=4),
    max_leaves=12,
)
"""None is a link to `.`, a tuple a file, a mapping a folder."""
ROOTS = st.dictionaries(NAMES, TREES, min_size=1, max_size=5).map(
    lambda tree: {**tree, "a": (b"", False)}
)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Tree = dict[str, "Tree | tuple[bytes, bool] | None"]


def lay(tree: Tree, folder: Path) -> None:
    folder.mkdir()
    for name, node in tree.items():
        path = folder / name
        match node:
            case None:
                path.symlink_to(".")
            case dict():
                lay(node, path)
            case (content, executable):
                path.write_bytes(content)
                path.chmod(0o755 if executable else 0o644)


@contextmanager
def drafted(archive: Path) -> Iterator[Draft]:
    with tempfile.TemporaryFile() as body:
        draft = Draft(body)
        unpack(archive, draft, name=canonicalize_name("demo"), version=Version("1"))
        yield draft


def repacked(archive: Path, into: Path, *, epoch: int) -> Path:
    """What comes out of the pack of an archive, whose file lies beside it."""
    with Path(f"{into}.pack").open("w+b") as body:
        draft = Draft(body)
        unpack(archive, draft, name=canonicalize_name("demo"), version=Version("1"))
        packs.finish(body, draft.sealed(epoch))
    packs.unpack(Path(body.name), into)
    return into


@FEW
@given(tree=ROOTS)
def test_unpacking_what_was_packed_gives_the_tree_back(tree: Tree) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay(tree, folder / "tree")
        pack(folder / "tree", folder / "x.tar.gz", top="demo-1.0", epoch=1_600_000_000)
        again = repacked(folder / "x.tar.gz", folder / "again", epoch=1_700_000_000)
        assert tree_digest(again) == tree_digest(folder / "tree")
        assert walk(again) == walk(folder / "tree")
        kept = [again / each.path for each in walk(again) if each.kind != "link"]
        assert {path.stat().st_mtime for path in kept} == {1_700_000_000}
        pack(again, folder / "y.tar.gz", top="demo-1.0", epoch=1_600_000_000)
        assert digest_file(folder / "y.tar.gz") == digest_file(folder / "x.tar.gz")


@FEW
@given(tree=ROOTS)
def test_a_draft_is_the_folder_that_it_is_laid_out_as_or_adopts(tree: Tree) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay(tree, folder / "tree")
        pack(folder / "tree", folder / "x.tar.gz", top="demo-1.0", epoch=1_600_000_000)
        with drafted(folder / "x.tar.gz") as draft:
            digest = draft.digest()
            assert digest == tree_digest(folder / "tree")
            entries = walk(folder / "tree")
            assert draft.size == sum(entry.size for entry in entries if entry.kind != "link")
            assert [each.path for each in draft.sealed(0)] == [each.path for each in entries]
            draft.lay_out(folder / "again")
            assert walk(folder / "again") == entries
            assert tree_digest(folder / "again") == digest
            before = draft.sealed(0)
            draft.adopt(folder / "again")
            assert draft.sealed(0) == before


@FEW
@given(tree=ROOTS, data=st.data())
def test_the_digest_sees_every_change(tree: Tree, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name, "tree")
        lay(tree, root)
        before = tree_digest(root)
        victim = root / data.draw(st.sampled_from([entry.path for entry in walk(root)]))
        change = data.draw(st.sampled_from(["remove", "rename", "content", "mode"]))
        if change == "remove" or victim.is_symlink():
            shutil.rmtree(
                victim
            ) if victim.is_dir() and not victim.is_symlink() else victim.unlink()
        elif change == "rename" or victim.is_dir():
            victim.rename(victim.with_name("a new name that no strategy draws, being too long"))
        elif change == "content":
            victim.write_bytes(victim.read_bytes() + b"!")
        else:
            victim.chmod(victim.stat().st_mode ^ 0o111)
        assert tree_digest(root) != before


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 3000), value=st.integers(0, 255), cut=st.integers(0, 3000))
def test_a_damaged_archive_is_refused_or_read_but_never_crashes(
    place: int, value: int, cut: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay(
            {"a": (bytes(range(256)) * 9, True), "b": {"c": (b"x" * 900, False)}, "l": None},
            folder / "tree",
        )
        pack(folder / "tree", folder / "x.tar.gz", top="demo-1.0", epoch=1)
        content = bytearray((folder / "x.tar.gz").read_bytes())
        content[place % len(content)] = value
        (folder / "x.tar.gz").write_bytes(content[: cut or None])
        with suppress(SourceError), drafted(folder / "x.tar.gz") as draft:
            draft.lay_out(folder / "again")

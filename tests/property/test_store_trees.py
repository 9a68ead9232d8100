"""Whatever a build leaves behind is removed, and whatever is stored is read back."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from wheeltree.model.codec import Malformed
from wheeltree.store import frame
from wheeltree.store.files import remove_tree
from wheeltree.store.ledger import append, read_ledger
from wheeltree.store.local import Store
from wheeltree.store.view import Entry
from wheeltree.store.wheelfile import build_number, tagged

_NAME = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=20
).filter(lambda name: name not in {".", ".."} and len(name.encode()) < 200)
_MODE = st.integers(0, 0o777)
_LEAF = st.one_of(st.just("link"), st.just("pipe"), st.binary(max_size=9))
_TREE = st.recursive(
    _LEAF, lambda inner: st.tuples(_MODE, st.dictionaries(_NAME, inner, max_size=4)), max_leaves=12
)
_SHA256 = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(tree=st.dictionaries(_NAME, _TREE, max_size=5))
@settings(deadline=None, max_examples=50)
def test_any_tree_is_removed_and_nothing_outside_it(tree: dict[str, object]) -> None:
    with _folder() as folder:
        (folder / "outside").mkdir(mode=0o700)
        (folder / "outside" / "file").write_bytes(b"kept")
        (folder / "top").mkdir()
        for name, node in tree.items():
            _plant(folder / "top" / name, node, folder / "outside")
        remove_tree(folder / "top")
        assert [path.name for path in folder.iterdir()] == ["outside"]
        assert (folder / "outside" / "file").read_bytes() == b"kept"


@given(content=st.binary(max_size=3000))
@settings(deadline=None, max_examples=30)
def test_any_bytes_are_stored_under_their_digest(content: bytes) -> None:
    with _folder() as folder:
        store = Store(folder / "store")
        (folder / "file").write_bytes(content)
        digest = store.add(folder / "file")
        assert store.add_bytes(content) == digest
        store.check(digest)
        assert store.path(digest).read_bytes() == content


@given(payload=st.binary(max_size=99), damage=st.binary(max_size=9), place=st.integers(0, 200))
def test_no_damage_of_a_record_goes_unseen(payload: bytes, damage: bytes, place: int) -> None:
    framed = frame.closed(payload, "kind", "key")
    assert frame.opened(framed, "kind", "key") == payload
    changed = framed[:place] + damage + framed[place + len(damage) :]
    for wrong in (changed, framed[:place], framed + damage):
        try:
            assert frame.opened(wrong, "kind", "key") == payload
            assert wrong == framed
        except Malformed:
            assert wrong != framed


@given(
    entries=st.lists(
        st.builds(Entry, filename=st.text(), sha256=_SHA256, base=st.text(), content=_SHA256)
    ),
    torn=st.integers(0, 400),
)
@settings(deadline=None)
def test_a_torn_ledger_keeps_its_whole_lines(entries: list[Entry], torn: int) -> None:
    with _folder() as folder:
        path = folder / "ledger.jsonl"
        append(path, entries)
        text = path.read_bytes() if entries else b""
        kept = text[: max(len(text) - torn, 0)]
        path.write_bytes(kept)
        append(path, entries[:1])
        lines = path.read_bytes().splitlines(keepends=True)
        assert all(line.endswith(b"\n") for line in lines)
        assert len(lines) == kept.count(b"\n") + len(entries[:1])
        read_ledger(path)


@given(number=st.integers(1, 10**9), again=st.integers(1, 10**9))
def test_a_build_number_is_read_back(number: int, again: int) -> None:
    name = tagged("a_b-1.0+local-py2.py3-none-any.whl", number)
    assert build_number(name) == number
    assert build_number(tagged(name, again)) == again


def _plant(path: Path, node: object, outside: Path) -> None:
    match node:
        case "link":
            path.symlink_to(outside)
        case "pipe":
            os.mkfifo(path)
        case bytes() as content:
            path.write_bytes(content)
        case (int() as mode, dict() as children):
            path.mkdir()
            for name, child in children.items():
                _plant(path / name, child, outside)
            path.chmod(mode)
        case _:
            raise AssertionError(node)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)

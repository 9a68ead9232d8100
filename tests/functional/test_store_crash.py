"""Processes killed at any moment leave a store and a wheelhouse that are whole."""

import random
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from wheeltree.model.digest import digest_file
from wheeltree.store.ledger import read_ledger
from wheeltree.store.local import Store
from wheeltree.store.packs import unpack
from wheeltree.store.upkeep import verify
from wheeltree.store.wheelhouse import current, published

sys.path.insert(0, str(Path(__file__).parent))

from store_victim import TREE_FILES, publish_some

ROUNDS = 50
_LINK = re.compile(r'href="([^"#]+)(?:#sha256=([0-9a-f]{64}))?"')


def test_kill_9_at_any_moment_tears_nothing_and_the_next_run_converges(tmp_path: Path) -> None:
    chance = random.Random(2)
    with _nursery(tmp_path) as kill_after:
        for _ in range(ROUNDS):
            assert kill_after(chance.uniform(0.0, 0.25)) == "[-9, -9]"
            _check(tmp_path)
    store = Store(tmp_path / "store")
    assert store.sweep() == ()
    assert list(store.work.iterdir()) == []
    _check_trees(store)
    for wheelhouse in (tmp_path / "wheelhouse", tmp_path / "fresh"):
        publish_some(store, wheelhouse, random.Random(1))
        assert current(wheelhouse)
    _check(tmp_path)
    assert _projects(tmp_path / "wheelhouse") == _projects(tmp_path / "fresh")
    assert _others(tmp_path / "wheelhouse") == _others(tmp_path / "fresh")


def _check(root: Path) -> None:
    store = Store(root / "store")
    assert verify(store) == ()
    _check_wheelhouse(root / "wheelhouse")


def _check_trees(store: Store) -> None:
    """Each file in a tree has the digest by which that was kept, and none is missing."""
    kept = list((store.root / "trees").iterdir())
    assert kept
    for packed in kept:
        with store.scratch("check") as scratch:
            unpack(packed, scratch / "tree")
            files = list((scratch / "tree").iterdir())
            assert len(files) in {1, TREE_FILES}
            assert {digest_file(file) for file in files} == {packed.name}


def _check_wheelhouse(root: Path) -> None:
    ledger = read_ledger(root / "ledger.jsonl")
    for wheel in root.rglob("*.whl"):
        assert digest_file(wheel) == ledger.digest(wheel.name)
    for page in root.rglob("index.html"):
        for link, digest in _LINK.findall(page.read_text()):
            target = page.parent / unquote(link)
            if digest:
                assert digest_file(target) == digest
                assert target.with_name(f"{target.name}.metadata").is_file()
            else:
                assert (target / "index.html").is_file()


def _projects(root: Path) -> set[tuple[str, str, bool]]:
    """Apart from build tags, which depend on what was published before."""
    return {
        (wheel.base, wheel.content, wheel.install) for wheel in published(root).views[""].wheels
    }


def _others(root: Path) -> dict[str, str]:
    """All other files that are visible, by name."""
    return {
        str(path.relative_to(root)): digest_file(path)
        for folder in ("sdists", "logs", ".")
        for path in (root / folder).iterdir()
        if path.is_file() and path.name != "ledger.jsonl" and path.suffix != ".whl"
    }


@contextmanager
def _nursery(root: Path) -> Iterator["Kill"]:
    script = Path(__file__).with_name("store_victim.py")
    with subprocess.Popen(
        [sys.executable, str(script), str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Kill(process)
        assert process.stdin is not None
        process.stdin.close()


class Kill:
    """Lets two processes run for some seconds, kills them, and says how they ended."""

    def __init__(self, nursery: "subprocess.Popen[str]") -> None:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        self._orders, self._answers = nursery.stdin, nursery.stdout

    def __call__(self, seconds: float) -> str:
        self._orders.write(f"{seconds}\n")
        self._orders.flush()
        return self._answers.readline().strip()

"""Publishing: what lies where, what is replaced, what is left alone."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from wheel_shelf import store_wheel

from support.variation import varied
from wheeltree.errors import StoreError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import digest_bytes, digest_file
from wheeltree.store.local import Store
from wheeltree.store.publishing import Publication, publish, shelve
from wheeltree.store.view import Passing, Published, Sdist, Showing, View
from wheeltree.store.wheelhouse import Wheelhouse, current, occupy
from wheeltree.store.wheelhouse import published as view_of

ALPHA = "alpha-1.0-py3-none-any.whl"
TOOL = "tool-3.0-py3-none-any.whl"
Wheels = Callable[..., Artifact]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def wheel(store: Store, tmp_path: Path) -> Wheels:
    folder = tmp_path / "made"
    folder.mkdir()

    def make(name: str, version: str, source: bytes = b"", python: str = "") -> Artifact:
        return store_wheel(store, folder, name, version, source=source, python=python)

    return make


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Wheelhouse]:
    with occupy(tmp_path / "wheelhouse", _no_notice) as house:
        yield house


def put(
    store: Store,
    house: Wheelhouse,
    *,
    install: tuple[Artifact, ...] = (),
    build: tuple[Artifact, ...] = (),
    sdists: tuple[Sdist, ...] = (),
    documents: dict[str, bytes] | None = None,
) -> Publication:
    wheels = [Published(artifact=artifact, install=True) for artifact in install]
    wheels += [Published(artifact=artifact, install=False) for artifact in build]
    view = View(wheels=shelve(store, house, wheels), sdists=sdists)
    return publish(store, house, Showing.alone(view), documents or {})


def test_everything_lies_where_it_belongs(store: Store, house: Wheelhouse, wheel: Wheels) -> None:
    alpha, tool = wheel("alpha", "1.0"), wheel("tool", "3.0")
    sdist = Sdist(filename="alpha-1.0.tar.gz", digest=store.add_bytes(b"source"))
    done = put(
        store,
        house,
        install=(alpha,),
        build=(tool,),
        sdists=(sdist,),
        documents={"plan.json": b"{}", "logs/alpha.log": b"log"},
    )
    assert done.new == (ALPHA, TOOL)
    assert _visible(house.root) == {
        ALPHA,
        f"build/{TOOL}",
        f"pool/{alpha.file[:2]}/{alpha.file}/{ALPHA}",
        f"pool/{alpha.file[:2]}/{alpha.file}/{ALPHA}.metadata",
        f"pool/{tool.file[:2]}/{tool.file}/{TOOL}",
        f"pool/{tool.file[:2]}/{tool.file}/{TOOL}.metadata",
        *(f"simple/{name}" for name in _index("alpha")),
        *(f"build/simple/{name}" for name in _index("tool")),
        "sdists/alpha-1.0.tar.gz",
        "plan.json",
        "logs/alpha.log",
        "ledger.jsonl",
    }
    assert digest_file(house.root / ALPHA) == alpha.file
    assert (house.root / "sdists/alpha-1.0.tar.gz").read_bytes() == b"source"


@pytest.mark.parametrize("index", ["simple", "build/simple"])
def test_every_link_of_a_page_leads_to_the_bytes_it_promises(
    store: Store, house: Wheelhouse, wheel: Wheels, index: str
) -> None:
    put(
        store,
        house,
        install=(wheel("alpha", "1.0+cpu.1", python=">=3.8,<4"),),
        build=(wheel("tool", "3.0"), wheel("tool", "4.0")),
    )
    links = _links(house.root / index)
    assert len(links) == {"simple": 1, "build/simple": 2}[index]
    for target, attributes in links:
        path, _, fragment = target.partition("#")
        wheel_file = Path(os.path.normpath(path))
        assert fragment == f"sha256={digest_file(wheel_file)}"
        metadata = wheel_file.with_name(f"{wheel_file.name}.metadata").read_bytes()
        promised = f"sha256={digest_bytes(metadata)}"
        assert attributes["data-core-metadata"] == promised
        assert attributes["data-dist-info-metadata"] == promised


def test_the_json_page_says_the_same_as_the_html_page(
    store: Store, house: Wheelhouse, wheel: Wheels
) -> None:
    alpha = wheel("alpha", "1.0", python=">=3.8,<4")
    put(store, house, install=(alpha, wheel("alpha", "2.0")))
    page = json.loads((house.root / "simple/alpha/index.v1_json").read_bytes())
    html = (house.root / "simple/alpha/index.html").read_text()
    assert page["meta"] == {"api-version": "1.1"}
    assert page["versions"] == ["1.0", "2.0"]
    file = page["files"][0]
    assert file["url"] == f"../../pool/{alpha.file[:2]}/{alpha.file}/{ALPHA}"
    assert file["hashes"] == {"sha256": alpha.file}
    assert file["requires-python"] == ">=3.8,<4"
    assert file["size"] == alpha.size
    assert f'href="{file["url"]}#sha256={alpha.file}"' in html
    assert 'data-requires-python="&gt;=3.8,&lt;4"' in html


def test_publishing_the_same_again_changes_nothing(
    store: Store, house: Wheelhouse, wheel: Wheels
) -> None:
    alpha = wheel("alpha", "1.0")
    put(store, house, install=(alpha,), documents={"plan.json": b"{}"})
    before = {path: path.stat().st_ctime_ns for path in house.root.rglob("*")}
    done = put(store, house, install=(alpha,), documents={"plan.json": b"{}"})
    assert (done.new, done.removed) == ((), ())
    assert before == {path: path.stat().st_ctime_ns for path in house.root.rglob("*")}


def test_a_new_view_replaces_the_old_one(store: Store, house: Wheelhouse, wheel: Wheels) -> None:
    tool = wheel("tool", "3.0")
    put(store, house, install=(wheel("alpha", "1.0"),), build=(tool,), documents={"a.json": b"1"})
    done = put(store, house, install=(tool,), documents={"b.json": b"2"})
    assert (done.new, done.removed) == ((), (ALPHA,))
    assert _visible(house.root) == {
        TOOL,
        f"pool/{tool.file[:2]}/{tool.file}/{TOOL}",
        f"pool/{tool.file[:2]}/{tool.file}/{TOOL}.metadata",
        *(f"simple/{name}" for name in _index("tool")),
        *(f"build/simple/{name}" for name in _index()),
        "b.json",
        "ledger.jsonl",
    }
    assert not (house.root / "simple/alpha").exists()


def test_what_was_published_can_be_kept(store: Store, house: Wheelhouse, wheel: Wheels) -> None:
    alpha, tool = wheel("alpha", "1.0"), wheel("tool", "3.0")
    put(store, house, install=(alpha,), build=(tool,))
    new = [Published(artifact=wheel("beta", "2.0"), install=True)]
    new += [Published(artifact=alpha, install=False)]
    view = view_of(house.root).views[""].joined(View(wheels=shelve(store, house, new)))
    publish(store, house, Showing.alone(view), {})
    shown = {wheel.filename: wheel.install for wheel in view_of(house.root).views[""].wheels}
    assert shown == {ALPHA: True, "beta-2.0-py3-none-any.whl": True, TOOL: False}


def test_a_wheel_that_is_installed_and_built_with_is_published_once(
    store: Store, house: Wheelhouse, wheel: Wheels
) -> None:
    alpha = wheel("alpha", "1.0")
    put(store, house, install=(alpha,), build=(alpha,))
    assert (house.root / ALPHA).exists()
    assert not (house.root / "build" / ALPHA).exists()


def test_files_of_others_are_never_removed(store: Store, house: Wheelhouse, wheel: Wheels) -> None:
    (house.root / "simple").mkdir()
    (house.root / "simple/notes.txt").write_text("mine")
    (house.root / "other-1.0-py3-none-any.whl").write_text("mine")
    put(store, house, install=(wheel("alpha", "1.0"),))
    put(store, house)
    assert (house.root / "simple/notes.txt").read_text() == "mine"
    assert (house.root / "other-1.0-py3-none-any.whl").read_text() == "mine"


@pytest.mark.parametrize("name", [ALPHA, "simple/index.html", "plan.json"])
def test_a_strangers_file_in_the_way_is_an_error_and_kept(
    store: Store, house: Wheelhouse, wheel: Wheels, name: str
) -> None:
    (house.root / name).parent.mkdir(exist_ok=True)
    (house.root / name).write_text("mine")
    with pytest.raises(StoreError, match="in the way"):
        put(store, house, install=(wheel("alpha", "1.0"),), documents={"plan.json": b"{}"})
    assert (house.root / name).read_text() == "mine"
    assert not (house.root / "pool").exists()


def test_a_strangers_file_with_the_same_bytes_is_no_obstacle(
    store: Store, house: Wheelhouse
) -> None:
    (house.root / "plan.json").write_bytes(b"{}")
    put(store, house, documents={"plan.json": b"{}"})
    assert current(house.root)


def test_a_strangers_link_in_the_way_is_an_error(
    store: Store, house: Wheelhouse, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").write_bytes(b"{}")
    (house.root / "plan.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="in the way"):
        put(store, house, documents={"plan.json": b"{}"})


def test_a_published_file_that_somebody_changed_is_not_removed_but_reported(
    store: Store, house: Wheelhouse
) -> None:
    put(store, house, documents={"plan.json": b"{}"})
    (house.root / "plan.json").write_bytes(b"mine")
    done = put(store, house)
    assert done.left == ("plan.json",)
    assert (house.root / "plan.json").read_bytes() == b"mine"


def test_a_published_file_that_was_damaged_is_repaired(
    store: Store, house: Wheelhouse, wheel: Wheels
) -> None:
    alpha = wheel("alpha", "1.0")
    put(store, house, install=(alpha,))
    (house.root / ALPHA).unlink()
    (house.root / "simple/index.html").write_bytes(b"")
    assert not current(house.root)
    put(store, house, install=(alpha,))
    assert digest_file(house.root / ALPHA) == alpha.file
    assert b"alpha" in (house.root / "simple/index.html").read_bytes()


def test_a_damaged_wheel_of_the_store_is_not_published(
    store: Store, house: Wheelhouse, wheel: Wheels
) -> None:
    alpha = wheel("alpha", "1.0")
    view = View(wheels=shelve(store, house, [Published(artifact=alpha, install=True)]))
    path = store.path(alpha.file)
    path.chmod(0o644)
    path.write_bytes(b"x" * alpha.size)
    with pytest.raises(StoreError, match="damaged"):
        publish(store, house, Showing.alone(view), {})
    assert not (house.root / ALPHA).exists()


@pytest.mark.parametrize(
    "touch",
    [
        lambda root: (root / ALPHA).unlink(),
        lambda root: os.utime(root / "simple/index.html"),
        lambda root: (root / "simple/index.html").write_bytes(b"x"),
        lambda root: (root / ".builder/intent.json").write_bytes(b"{}"),
        lambda root: (root / ".builder/published.json").unlink(),
    ],
    ids=["removed", "touched", "changed", "unfinished", "unknown"],
)
def test_what_is_not_as_it_was_published_is_not_current(
    store: Store, house: Wheelhouse, wheel: Wheels, touch: Callable[[Path], object]
) -> None:
    put(store, house, install=(wheel("alpha", "1.0"),))
    assert current(house.root)
    touch(house.root)
    assert not current(house.root)


def test_no_wheelhouse_is_not_current(tmp_path: Path) -> None:
    assert not current(tmp_path / "wheelhouse")
    assert not (tmp_path / "wheelhouse").exists()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "simple/x",
        "pool",
        "x.whl",
        ".builder/x",
        "a/.b",
        "a//b",
        "ledger.jsonl",
        "a\nb",
    ],
)
def test_a_document_that_may_not_lie_there_is_refused(
    store: Store, house: Wheelhouse, name: str
) -> None:
    with pytest.raises(StoreError, match="cannot be named"):
        put(store, house, documents={name: b""})


@pytest.mark.parametrize("name", ["../x.tar.gz", ".hidden.tar.gz", "a\nb.tar.gz"])
def test_a_source_that_is_no_plain_file_is_refused(
    store: Store, house: Wheelhouse, name: str
) -> None:
    sdist = Sdist(filename=name, digest=store.add_bytes(b"x"))
    with pytest.raises(StoreError, match="plain file name"):
        put(store, house, sdists=(sdist,))


@pytest.mark.parametrize(
    "filename",
    [
        "../alpha-1.0-py3-none-any.whl",
        "beta-1.0-py3-none-any.whl",
        "alpha.whl",
        "alpha-1.0-py3-none-\n.whl",
    ],
)
def test_a_wheel_with_a_name_that_is_not_its_own_is_refused(
    store: Store, house: Wheelhouse, wheel: Wheels, filename: str
) -> None:
    artifact = varied(wheel("alpha", "1.0"), filename=filename)
    with pytest.raises(StoreError):
        put(store, house, install=(artifact,))


def test_a_run_that_waits_says_for_whom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Told(Exception):
        pass

    def notice(text: str) -> None:
        assert f"process {os.getpid()} on" in text
        raise Told

    monkeypatch.setattr("wheeltree.store.wheelhouse._PATIENCE", 0.1)
    with (
        occupy(tmp_path / "wheelhouse", _no_notice),
        pytest.raises(Told),
        occupy(tmp_path / "wheelhouse", notice),
    ):
        pass


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append({name: value or "" for name, value in attrs})


def _links(index: Path) -> list[tuple[str, dict[str, str]]]:
    folders = [index / project["href"] for project in _anchors(index / "index.html")]
    return [
        (f"{folder}/{unquote(file['href'])}", file)
        for folder in folders
        for file in _anchors(folder / "index.html")
    ]


def _anchors(page: Path) -> list[dict[str, str]]:
    parser = _Anchors()
    parser.feed(page.read_text())
    return parser.found


def _index(*projects: str) -> Iterator[str]:
    for folder in ("", *(f"{project}/" for project in projects)):
        yield f"{folder}index.html"
        yield f"{folder}index.v1_json"


def _visible(root: Path) -> set[str]:
    files = (path for path in root.rglob("*") if path.is_file())
    names = {str(path.relative_to(root)) for path in files}
    return {name for name in names if not name.startswith(".builder/")}


def _no_notice(text: str) -> None:
    raise AssertionError(text)


def test_pages_are_the_same_every_time(
    store: Store, house: Wheelhouse, wheel: Wheels, tmp_path: Path
) -> None:
    wheels = (wheel("alpha", "1.0"), wheel("alpha", "2.0"), wheel("beta", "1.0"))
    put(store, house, install=wheels)
    with occupy(tmp_path / "second", _no_notice) as second:
        put(store, second, install=wheels[::-1])
        pages = [path.relative_to(house.root) for path in (house.root / "simple").rglob("*.*")]
        assert pages
        for page in pages:
            ours, theirs = (house.root / page).read_bytes(), (second.root / page).read_bytes()
            assert hashlib.sha256(ours).digest() == hashlib.sha256(theirs).digest()


def test_statements_lie_beside_wheels_and_may_change(
    store: Store, house: Wheelhouse, wheel: Wheels
) -> None:
    alpha = wheel("alpha", "1.0")
    (shelved,) = shelve(store, house, [Published(artifact=alpha, install=True)])
    for text in (b"one\n", b"two\n"):
        stated = varied(shelved, statement=store.add_bytes(text))
        passing = Passing(wheel=digest_bytes(b"tool"), statement=store.add_bytes(text))
        view = View(wheels=(stated,), passing=(passing,))
        publish(store, house, Showing.alone(view), {})
        assert (house.root / f"{stated.location}.intoto.jsonl").read_bytes() == text
        assert (house.root / f"statements/{passing.wheel}.intoto.jsonl").read_bytes() == text
    publish(store, house, Showing.alone(View()), {})
    assert not (house.root / "statements").exists()
    assert not (house.root / "pool").exists()

"""What a path means in a wheelhouse, and what can never be reached."""

import os
import socket
from pathlib import Path

import pytest

from wheeltree.serving.formats import FORMATS, HTML, JSON
from wheeltree.serving.lookup import Found, Missing, Moved, Unacceptable, look_up

SHA = "ab" * 32
WHEEL = f"pool/ab/{SHA}/foo_bar-1.0+local-py3-none-any.whl"
FILES = {
    "simple/index.html": "root html",
    "simple/index.v1_json": "root json",
    "simple/foo-bar/index.html": "html",
    "simple/foo-bar/index.v1_json": "json",
    "simple/logs/index.html": "a project of this name",
    "build/simple/index.html": "build html",
    "cuda130/simple/foo/index.html": "cuda html",
    "cuda130/build/simple/foo/index.v1_json": "cuda build json",
    "old/simple/index.html": "without json",
    WHEEL: "wheel",
    f"{WHEEL}.metadata": "metadata",
    f"{WHEEL}.intoto.jsonl": "{}",
    "pool/foo_bar-1.0-variants.json": "{}",
    "foo_bar-1.0+local-py3-none-any.whl": "wheel",
    "sdists/foo_bar-1.0.tar.gz": "sdist",
    "plan.json": "{}",
    "ledger.jsonl": "{}",
    "pylock.toml": "",
    "constraints.txt": "",
    "logs/foo-1.0.log": "secret",
    "cuda130/logs/foo-1.0.log": "secret",
    ".builder/published.json": "secret",
    "simple/.hidden/index.html": "secret",
    "simple/foo-bar/.htpasswd": "secret",
}
PUBLIC = {name for name, text in FILES.items() if text != "secret"} - {"simple/logs/index.html"}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    root = tmp_path / "wheelhouse"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (tmp_path / "outside.txt").write_text("secret")
    return root


def text_at(house: Path, path: str) -> str:
    found = look_up(house, path, FORMATS)
    assert isinstance(found, Found), path
    with found.file as file:
        return file.read(0, 100).decode()


def answer(house: Path, path: str) -> object:
    found = look_up(house, path, FORMATS)
    if isinstance(found, Found):
        with found.file:
            return found.content_type, found.caching
    return found


@pytest.mark.parametrize("path", sorted(PUBLIC))
def test_every_file_that_is_not_hidden_can_be_had(house: Path, path: str) -> None:
    assert text_at(house, f"/{path}") == FILES[path]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/simple/", "root json"),
        ("/simple/foo-bar/", "json"),
        ("/simple/logs/", "a project of this name"),
        ("/build/simple/", "build html"),
        ("/cuda130/simple/foo/", "cuda html"),
        ("/cuda130/build/simple/foo/", "cuda build json"),
    ],
)
def test_any_folder_with_a_page_is_an_index(house: Path, path: str, text: str) -> None:
    assert text_at(house, path) == text


@pytest.mark.parametrize("wanted", [HTML, JSON])
def test_a_page_is_that_of_the_format_that_is_admitted(house: Path, wanted: object) -> None:
    found = look_up(house, "/simple/foo-bar/", [each for each in FORMATS if each == wanted])
    assert isinstance(found, Found)
    with found.file as file:
        assert file.read(0, 100) == (b"html" if wanted == HTML else b"json")
    assert found.negotiated


def test_a_page_in_no_format_that_is_admitted_is_said_to_be_so(house: Path) -> None:
    assert look_up(house, "/simple/foo-bar/", ()) == Unacceptable()
    assert look_up(house, "/old/simple/", (JSON,)) == Unacceptable()
    assert look_up(house, "/simple/none/", ()) == Missing()


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/simple", "./simple/"),
        ("/build/simple", "./simple/"),
        ("/simple/foo-bar", "./foo-bar/"),
        ("/simple/Foo_Bar", "./foo-bar/"),
        ("/simple/Foo_Bar/", "../foo-bar/"),
        ("/simple/foo.-_bar/", "../foo-bar/"),
        ("/cuda130/simple/FOO/", "../foo/"),
    ],
)
def test_a_name_that_is_spelled_otherwise_leads_to_the_page(
    house: Path, path: str, location: str
) -> None:
    assert look_up(house, path, FORMATS) == Moved(location=location)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (f"/{WHEEL}", "application/octet-stream"),
        (f"/{WHEEL}.metadata", "text/plain; charset=utf-8"),
        (f"/{WHEEL}.intoto.jsonl", "application/jsonl"),
        ("/sdists/foo_bar-1.0.tar.gz", "application/gzip"),
        ("/plan.json", "application/json"),
        ("/pylock.toml", "application/toml"),
        ("/constraints.txt", "text/plain; charset=utf-8"),
        ("/simple/foo-bar/index.v1_json", "application/vnd.pypi.simple.v1+json"),
        ("/simple/foo-bar/index.html", "text/html; charset=utf-8"),
    ],
)
def test_a_file_is_of_the_type_that_its_name_says(house: Path, path: str, kind: str) -> None:
    found = answer(house, path)
    assert isinstance(found, tuple)
    assert found[0] == kind


def test_only_what_is_named_by_its_digest_is_kept_for_ever(house: Path) -> None:
    paths = {f"/{name}" for name in PUBLIC} | {"/simple/"}
    kept = {path for path in paths if "immutable" in str(answer(house, path))}
    assert kept == {f"/{WHEEL}", f"/{WHEEL}.metadata"}


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "//", "*", "simple/", "http://x/simple/", "/none", "/simple//", "//simple/"),
        *("/pool", "/pool/", f"/pool/ab/{SHA}/", "/sdists/", "/build/", "/plan.json/", "/Build/"),
        *("/logs", "/logs/", "/logs/foo-1.0.log", "/cuda130/logs/foo-1.0.log"),
        *("/.builder", "/.builder/", "/.builder/published.json", "/simple/.hidden/"),
        *("/simple/foo-bar/.htpasswd", "/simple/.hidden/index.html", "/./plan.json"),
        *("/..", "/../outside.txt", "/simple/../../outside.txt", "/simple/../plan.json"),
        *("/../wheelhouse/plan.json", "/simple/foo-bar/..", "/simple/foo-bar/../"),
        *(
            "/plan.json\0",
            "/plan.json\n",
            "/\x1b[2J",
            "/\udcff",
            "/\ufffd",
            "/simple\\..\\plan.json",
        ),
        *("/%2e%2e/outside.txt", f"/{'a' * 5000}", "/a" * 5000, "//x.test/simple/Foo/"),
    ],
)
def test_what_is_no_file_of_a_wheelhouse_is_not_there(house: Path, path: str) -> None:
    assert look_up(house, path, FORMATS) == Missing()


@pytest.mark.parametrize("target", ["../outside.txt", "plan.json", "/etc/passwd", "nowhere"])
def test_no_link_is_followed(house: Path, target: str) -> None:
    (house / "link.txt").symlink_to(target)
    assert look_up(house, "/link.txt", FORMATS) == Missing()


@pytest.mark.parametrize("target", ["..", "simple", "/etc"])
def test_no_link_to_a_folder_is_followed(house: Path, target: str) -> None:
    (house / "link").symlink_to(target)
    for path in ("outside.txt", "passwd", "index.html", "foo-bar/", "foo-bar", "foo_bar/", ""):
        assert look_up(house, f"/link/{path}", FORMATS) == Missing()


def test_the_wheelhouse_itself_may_be_a_link(house: Path) -> None:
    link = house.with_name("current")
    link.symlink_to(house)
    assert text_at(link, "/simple/foo-bar/") == "json"


def test_pipes_and_sockets_are_not_there_and_are_not_waited_for(house: Path) -> None:
    os.mkfifo(house / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(house / "socket.txt"))
        for name in ("pipe.txt", "socket.txt"):
            assert look_up(house, f"/{name}", FORMATS) == Missing()


def test_what_was_found_stays_what_it_was_when_its_name_gets_another_file(house: Path) -> None:
    found = look_up(house, "/plan.json", FORMATS)
    assert isinstance(found, Found)
    (house / "new").write_text("longer than before")
    (house / "new").replace(house / "plan.json")
    with found.file as file:
        assert file.read(0, 100) == b"{}"
        assert file.status.st_size == 2


def test_a_wheelhouse_that_went_away_has_nothing(tmp_path: Path) -> None:
    assert look_up(tmp_path / "gone", "/simple/", FORMATS) == Missing()


def test_nothing_stays_open(house: Path) -> None:
    before = os.listdir("/proc/self/fd")
    for path in (
        "/simple/Foo_Bar/",
        "/simple",
        "/none",
        "/pool",
        "/simple/",
        "/plan.json",
        "/a/b/c",
    ):
        answer(house, path)
    assert os.listdir("/proc/self/fd") == before

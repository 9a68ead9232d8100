"""pip and uv find and install what a wheelhouse shows, in every way it can be read."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from store_victim import tiny_artifact

from wheeltree.store.local import Store
from wheeltree.store.publishing import publish, shelve
from wheeltree.store.view import Published, Showing, View
from wheeltree.store.wheelhouse import occupy

PIP = (sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "--no-cache-dir")
UV = (str(Path(sys.executable).with_name("uv")), "--no-config", "--no-cache")


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """alpha needs beta; there is a newer beta among the tools, and alpha has a build tag."""
    folder = tmp_path_factory.mktemp("published")
    store = Store(folder / "store")
    beta = tiny_artifact(store, "beta", "1.0+local")
    tool = tiny_artifact(store, "beta", "9.0")
    with occupy(folder / "wheel house", print) as house:
        for source in (b"old", b"new"):
            alpha = tiny_artifact(
                store, "alpha", "1.0", source=source, requires="Requires-Dist: beta\n"
            )
            wheels = [
                Published(artifact=artifact, install=artifact is not tool)
                for artifact in (alpha, beta, tool)
            ]
            publish(store, house, Showing.alone(View(wheels=shelve(store, house, wheels))), {})
    return house.root


@pytest.fixture
def server(wheelhouse: Path) -> Iterator[str]:
    handler = partial(_Quiet, directory=str(wheelhouse))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("index", "beta"), [("", "1.0+local"), ("simple", "1.0+local"), ("build/simple", "9.0")]
)
def test_pip_downloads_from_the_folder(
    wheelhouse: Path, tmp_path: Path, index: str, beta: str
) -> None:
    url = (wheelhouse / index).as_uri()
    source = ["--index-url", url] if index else ["--no-index", "--find-links", str(wheelhouse)]
    assert _download(source, "beta", tmp_path) == {f"beta-{beta}-py3-none-any.whl"}


def test_pip_takes_the_build_tag_and_its_dependencies_from_a_server(
    server: str, tmp_path: Path
) -> None:
    found = _download(["--index-url", f"{server}/simple/"], "alpha", tmp_path)
    assert found == {"alpha-1.0-1-py3-none-any.whl", "beta-1.0+local-py3-none-any.whl"}


@pytest.mark.parametrize("way", ["find-links", "file", "http"])
def test_uv_installs(wheelhouse: Path, server: str, tmp_path: Path, way: str) -> None:
    source = {
        "find-links": ["--no-index", "--find-links", str(wheelhouse)],
        "file": ["--index-url", (wheelhouse / "simple").as_uri()],
        "http": ["--index-url", f"{server}/simple"],
    }[way]
    target = ["--target", str(tmp_path), "--python", sys.executable]
    _run([*UV, "pip", "install", *source, *target, "alpha"])
    assert (tmp_path / "alpha.py").read_text() == "new"
    assert (tmp_path / "beta-1.0+local.dist-info").is_dir()


def _download(source: list[str], requirement: str, into: Path) -> set[str]:
    _run([*PIP, "download", *source, "--dest", str(into), requirement])
    return {path.name for path in into.iterdir()}


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


class _Quiet(SimpleHTTPRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

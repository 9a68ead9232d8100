"""Plugins of distributions, found by their entry points."""

import subprocess
import sys
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from stevedore.extension import ExtensionManager

from wheeltree.errors import PluginError
from wheeltree.plugins.guarded import PLAIN
from wheeltree.plugins.installed import Installed
from wheeltree.plugins.registry import Plugins
from wheeltree.testing import FakeWork

NAME = canonicalize_name("some-project")
CODE = """\
from wheeltree.plugins import Observer, PackagePlugin

class Plugin(PackagePlugin):
    def prepare(self, work):
        work.write("from", "the distribution")

class Mail(Observer):
    pass
"""


class Site:
    """A folder of installed distributions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def install(
        self, name: str, module: str, *points: str, record: str = "x", code: str = CODE
    ) -> None:
        info = self.folder / f"{name}-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("\n".join(points))
        (info / "RECORD").write_text(record)
        (self.folder / module).mkdir(exist_ok=True)
        (self.folder / module / "__init__.py").write_text(code)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    site = Site(tmp_path / "site")
    monkeypatch.setattr(sys, "path", [str(site.folder), *sys.path])
    # It remembers entry points for as long as the process lives.
    monkeypatch.setattr(ExtensionManager, "ENTRY_POINT_CACHE", {})
    return site


def test_a_plugin_is_found_by_the_name_of_its_project(site: Site) -> None:
    site.install("one", "one_pkg", "[wheeltree.packages]", "Some_Project = one_pkg:Plugin")
    found, work = Plugins.beside(site.folder / "none").of(NAME), FakeWork()
    found.prepare(work)
    assert work.files == {"from": "the distribution"}
    assert Installed().load(canonicalize_name("other")) is None


def test_a_file_is_stronger_than_a_distribution(site: Site, tmp_path: Path) -> None:
    site.install("two", "two_pkg", "[wheeltree.packages]", "some-project = two_pkg:Plugin")
    (tmp_path / "overrides").mkdir()
    text = CODE.replace("the distribution", "the file")
    (tmp_path / "overrides" / "some-project.py").write_text(text)
    work = FakeWork()
    Plugins.beside(tmp_path / "overrides").of(NAME).prepare(work)
    assert work.files == {"from": "the file"}


def test_the_fingerprint_is_that_of_the_distribution(site: Site) -> None:
    points = ("[wheeltree.packages]", "some-project = three_pkg:Plugin")
    found = []
    for record in ("x", "x", "y"):
        site.install("three", "three_pkg", *points, record=record)
        plugin = Installed().load(NAME)
        assert plugin is not None
        found.append(plugin.prepares)
    assert found[0] == found[1] != found[2]


def test_an_editable_distribution_counts_by_its_files(site: Site) -> None:
    points = ("[wheeltree.packages]", "some-project = four_pkg:Plugin")
    site.install("four", "four_pkg", *points)
    info = site.folder / "four-1.0.dist-info"
    (info / "direct_url.json").write_text('{"url": "file:///x", "dir_info": {"editable": true}}')
    before = Installed().stamp()
    assert Installed().stamp() == before
    (site.folder / "four_pkg" / "more.py").write_text("x = 1\n")
    assert Installed().stamp() != before


def test_two_distributions_for_one_project_are_refused(site: Site) -> None:
    for name in ("five", "six"):
        site.install(name, f"{name}_pkg", "[wheeltree.packages]", f"some-project={name}_pkg:Plugin")
    with pytest.raises(PluginError, match=r"five 1\.0 \(five_pkg:Plugin\) and six 1\.0 .* both"):
        Installed().load(NAME)


@pytest.mark.parametrize(
    ("point", "code", "said"),
    [
        ("seven_pkg:Mail", CODE, r"seven 1\.0 \(seven_pkg:Mail\) is no class derived from Package"),
        ("eight_pkg:Nothing", CODE, r"loading it failed: AttributeError"),
        ("nine_pkg:Plugin", "\n1/0\n", r"nine_pkg/__init__\.py:2: loading it failed: ZeroDivision"),
        (
            "ten_pkg:Plugin",
            CODE.replace("prepare(self, work)", "prepare(self)"),
            r"Plugin has prepare\(self\), which is called as prepare\(self, work\)",
        ),
    ],
)
def test_what_is_no_plugin_is_refused(site: Site, point: str, code: str, said: str) -> None:
    module = point.partition(":")[0]
    name = module.removesuffix("_pkg")
    site.install(name, module, "[wheeltree.packages]", f"some-project = {point}", code=code)
    with pytest.raises(PluginError, match=said):
        Installed().load(NAME)


def test_observers_are_found_too(site: Site) -> None:
    site.install("eleven", "eleven_pkg", "[wheeltree.observers]", "mail = eleven_pkg:Mail")
    assert [each.name for each in Installed().observers()] == ["Mail"]
    assert Installed().load(NAME) is None


def test_where_nobody_offers_anything_nothing_is_imported(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from wheeltree.plugins.registry import Plugins\n"
        f"plugins = Plugins.beside(Path({str(tmp_path)!r}))\n"
        "plugins.of('x'), list(plugins.observers()), plugins.stamp()\n"
        "print([each for each in ('stevedore', 'importlib.metadata') if each in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_project_without_any_is_plain(tmp_path: Path) -> None:
    assert Plugins.beside(tmp_path).of(NAME) is PLAIN

"""A wheel that needs itself is an error with its path, and a seed breaks the cycle."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from support.line import Line
from support.projects import Project
from wheeltree.errors import BuildCycle, DigestMismatch

EGG = Project(
    name="egg",
    version="2.0",
    build=("hen",),
    on_build="import hen; files['egg/laid_by.txt'] = hen.LAID_WITH",
)
HEN = Project(
    name="hen",
    build=("egg",),
    on_build="import egg; files['hen/__init__.py'] += f'LAID_WITH = {egg.VERSION!r}\\n'",
)
APP = Project(name="app", build=("hen",))


def test_a_cycle_is_reported_with_its_path(line: Line) -> None:
    line.offer(EGG, HEN, APP)
    refused = line.refuse(BuildCycle, "app")
    assert "hen==1.0 -> egg==2.0 -> hen==1.0" in refused.text
    assert "seeds:" in refused.text
    assert refused.built == []


def test_a_project_that_builds_with_itself_is_a_cycle(line: Line) -> None:
    line.offer(Project(name="self", build=("self",)))
    assert "self==1.0 -> self==1.0" in line.refuse(BuildCycle, "self").text


def test_a_backend_that_asks_for_its_own_wheel_is_a_cycle(line: Line) -> None:
    line.offer(Project(name="loop", build=("tool",)), Project(name="tool", asks=("loop",)))
    assert "loop==1.0 -> tool==1.0 -> loop==1.0" in line.refuse(BuildCycle, "loop").text


def test_an_older_version_is_no_cycle(line: Line) -> None:
    line.offer(Project(name="self", version="2.0", build=("self<2",)), Project(name="self"))
    line.run("self")
    assert line.environment("self==2.0") == ["self==1.0"]


@pytest.fixture
def seeded(line: Line) -> Line:
    line.offer(EGG, HEN, APP)
    wheel = _egg_wheel(line.folder)
    line.settings(
        f"seeds: [{{name: egg, version: '1.0', url: '{wheel.as_uri()}',"
        f" sha256: {hashlib.sha256(wheel.read_bytes()).hexdigest()}}}]"
    )
    return line


def test_a_seed_breaks_a_cycle_and_only_what_is_rebuilt_with_it_is_published(
    seeded: Line,
) -> None:
    ran = seeded.run("app")
    assert ran.summary.seeds == ("egg==1.0",)
    published = sorted(path.name for path in seeded.wheelhouse.rglob("build/*.whl"))
    assert "hen-1.0-py3-none-any.whl" in published
    assert "egg-1.0-py3-none-any.whl" not in published
    assert seeded.environment("app==1.0") == ["hen==1.0"]
    assert seeded.environment("hen==1.0") == ["egg==2.0"]
    hen = next(seeded.wheelhouse.glob("build/hen-*.whl"))
    with zipfile.ZipFile(hen) as archive:
        assert b"LAID_WITH = '2.0'" in archive.read("hen/__init__.py")


def test_the_seeds_project_is_itself_rebuilt_where_it_is_asked_for(seeded: Line) -> None:
    seeded.run("egg")
    assert seeded.wheels == ["egg-2.0-py3-none-any.whl"]
    with zipfile.ZipFile(seeded.wheelhouse / seeded.wheels[0]) as archive:
        assert archive.read("egg/laid_by.txt") == b"1.0"


def test_a_second_run_with_seeds_does_nothing(seeded: Line) -> None:
    seeded.run("app")
    ran = seeded.run("app")
    assert ran.events == ()
    assert ran.summary.seeds == ("egg==1.0",)


def test_seeds_can_be_refused(seeded: Line) -> None:
    seeded.refuse(BuildCycle, "app", seeds=False)
    seeded.run("app")
    seeded.refuse(BuildCycle, "app", seeds=False)


def test_a_seed_that_no_cycle_needs_is_not_used(seeded: Line) -> None:
    seeded.offer(Project(name="free"))
    assert seeded.run("free").summary.seeds == ()


def test_a_seed_with_another_digest_is_refused(seeded: Line) -> None:
    seed = seeded.folder / "egg-1.0-py3-none-any.whl"
    seed.unlink()  # what a wheelhouse publishes cannot be written to
    seed.write_bytes(b"something else")
    assert "egg==1.0" in seeded.refuse(DigestMismatch, "app").text


def _egg_wheel(folder: Path) -> Path:
    """A wheel of the first egg, made as its own line would."""
    first = Line(folder / "first")
    first.offer(Project(name="egg"))
    first.run("egg")
    wheel = first.wheelhouse / "egg-1.0-py3-none-any.whl"
    return wheel.rename(folder / wheel.name)

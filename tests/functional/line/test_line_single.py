"""One build by itself: realised again, opened in a shell, explained."""

import json
from pathlib import Path

import pytest

from support.line import Line
from support.projects import Project
from support.variation import varied
from wheeltree.cli.main import status
from wheeltree.errors import BuildError, StoreError, UsageError
from wheeltree.model import codec
from wheeltree.model.event import Event, Started
from wheeltree.model.spec import BuildSpec
from wheeltree.session.single import Single, realise_single, spec_text
from wheeltree.session.why import Why, why
from wheeltree.store.local import Store

TOOL = Project(name="tool")
APP = Project(name="app", requires=("leaf>=1",), build=("tool<2",))
LEAF = Project(name="leaf")


@pytest.fixture
def published(line: Line) -> Line:
    return publish(line)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """The same for tests that change nothing."""
    return publish(Line(tmp_path_factory.mktemp("standing")))


def publish(line: Line) -> Line:
    line.offer(TOOL, APP, LEAF)
    line.run(line.write("requirements.txt", "# what we want", "app"))
    return line


def realise(line: Line, spec: str, **changes: object) -> list[str]:
    """What is built when one spec is realised."""
    events: list[Event] = []
    single = varied(Single(spec=spec, places=line.places), **changes)
    realise_single(single, None, events.append)
    return [each.subject for each in events if isinstance(each, Started)]


def forget_wheels(line: Line) -> None:
    store = Store(line.places.store)
    for each in line.plan.packages:
        store.drop_record("artifact", store.record("spec", each.key, str) or "")
        store.drop_record("spec", each.key)


# realise


def test_a_wheel_that_the_store_has_is_not_built(standing: Line) -> None:
    assert realise(standing, "app") == []


@pytest.mark.parametrize("named", ["app", "App==1.0", "key", "file"])
def test_a_wheel_is_built_after_what_it_is_built_with(published: Line, named: str) -> None:
    app = published.plan.published()["app==1.0"]
    file = published.folder / "spec.json"
    file.write_bytes(spec_text(Single(spec="app", places=published.places)))
    forget_wheels(published)
    spec = {"key": app.key, "file": str(file)}.get(named, named)
    assert realise(published, spec) == ["tool==1.0", "app==1.0"]
    assert realise(published, "app") == []


def test_the_wheel_is_the_one_of_the_run(published: Line, tmp_path: Path) -> None:
    (wheel,) = (path for path in published.wheelhouse.glob("app*.whl"))
    before = wheel.read_bytes()
    forget_wheels(published)
    realise_single(Single(spec="app", places=published.places), tmp_path / "out", lambda _: None)
    assert (tmp_path / "out" / wheel.name).read_bytes() == before


def test_a_planned_wheel_can_be_realised_though_nothing_was_built(line: Line) -> None:
    line.offer(TOOL, APP, LEAF)
    line.run("app", plan_only=True)
    assert realise(line, "leaf") == ["leaf==1.0"]


def _lies(spec: BuildSpec) -> dict[str, BuildSpec]:
    interpreter = varied(spec.platform.interpreter, prefix="/opt/python")
    return {
        "another interpreter": varied(
            spec, platform=varied(spec.platform, interpreter=interpreter)
        ),
        "another base": varied(spec, platform=varied(spec.platform, parts=())),
        "no sandbox": varied(spec, platform=varied(spec.platform, layout="host")),
        "another backend": varied(spec, build_system=varied(spec.build_system, backend="evil")),
    }


@pytest.mark.parametrize(
    "lie", ["another interpreter", "another base", "no sandbox", "another backend"]
)
def test_a_file_that_does_not_tell_the_truth_builds_nothing(published: Line, lie: str) -> None:
    true = codec.decode(spec_text(Single(spec="app", places=published.places)), BuildSpec)
    file = published.folder / "spec.json"
    file.write_bytes(codec.pretty(_lies(true)[lie]))
    forget_wheels(published)
    with pytest.raises(UsageError):
        realise(published, str(file))


def test_a_spec_from_another_store_says_what_is_missing(published: Line, tmp_path: Path) -> None:
    file = published.folder / "spec.json"
    file.write_bytes(spec_text(Single(spec="app", places=published.places)))
    published.places.store.rename(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match=r"app==1\.0 is built with tool==1\.0"):
        realise(published, str(file))


def test_two_versions_of_one_name_must_be_told_apart(line: Line) -> None:
    line.offer(TOOL, Project(name="tool", version="2.0"), APP, LEAF)
    line.run("app", "tool")
    with pytest.raises(UsageError, match="several versions of tool") as raised:
        realise(line, "tool")
    assert "tool==" in raised.value.hint
    assert realise(line, "tool==2.0") == []


# shell


def shell(line: Line, spec: str, *command: str) -> int:
    places = ("-o", str(line.wheelhouse), "--store", str(line.places.store))
    return status(["shell", spec, *places, "--", *command])


def test_a_command_sees_the_source_and_the_tools_of_the_build(
    standing: Line, capfd: pytest.CaptureFixture[str]
) -> None:
    script = "import os, tool; print(tool.VERSION, os.getcwd(), os.environ['SOURCE_DATE_EPOCH'])"
    assert shell(standing, "app", "python", "-c", script) == 0
    assert capfd.readouterr().out.startswith("1.0 /build/src ")


def test_a_command_gives_its_status(standing: Line) -> None:
    assert shell(standing, "app", "sh", "-c", "exit 7") == 7


def test_the_hook_can_be_run_by_hand(standing: Line, capfd: pytest.CaptureFixture[str]) -> None:
    assert shell(standing, "app", "python", "/build/hook.py") == 0
    assert capfd.readouterr().out == "app-1.0-py3-none-any.whl\n"


def test_a_build_that_failed_can_be_opened(line: Line, capfd: pytest.CaptureFixture[str]) -> None:
    line.offer(TOOL, varied(APP, on_build="raise SystemExit('no')"), LEAF)
    line.refuse(BuildError, "app")
    assert shell(line, "app", "ls", "tiny.json") == 0
    assert capfd.readouterr().out == "tiny.json\n"
    assert shell(line, "app", "python", "/build/hook.py") == 1
    assert "app==1.0, from the build that was begun at" in capfd.readouterr().err


def test_the_build_that_failed_goes_before_an_older_plan(
    published: Line, capfd: pytest.CaptureFixture[str]
) -> None:
    published.offer(varied(APP, version="2.0", on_build="raise SystemExit('no')"))
    published.refuse(BuildError, "app>=2")
    assert shell(published, "app", "cat", "PKG-INFO") == 0
    assert "Version: 2.0" in capfd.readouterr().out
    assert shell(published, "app==1.0", "cat", "PKG-INFO") == 0
    assert "Version: 1.0" in capfd.readouterr().out


def test_nothing_of_a_shell_is_left(standing: Line) -> None:
    assert shell(standing, "app", "touch", "left") == 0
    assert not list(standing.places.store.rglob("left"))
    assert shell(standing, "app", "test", "-e", "left") == 1


# why


def explain(line: Line, name: str) -> Why:
    (found,) = why(name, line.places)
    return found


def chain(found: Why) -> list[list[tuple[str, str]]]:
    return [[(edge.requirement, edge.origin) for edge in each] for each in found.chains]


def test_why_leads_up_to_the_line_of_the_requirements_file(standing: Line) -> None:
    file = standing.folder / "requirements.txt"
    top = ("app", f"{file}:2")
    assert chain(explain(standing, "app")) == [[top]]
    assert chain(explain(standing, "leaf")) == [[("leaf>=1", "app==1.0"), top]]
    assert chain(explain(standing, "tool")) == [[("tool<2", "app==1.0"), top]]
    assert explain(standing, "leaf").sets == ("default",)
    assert explain(standing, "tool").sets == ()


def test_why_tells_the_reason_of_the_last_build(published: Line) -> None:
    assert _reason(published, "app") == "not built before"
    published.settings("packages: {app: {env: {A: b}}}")
    published.run(published.folder / "requirements.txt")
    assert _reason(published, "app") == "its environment variables changed"
    assert _reason(published, "leaf") == "not built before"


def _reason(line: Line, name: str) -> str:
    built = explain(line, name).built
    assert built is not None
    return built.reason


def test_why_tells_what_would_be_built_again(published: Line) -> None:
    assert explain(published, "app").changed == ()
    published.settings("packages: {tool: {env: {A: b}}}")
    assert explain(published, "tool").changed == ("its environment variables changed",)
    assert explain(published, "app").changed == ("tool==1.0 is to be rebuilt",)
    assert explain(published, "leaf").changed == ()


def test_why_sees_a_new_patch(published: Line) -> None:
    published.patch("leaf", "--- a/x\n+++ b/x\n")
    assert explain(published, "leaf").changed == ("its source changed",)


def test_why_tells_of_a_later_build_that_failed(published: Line) -> None:
    published.offer(varied(APP, version="2.0", on_build="raise SystemExit('no')"))
    published.refuse(BuildError, "app>=2")
    (since,) = (each for each in explain(published, "app").since if each.reason)
    assert str(since.version) == "2.0"


def test_why_names_what_there_is(standing: Line) -> None:
    with pytest.raises(UsageError, match="nowhere is not in") as raised:
        why("nowhere", standing.places)
    assert "app==1.0" in raised.value.hint


def test_why_is_told_in_words_and_in_json(
    standing: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ("-o", str(standing.wheelhouse), "--store", str(standing.places.store))
    assert status(["why", "leaf", *places]) == 0
    told = capsys.readouterr().out
    assert "leaf==1.0   in the install set default" in told
    assert f"leaf>=1 of app==1.0 <- app ({standing.folder}/requirements.txt:2)" in told
    assert "not built before" in told
    assert status(["why", "leaf", *places, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["package"] == "leaf==1.0"
    assert found["required_by"][0][1]["origin"].endswith("requirements.txt:2")
    assert found["built"]["reason"] == "not built before"

"""Rules about what may be taken, in whole runs against an index that tells more than links do."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_server import Server, serving

from support.json_index import JsonIndex
from support.line import Line
from support.projects import Project
from wheeltree.errors import DigestMismatch, ResolutionError, SettingsError
from wheeltree.session.check import check
from wheeltree.session.invocation import Upgrade

WEEK = "admission: {cooldown: 7 days}\n"
TOOL = Project(name="tool", body="STAMP = 1\n")
NEW_TOOL = Project(name="tool", version="2.0")
APP = Project(name="app", build=("tool",))
NEW_APP = Project(name="app", version="2.0", build=("tool",))


def ago(**time: float) -> str:
    """An upload time that long ago."""
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as started:
        yield started


@pytest.fixture
def index(server: Server) -> JsonIndex:
    return JsonIndex(server)


def osv(name: str, below: str, id_: str = "GHSA-aaaa-bbbb") -> str:
    """An advisory about all versions below one."""
    events = [{"introduced": "0"}, {"fixed": below}]
    package = {"ecosystem": "PyPI", "name": name}
    affected = [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": events}]}]
    return json.dumps({"id": id_, "affected": affected})


# Cooldown.


def test_neither_what_is_installed_nor_what_builds_it_is_younger_than_it_may(
    line: Line, index: JsonIndex
) -> None:
    line.settings(WEEK)
    for old in (TOOL, APP):
        index.offer(old, ago(days=8))
    for new in (NEW_TOOL, NEW_APP):
        index.offer(new, ago(days=6))
    ran = line.run("app", index_url=index.url)
    assert line.pins() == ["app==1.0"]
    assert line.environment("app==1.0") == ["tool==1.0"]
    told = "passed over: tool==2.0 was uploaded 6 days ago, and"
    assert f"{told} {line.places.settings}:1 asks for 7 days (cooldown)" in ran.notices


def test_an_index_without_upload_times_is_refused_and_an_exception_lets_a_package_in(
    line: Line,
) -> None:
    line.settings(WEEK)
    line.offer(TOOL, APP)
    refused = line.refuse(ResolutionError, "app")
    assert "app==1.0 has no upload time" in refused.text
    assert "take an index that tells upload times (PEP 700)" in refused.text
    line.settings(
        "admission:\n"
        "  cooldown: 7 days\n"
        '  exceptions: [{packages: ["*"], rules: [cooldown], because: our mirror is a week old}]\n'
    )
    line.run("app")
    assert line.pins() == ["app==1.0"]


def test_what_is_planned_stays_though_the_clock_or_the_settings_have_moved(
    line: Line, index: JsonIndex
) -> None:
    for new in (NEW_TOOL, NEW_APP):
        index.offer(new, ago(days=1))
    line.run("app", index_url=index.url)
    line.settings(WEEK)
    for options in ({}, {"offline": True}, {"locked": line.wheelhouse / "plan.json"}):
        line.run("app", index_url=index.url, **options)
        assert line.pins() == ["app==2.0"]
    refused = line.refuse(
        ResolutionError, "app", index_url=index.url, upgrade=Upgrade(everything=True)
    )
    assert "(cooldown)" in refused.text


def test_a_run_without_network_decides_as_the_one_that_asked(line: Line, index: JsonIndex) -> None:
    line.settings(WEEK)
    for each, days in ((TOOL, 20), (APP, 20), (NEW_TOOL, 1), (NEW_APP, 1)):
        index.offer(each, ago(days=days))
    line.run("app", index_url=index.url)
    (line.wheelhouse / "plan.json").unlink()
    line.run("app", index_url=index.url, offline=True)
    assert line.pins() == ["app==1.0"]


# The status of projects.


def test_an_archived_build_tool_is_told_or_refused(line: Line, index: JsonIndex) -> None:
    index.offer(TOOL)
    index.offer(APP)
    index.mark("tool", "archived", "moved elsewhere")
    ran = line.run("app", index_url=index.url)
    assert f"{index.url} calls tool archived: moved elsewhere" in ran.notices
    line.settings("admission:\n  archived: refuse\n")
    fresh = {"index_url": index.url, "upgrade": Upgrade(everything=True)}
    refused = line.refuse(ResolutionError, "app", **fresh)
    assert f"{line.places.settings}:2 refuses (archived)" in refused.text


def test_a_quarantined_project_is_refused_without_any_setting(line: Line, index: JsonIndex) -> None:
    index.offer(Project(name="leaf"))
    index.mark("leaf", "quarantined", "spreads malware")
    assert (
        "has quarantined leaf: spreads malware"
        in line.refuse(ResolutionError, "leaf", index_url=index.url).text
    )


# Known vulnerabilities.


def test_a_vulnerable_build_tool_is_left_as_soon_as_it_is_known(
    line: Line, index: JsonIndex
) -> None:
    for each in (TOOL, NEW_TOOL, APP):
        index.offer(each)
    line.settings("admission: {vulnerabilities: advisories}\n")
    advisories = line.folder / "advisories"
    advisories.mkdir()
    (advisories / "other.json").write_text(osv("other", "1"))
    line.run("app", index_url=index.url)
    assert line.environment("app==1.0") == ["tool==2.0"]
    assert line.run("app", index_url=index.url).summary.idle
    # Version 2.0 turns out to be bad, and nothing newer is there.
    (advisories / "tool.json").write_text(
        json.dumps(
            {
                "id": "GHSA-tool",
                "affected": [
                    {"package": {"ecosystem": "PyPI", "name": "tool"}, "versions": ["2.0"]}
                ],
            }
        )
    )
    line.run("app", index_url=index.url)
    assert line.environment("app==1.0") == ["tool==1.0"]


def test_a_locked_plan_is_no_way_around_an_advisory(line: Line, index: JsonIndex) -> None:
    index.offer(Project(name="leaf"))
    line.run("leaf", index_url=index.url)
    (line.folder / "osv.json").write_text(osv("leaf", "1.1"))
    line.settings("admission: {vulnerabilities: osv.json}\n")
    refused = line.refuse(
        ResolutionError, index_url=index.url, locked=line.wheelhouse / "plan.json"
    )
    assert "leaf==1.0 is vulnerable: GHSA-aaaa-bbbb" in refused.text


# Licences.


def test_the_licence_of_what_only_builds_counts_too(line: Line) -> None:
    line.settings("admission: {licences: {allow: [MIT]}}\n")
    line.offer(
        Project(name="tool", licence="MIT"),
        Project(name="tool", version="2.0", licence="GPL-3.0-only"),
        Project(name="app", build=("tool",), licence="mit"),
    )
    line.run("app")
    assert line.environment("app==1.0") == ["tool==1.0"]
    line.offer(Project(name="bare"))
    assert "bare==1.0 declares no licence" in line.refuse(ResolutionError, "bare").text


def test_the_licence_of_a_wheel_that_somebody_else_built_is_its_own(
    line: Line, tmp_path: Path
) -> None:
    line.offer(Project(name="given", licence="MIT"))
    line.run("given")
    wheel = tmp_path / "given-1.0-py3-none-any.whl"
    wheel.write_bytes((line.wheelhouse / wheel.name).read_bytes())
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    source = f"{{wheel: '{wheel.as_uri()}', versions: ['1.0'], sha256: {{'1.0': {digest}}}}}"
    packages = f"packages: {{given: {{source: {source}}}}}\n"
    line.settings("admission: {licences: {allow: [MIT]}}\n" + packages)
    # The backend of the tests writes no licence into its wheels.
    assert "given==1.0 declares no licence" in line.refuse(ResolutionError, "given").text
    line.settings("admission: {licences: {allow: [MIT]}}\n")
    line.run("given")


# Where things come from.


def test_a_package_is_asked_of_the_index_that_is_named_for_it_alone(
    line: Line, server: Server
) -> None:
    public, private = JsonIndex(server, "/public"), JsonIndex(server, "/private")
    public.offer(Project(name="acme", version="99"))
    private.offer(Project(name="acme"))
    line.settings(
        "indexes:\n"
        f"  - url: {public.url}\n"
        f"  - url: {private.url}\n"
        "admission:\n"
        f"  indexes: [{{packages: [acme], only: ['{private.url}']}}]\n"
    )
    line.run("acme", index_url=None)
    assert line.pins() == ["acme==1.0"]
    assert "/public/acme/" not in [each.path for each in server.seen]


def test_a_claim_that_is_new_moves_what_was_taken_from_elsewhere(
    line: Line, server: Server
) -> None:
    public, private = JsonIndex(server, "/public"), JsonIndex(server, "/private")
    public.offer(Project(name="acme", version="99"))
    private.offer(Project(name="acme"))
    line.settings(f"indexes: [{{url: '{public.url}'}}]\n")
    line.run("acme", index_url=None)
    line.settings(f"indexes: [{{url: '{public.url}'}}, {{url: '{private.url}', only: [acme]}}]\n")
    line.run("acme", index_url=None)
    assert line.pins() == ["acme==1.0"]


# Files that change.


def test_a_file_that_has_changed_is_refused_naming_both_and_an_exception_takes_it(
    line: Line, index: JsonIndex
) -> None:
    index.offer(Project(name="leaf"))
    line.run("leaf", index_url=index.url)
    index.offer(Project(name="leaf", body="CHANGED = True\n"))
    fresh = {"index_url": index.url, "upgrade": Upgrade(everything=True)}
    refused = line.refuse(DigestMismatch, "leaf", **fresh)
    assert "the file has other content than in an earlier run" in refused.text
    assert "was sha256:" in refused.text
    assert "rules: [files]" in refused.text
    line.settings(
        "admission: {exceptions: [{packages: [leaf], rules: [files], because: built anew}]}\n"
    )
    assert set(line.run("leaf", **fresh).built) == {"leaf==1.0"}
    line.settings("{}")
    line.run("leaf", **fresh)


# builder check.


def test_exceptions_that_nothing_needs_are_told(line: Line, index: JsonIndex) -> None:
    index.offer(Project(name="old"), ago(days=30))
    index.offer(Project(name="young"), ago(days=1))
    (line.folder / "osv.json").write_text(osv("old", "2"))
    line.settings(
        "admission:\n"
        "  cooldown: 7 days\n"
        "  vulnerabilities: osv.json\n"
        "  exceptions:\n"
        "    - {packages: [old], rules: [cooldown], because: was young}\n"
        "    - {packages: [young], rules: [cooldown], because: is young}\n"
        "    - {packages: [old], rules: [vulnerabilities], advisories: [GHSA-aaaa-bbbb, CVE-1],"
        " because: not reached}\n"
        "    - {packages: [gone], rules: [cooldown], because: who knows}\n"
        "    - {packages: [old], rules: [archived], because: still good}\n"
    )
    found = [
        f"{each.line}: {each.key}: {each.text}"
        for each in check(line.invocation(index_url=index.url)).problems
    ]
    assert found == [
        "5: admission.exceptions[0].rules: cooldown: nothing that this is for needs it any more",
        "7: admission.exceptions[2].advisories: CVE-1: no version that this is for is affected",
        "8: admission.exceptions[3].packages: no index has a project named gone",
        "9: admission.exceptions[4].rules: no setting asks for archived: nothing is lifted",
    ]


def test_an_exception_for_a_pattern_is_held_against_what_was_planned(
    line: Line, index: JsonIndex
) -> None:
    index.offer(Project(name="acme-one"), ago(days=30))
    line.run("acme-one", index_url=index.url)
    text = (
        "admission:\n"
        "  cooldown: 7 days\n"
        '  exceptions: [{packages: ["acme-*"], rules: [cooldown], because: they are ours}]\n'
    )
    line.settings(text)
    (problem,) = check(line.invocation(index_url=index.url)).problems
    assert problem.text == "cooldown: nothing that this is for needs it any more"
    index.offer(Project(name="acme-one", version="2.0"), ago(days=1))
    assert check(line.invocation(index_url=index.url)).problems == ()


def test_exceptions_without_a_reason_are_refused(line: Line) -> None:
    line.settings(
        "admission:\n"
        "  exceptions:\n"
        "    - {packages: [a], rules: [cooldown]}\n"
        "    - {packages: [a], rules: [cooldown], because: ' '}\n"
        "    - {packages: [a], rules: [vulnerabilities], because: fine}\n"
    )
    with pytest.raises(SettingsError) as caught:
        check(line.invocation())
    assert [each.partition(": ")[2] for each in caught.value.details] == [
        "admission.exceptions[0]: missing because",
        "admission.exceptions[1].because: say why",
        "admission.exceptions[2].rules: vulnerabilities: name the `advisories` that are meant",
    ]


def test_exceptions_by_content_are_held_against_the_last_plan(line: Line) -> None:
    line.settings(
        "admission:\n"
        "  licences: {allow: [MIT]}\n"
        "  exceptions: [{packages: [leaf], rules: [licences], because: asked its author}]\n"
    )
    line.offer(Project(name="leaf"), Project(name="other", licence="MIT"))
    line.run("leaf")
    assert check(line.invocation()).problems == ()
    line.run("other")
    (problem,) = check(line.invocation()).problems
    assert str(problem).endswith("nothing in the last plan is one of these")

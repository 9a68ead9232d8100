"""What says how each wheel was made: true of real builds, and checked down to their sources."""

import base64
import hashlib
import io
import json
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from crate_maker import Registry
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from workshop import wheel

from support.line import Line
from support.projects import Project
from support.sdists import real_sdist
from wheeltree.attesting.chain import Link, Verdict
from wheeltree.attesting.keys import generate
from wheeltree.cli.main import status
from wheeltree.errors import UsageError
from wheeltree.model.digest import digest_file
from wheeltree.session.attest import verify

APP = Project(name="app", requires=("base",), build=("tool",), body="one = 1\n")
TREE = (APP, Project(name="base"), Project(name="tool", build=("helper",)), Project(name="helper"))
PATCH = "--- /dev/null\n+++ b/NEWS\n@@ -0,0 +1 @@\n+patched\n"
VARIANTS = """
variants:
  cpu: {}
  cuda130:
    properties:
      nvidia: {cuda_version_lower_bound: ["13.0"]}
    packages:
      app: {env: {ACCEL: cuda}}
"""


@pytest.fixture
def stocked(line: Line) -> Line:
    line.offer(*TREE)
    return line


def statement(line: Line, wheel: str) -> Any:
    """The first statement about a wheel."""
    (path,) = line.wheelhouse.glob(f"pool/*/*/{wheel}.intoto.jsonl")
    envelope = json.loads(path.read_text().splitlines()[0])
    return json.loads(base64.b64decode(envelope["payload"]))


def named(line: Line, wheel: str, kind: str) -> list[Any]:
    """What a statement names of one kind."""
    found = statement(line, wheel)["predicate"]["buildDefinition"]["resolvedDependencies"]
    return [each for each in found if each["annotations"]["kind"] == kind]


def checked(line: Line, pattern: str, key: Path | None = None) -> Verdict:
    (wheel,) = line.wheelhouse.glob(pattern)
    return verify(wheel, wheelhouse=line.wheelhouse, key=key)


def holds(line: Line, pattern: str, key: Path | None = None) -> tuple[Link, ...]:
    """The links of a wheel, all of which hold."""
    found = checked(line, pattern, key)
    assert not found.broken
    return found.links


def test_every_wheel_says_what_it_was_made_from(stocked: Line) -> None:
    stocked.run("app")
    wheel = next(stocked.wheelhouse.glob("app-*.whl"))
    (tool,) = stocked.wheelhouse.glob("build/tool-*.whl")
    found = statement(stocked, wheel.name)
    assert found["subject"][0]["digest"] == {"sha256": digest_file(wheel)}
    (source,) = named(stocked, wheel.name, "source")
    assert source["digest"]["sha256"] == digest_file(stocked.wheelhouse / "sdists/app-1.0.tar.gz")
    assert source["uri"].startswith("file://")
    (used,) = named(stocked, wheel.name, "wheel")
    assert used["digest"]["sha256"] == digest_file(tool)
    internal = found["predicate"]["buildDefinition"]["internalParameters"]
    assert internal["sandbox"]["rung"] == "bubblewrap"
    assert internal["specKey"] == stocked.plan.published()["app==1.0"].key
    assert found["predicate"]["runDetails"]["wheeltree_networkAttempts"] == []
    assert named(stocked, wheel.name, "system-package")
    assert {each.name.partition("-")[0] for each in holds(stocked, "app-*.whl")} == {
        "app",
        "tool",
        "helper",
    }


def test_pages_name_statements_by_their_digests(stocked: Line) -> None:
    stocked.run("app")
    (file,) = stocked.wheelhouse.glob("pool/*/*/app-*.intoto.jsonl")
    page = json.loads((stocked.wheelhouse / "simple/app/index.v1_json").read_text())
    assert page["files"][0]["_wheeltree-statement"] == {"sha256": digest_file(file)}
    html = (stocked.wheelhouse / "simple/app/index.html").read_text()
    assert f'data-wheeltree-statement="sha256={digest_file(file)}"' in html


def test_what_is_reused_says_the_same_as_when_it_was_built(stocked: Line) -> None:
    stocked.run("app")
    (file,) = stocked.wheelhouse.glob("pool/*/*/app-*.intoto.jsonl")
    before = file.read_bytes()
    shutil.rmtree(stocked.wheelhouse)
    assert not stocked.run("app").built
    assert file.read_bytes() == before
    assert stocked.run("app").summary.idle


def test_another_build_says_the_same_but_for_how_it_ran(stocked: Line, tmp_path: Path) -> None:
    stocked.run("app")
    one = statement(stocked, "app-*.whl")
    shutil.rmtree(stocked.wheelhouse)
    shutil.rmtree(stocked.places.store)
    stocked.run("app")
    two = statement(stocked, "app-*.whl")
    for each in (one, two):
        del each["predicate"]["runDetails"]
    assert one == two


def test_a_patch_and_an_extra_source_are_named_by_digest(stocked: Line, tmp_path: Path) -> None:
    extra = tmp_path / "data.bin"
    extra.write_bytes(b"data")
    digest = hashlib.sha256(b"data").hexdigest()
    url = extra.as_uri()
    stocked.settings(
        f"packages: {{app: {{extra_sources: [{{url: '{url}', sha256: {digest}, path: more/data.bin,"
        " unpack: false}]}}"
    )
    stocked.patch("app", PATCH)
    stocked.run("app")
    (patch,) = named(stocked, "app-*.whl", "patch")
    patched = stocked.folder / "patches/app/01.patch"
    assert patch["digest"]["sha256"] == digest_file(patched)
    (laid,) = named(stocked, "app-*.whl", "extra")
    assert (laid["uri"], laid["digest"]["sha256"]) == (url, digest)
    (sdist,) = named(stocked, "app-*.whl", "sdist")
    path = stocked.wheelhouse / "sdists" / sdist["name"]
    assert sdist["digest"]["sha256"] == digest_file(path)
    ends = {(each.kind, each.state) for each in holds(stocked, "app-*.whl")}
    assert {("patch", "end"), ("extra", "end"), ("source", "end"), ("source", "holds")} <= ends
    with zipfile.ZipFile(next(stocked.wheelhouse.glob("app-*.whl"))) as wheel:
        bom = json.loads(wheel.read("app-1.0.dist-info/sboms/wheeltree.cdx.json"))
    (component,) = bom["components"]
    assert component["hashes"] == [{"alg": "SHA-256", "content": digest}]


def test_a_seed_is_an_end_and_what_came_on_the_way_is_proven(line: Line) -> None:
    egg = Project(name="egg", version="2.0", build=("hen",))
    line.offer(egg, Project(name="hen", build=("egg",)), Project(name="app", build=("hen",)))
    first = Line(line.folder / "first")
    first.offer(Project(name="egg"))
    first.run("egg")
    wheel = next(first.wheelhouse.glob("egg-*.whl"))
    line.settings(
        f"seeds: [{{name: egg, version: '1.0', url: '{wheel.as_uri()}', sha256: {digest_file(wheel)}}}]"
    )
    line.run("app")
    assert list(line.wheelhouse.glob("statements/*.intoto.jsonl"))
    links = holds(line, "app-*.whl")
    (end,) = (each for each in links if each.kind == "seed")
    assert (end.name, end.sha256, end.said) == (wheel.name, digest_file(wheel), wheel.as_uri())
    assert [each.name for each in links if each.kind == "wheel"].count(
        "hen-1.0-py3-none-any.whl"
    ) > 1


def test_a_wheel_with_a_build_tag_is_proven(stocked: Line) -> None:
    stocked.run("app")
    stocked.settings("packages: {tool: {changelog: [again]}, app: {changelog: [again, and again]}}")
    stocked.run("app")
    assert [each for each in stocked.wheels if each.startswith("app-1.0-2-")]
    names = {each.name for each in holds(stocked, "app-1.0-2-*.whl")}
    assert "tool-1.0-py3-none-any.whl" in names
    assert list(stocked.wheelhouse.glob("build/tool-1.0-1-*.whl"))


def test_a_prebuilt_wheel_is_an_end(line: Line) -> None:
    first = Line(line.folder / "first")
    first.offer(Project(name="base"))
    first.run("base")
    wheel = next(first.wheelhouse.glob("base-*.whl"))
    line.offer(Project(name="app", build=("base",), requires=("base",)))
    line.settings(
        f"packages: {{base: {{source: {{wheel: '{wheel.as_uri()}', versions: ['1.0'],"
        f" sha256: {{'1.0': {digest_file(wheel)}}}}}}}}}"
    )
    line.run("app")
    kinds = [each.kind for each in holds(line, "app-*.whl")]
    assert kinds == ["wheel", "source", "wheel", "prebuilt"]
    assert [each.kind for each in holds(line, "base-*.whl")] == ["wheel", "prebuilt"]


def test_labelled_copies_and_those_of_variants_are_proven(line: Line, tmp_path: Path) -> None:
    public = generate(tmp_path / "key")
    sees = "import os; files['app/seen.py'] = repr(os.environ.get('ACCEL'))"
    line.offer(Project(name="app", requires=("base",), build=("tool",), on_build=sees), *TREE[1:])
    line.settings(VARIANTS)
    line.run("app", signing_key=tmp_path / "key")
    for pattern in ("app-*-cuda130.whl", "cuda130/app-*.whl", "cpu/app-*.whl", "base-*.whl"):
        holds(line, pattern, public)
    (plain,) = (each for each in line.wheelhouse.glob("app-*-any.whl"))
    assert not verify(plain, wheelhouse=line.wheelhouse, key=public).broken
    line.run("app", variants=(("cpu", None),), signing_key=tmp_path / "key")
    holds(line, "app-*-cuda130.whl", public)


def test_two_builds_that_come_out_the_same_have_two_statements_in_one_place(line: Line) -> None:
    line.offer(*TREE)
    line.settings(VARIANTS)
    line.run("app")
    (path,) = line.wheelhouse.glob("pool/*/*/app-*.intoto.jsonl")
    assert len(path.read_text().splitlines()) == 2
    for folder in ("cpu", "cuda130"):
        holds(line, f"{folder}/app-*.whl")


def test_a_run_signs_with_the_key_of_the_settings(stocked: Line) -> None:
    public = generate(stocked.folder / "signer")
    stocked.run("app")
    assert checked(stocked, "app-*.whl", public).broken
    stocked.settings("signing: {key: signer}")
    assert not stocked.run("app").built
    assert checked(stocked, "app-*.whl", public).signed
    holds(stocked, "app-*.whl", public)
    other = generate(stocked.folder / "other")
    assert "is signed by another key" in checked(stocked, "app-*.whl", other).broken[0].said


def test_a_command_signs_each_statement_once(stocked: Line, tmp_path: Path) -> None:
    public = generate(tmp_path / "key")
    program = tmp_path / "sign.py"
    program.write_text(
        "import sys\nfrom pathlib import Path\n"
        "from wheeltree.attesting.keys import private_key\n"
        f"open({str(tmp_path / 'count')!r}, 'a').write('.')\n"
        f"key = private_key(Path({str(tmp_path / 'key')!r}))\n"
        "sys.stdout.buffer.write(key.sign(sys.stdin.buffer.read()))\n"
    )
    stocked.settings(f"signing: {{command: ['{sys.executable}', '{program}']}}")
    stocked.run("app")
    holds(stocked, "app-*.whl", public)
    signed = (tmp_path / "count").read_text()
    shutil.rmtree(stocked.wheelhouse)
    stocked.run("app")
    assert (tmp_path / "count").read_text() == signed == "...."


def test_nothing_is_signed_where_a_build_could_read_the_key(stocked: Line, tmp_path: Path) -> None:
    generate(tmp_path / "key")
    key = tmp_path / "key"
    refused = stocked.refuse(UsageError, "app", signing_key=key, sandbox="none")
    assert "nothing is signed with --sandbox none" in refused.text
    shown = Path(sys.base_prefix) / "share" / "wheeltree-test-key"
    assert "which builds can read" in stocked.refuse(UsageError, "app", signing_key=shown).text
    key.chmod(0o644)
    refused = stocked.refuse(UsageError, "app", signing_key=key)
    assert "can be read by others" in refused.text
    assert refused.built == []


def test_no_build_sees_the_key(line: Line, tmp_path: Path) -> None:
    key = tmp_path / "key"
    generate(key)
    look = f"import os\nassert not os.path.exists({str(key)!r})\nassert 'PRIVATE' not in str(os.environ)"
    line.offer(Project(name="nosy", on_build=look))
    line.run("nosy", signing_key=key)


@pytest.mark.parametrize("where", ["pool/*/*/tool-*.whl", "pool/*/*/app-*.whl", "sdists/helper-*"])
def test_one_byte_breaks_the_chain_by_name(
    stocked: Line, where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stocked.run("app")
    (path,) = stocked.wheelhouse.glob(where)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.unlink()
    path.write_bytes(content)
    wheel = next(stocked.wheelhouse.glob("app-*.whl"))
    arguments = ["attest", "verify", str(wheel), "-o", str(stocked.wheelhouse)]
    assert status(arguments) == 12
    said = capsys.readouterr()
    assert path.name in said.err
    assert status([*arguments, "--json"]) == 12
    lines = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert [each["name"] for each in lines if each.get("state") == "broken"]
    (error,) = (each for each in lines if each.get("event") == "error")
    assert (error["kind"], error["exit_code"]) == ("EvidenceError", 12)


def test_real_backends_make_wheels_that_are_proven(line: Line, tmp_path: Path) -> None:
    for name, stem in (("flit-core", "flit_core-4.2.0"), ("setuptools", "setuptools-84.2.1")):
        path = real_sdist(stem)
        line.index.offer(name, path.name, path.read_bytes())
    public = generate(tmp_path / "key")
    line.run("setuptools", "flit-core", signing_key=tmp_path / "key")
    for built in line.wheelhouse.glob("*.whl"):
        assert not verify(built, wheelhouse=line.wheelhouse, key=public).broken
        with zipfile.ZipFile(built) as archive:
            (name,) = (each for each in archive.namelist() if each.endswith("wheeltree.cdx.json"))
            text = archive.read(name).decode()
        assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
        assert json.loads(text)["metadata"]["component"]["licenses"]


CRATE = """
[package]
name = "rusty"
version = "1.0.0"
edition = "2021"
[lib]
name = "rusty"
crate-type = ["cdylib"]
[dependencies]
answer = "1"
"""
RUSTY = """
[build-system]
requires = ["maturin"]
build-backend = "maturin"
[project]
name = "rusty"
version = "1.0"
license = "MIT"
[tool.maturin]
bindings = "cffi"
"""
CODE = '#[no_mangle]\npub extern "C" fn answer() -> u8 { answer::answer() }\n'


def test_maturin_writes_an_sbom_that_is_kept_and_comes_out_the_same(
    line: Line, tmp_path: Path
) -> None:
    registry = Registry(line.folder / "registry")
    registry.add("answer", "1.0.0", {"src/lib.rs": b"pub fn answer() -> u8 { 42 }\n"})
    maturin, cffi, parser = (wheel(name) for name in ("maturin", "cffi", "pycparser"))
    own = '\n[[package]]\nname = "rusty"\nversion = "1.0.0"\ndependencies = ["answer"]\n'
    project = Project(
        name="rusty",
        files={
            "pyproject.toml": RUSTY.replace('"maturin"]', '"maturin", "cffi"]'),
            "Cargo.toml": CRATE,
            "Cargo.lock": registry.lock().decode() + own,
            "src/lib.rs": CODE,
        },
    )
    line.offer(project)
    sources = "".join(_prebuilt(each) for each in (maturin, cffi, parser))
    line.settings(f"crates: {registry.index}\npackages:\n{sources}")
    found = []
    for _ in range(2):
        line.run("rusty")
        found.append(next(line.wheelhouse.glob("rusty-*.whl")).read_bytes())
        shutil.rmtree(line.wheelhouse)
        shutil.rmtree(line.places.store)
    assert found[0] == found[1]
    with zipfile.ZipFile(io.BytesIO(found[0])) as archive:
        names = [each for each in archive.namelist() if "/sboms/" in each]
        texts = {each.rpartition("/")[2]: json.loads(archive.read(each)) for each in names}
    ours = texts.pop("wheeltree.cdx.json")
    (theirs,) = texts.values()
    assert "serialNumber" not in theirs
    crates = [each["purl"] for each in ours["components"] if "purl" in each]
    assert crates == ["pkg:cargo/answer@1.0.0"]
    (library,) = (each for each in ours["components"] if "purl" not in each)
    assert library["evidence"]["occurrences"][0]["location"].endswith(".so")
    assert [each["type"] for each in ours["metadata"]["component"]["externalReferences"]] == ["bom"]


def _prebuilt(file: Path) -> str:
    name, version, *_ = file.name.split("-")
    return (
        f"  {name}: {{source: {{wheel: '{file.as_uri()}', versions: ['{version}'],"
        f" sha256: {{'{version}': {digest_file(file)}}}}}}}\n"
    )

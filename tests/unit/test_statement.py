"""What a statement says of a wheel, and what it keeps to itself."""

import json
from typing import Any

import pytest
from odd_wheels import PYTHON
from packaging.utils import canonicalize_name
from packaging.version import Version

from support.variation import varied
from wheeltree.attesting.statement import TAKEN, Story, Subject, statement
from wheeltree.model import codec
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Key, digest_bytes
from wheeltree.model.ingredient import Ingredient
from wheeltree.model.making import Making, SystemPackage, Used
from wheeltree.model.plan import Planned
from wheeltree.model.platform import Platform
from wheeltree.model.source import BuildSystem, Candidate, Commit, Metadata, SourceTree
from wheeltree.model.spec import Input, Recipe, spec_of
from wheeltree.transport.address import public

NAME, VERSION = canonicalize_name("demo"), Version("1.0")
WHEEL = "demo-1.0-py3-none-any.whl"
TREE = SourceTree(
    digest=digest_bytes(b"tree"),
    archive=digest_bytes(b"archive"),
    epoch=7,
    native=True,
    patched=True,
    ingredients=(
        Ingredient(kind="patch", name="01.patch", digest=digest_bytes(b"patch")),
        Ingredient(kind="crate", name="cc", version="1.0.0", digest=digest_bytes(b"cc")),
    ),
    size=1,
    build_system=BuildSystem(),
    metadata=None,
)
CANDIDATE = Candidate(
    name=NAME,
    version=VERSION,
    filename="demo-1.0.tar.gz",
    url="https://host/demo-1.0.tar.gz",
    digest=None,
)
PLATFORM = Platform(
    interpreter=PYTHON,
    layout="closed",
    parts=(
        ("base", digest_bytes(b"base")),
        ("toolchain", digest_bytes(b"gcc")),
        ("toolkit:/opt/cuda 13", digest_bytes(b"cuda")),
    ),
)
SPEC = spec_of(
    name=NAME,
    version=VERSION,
    tree=TREE,
    environment=(Input(name=canonicalize_name("tool"), version=VERSION, key=Key("1" * 64)),),
    platform=PLATFORM,
    recipe=Recipe(environ=(("TOKEN", "hunter2"),), toolkits=("/opt/cuda 13",)),
)
PLANNED = Planned(
    spec=SPEC,
    candidate=CANDIDATE,
    tree=TREE,
    static_requires=(),
    dynamic_requires=(),
    metadata=Metadata(),
)
ARTIFACT = Artifact(
    name=NAME,
    version=VERSION,
    filename=WHEEL,
    content=digest_bytes(b"content"),
    file=digest_bytes(b"file"),
    size=1,
    build_key=Key("2" * 64),
    metadata=Metadata(),
    seconds=2.0,
    sandbox="bubblewrap",
)
MAKING = Making(
    file=ARTIFACT.file,
    environment=(
        Used(
            name=canonicalize_name("tool"),
            version=VERSION,
            filename="tool-1.0-py3-none-any.whl",
            file=digest_bytes(b"tool"),
            content=digest_bytes(b"content of tool"),
            origin="seed",
        ),
    ),
    sandbox="bubblewrap",
    limits=(("timeout", 60),),
    packages=(SystemPackage(kind="deb", name="g++-12", version="1:12.2-1 amd64"),),
    host=(("distribution", "debian 12"),),
    began=0.0,
    seconds=2.0,
    attempts=("https://tolerated/",),
)
STORY = Story(
    planned=PLANNED,
    artifact=ARTIFACT,
    making=MAKING,
    url=CANDIDATE.url,
    sdist=Subject(filename="demo-1.0.tar.gz", digest=digest_bytes(b"patched")),
    notes={"tool==1.0": "from there"},
)


def of_kind(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    every = found["predicate"]["buildDefinition"]["resolvedDependencies"]
    return [each for each in every if each["annotations"]["kind"] == kind]


def test_everything_that_went_into_a_wheel_is_named_by_digest() -> None:
    found = statement(STORY, ())
    for kind, digest in (
        ("source", TREE.archive),
        ("sdist", digest_bytes(b"patched")),
        ("patch", digest_bytes(b"patch")),
        ("crate", digest_bytes(b"cc")),
        ("wheel", digest_bytes(b"tool")),
        ("interpreter", PYTHON.digest),
        ("toolkit", digest_bytes(b"cuda")),
    ):
        (only,) = of_kind(found, kind)
        assert only["digest"] == {"sha256": digest}, kind
    (package,) = of_kind(found, "system-package")
    assert package["uri"] == "pkg:deb/debian/g%2B%2B-12@1%3A12.2-1?arch=amd64"
    (toolkit,) = of_kind(found, "toolkit")
    assert toolkit["uri"] == "file:///opt/cuda%2013"
    (tool,) = of_kind(found, "wheel")
    assert tool["annotations"]["origin"] == "seed"
    assert tool["annotations"]["note"] == "from there"


def test_the_file_as_it_was_built_is_the_first_subject() -> None:
    others = [
        Subject(filename="demo-1.0-1-py3-none-any.whl", digest=digest_bytes(b"tagged")),
        Subject(filename=WHEEL, digest=ARTIFACT.file),
        Subject(filename="demo-1.0-1-py3-none-any-cuda.whl", digest=digest_bytes(b"labelled")),
    ]
    one, two = (statement(STORY, each) for each in (others, reversed(others)))
    assert one == two
    assert [each["name"] for each in one["subject"]] == [
        WHEEL,
        "demo-1.0-1-py3-none-any-cuda.whl",
        "demo-1.0-1-py3-none-any.whl",
    ]


def test_no_value_of_a_variable_is_told() -> None:
    text = codec.encode(statement(STORY, ())).decode()
    assert "TOKEN" in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://me:secret@host/a.tar.gz?token=secret#sha256=secret", "https://host/a.tar.gz"),
        ("https://host/a.zip", "https://host/a.zip"),
        ("file:///a/b", "file:///a/b"),
        ("settings: git https://me:secret@host/x", "settings: git https://host/x"),
        ("", ""),
    ],
)
def test_what_is_published_of_a_url_has_no_secrets(url: str, told: str) -> None:
    assert public(url) == told


def test_only_how_the_build_ran_differs_between_two_builds() -> None:
    later = varied(
        MAKING, began=9.0, seconds=3.0, host=(("distribution", "debian 12"), ("kernel", "9"))
    )
    one, two = (statement(varied(STORY, making=each), ()) for each in (MAKING, later))
    assert one != two
    assert one["predicate"]["buildDefinition"] == two["predicate"]["buildDefinition"]
    assert one["predicate"]["runDetails"]["metadata"] == {
        "startedOn": "1970-01-01T00:00:00Z",
        "finishedOn": "1970-01-01T00:00:02Z",
    }
    assert one["predicate"]["runDetails"]["wheeltree_networkAttempts"] == ["https://tolerated/"]


def test_where_nobody_knows_when_it_was_built_no_time_is_told() -> None:
    found = statement(varied(STORY, making=varied(MAKING, began=None)), ())
    assert found["predicate"]["runDetails"]["metadata"] == {}


def test_a_commit_is_named() -> None:
    commit = Commit(id="a" * 40, tag="v1.0", submodules=True)
    candidate = varied(CANDIDATE, kind="git", commit=commit)
    found = statement(varied(STORY, planned=varied(PLANNED, candidate=candidate)), ())
    (source,) = of_kind(found, "source")
    assert source["digest"]["gitCommit"] == "a" * 40


def test_a_wheel_that_was_taken_as_it_is_tells_of_no_build() -> None:
    candidate = varied(CANDIDATE, kind="wheel", filename=WHEEL)
    planned = varied(PLANNED, candidate=candidate)
    found = statement(varied(STORY, planned=planned, sdist=None), ())
    definition = found["predicate"]["buildDefinition"]
    assert definition["buildType"] == TAKEN
    (itself,) = definition["resolvedDependencies"]
    assert itself["digest"]["sha256"] == ARTIFACT.file
    assert "sandbox" not in json.dumps(definition)

"""Keys stay what they are, and every field of their inputs either counts or says that it does not."""

import json
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from support.variation import field_names, varied
from wheeltree.model.attempt import Tolerance
from wheeltree.model.digest import Key, digest_bytes
from wheeltree.model.edits import RequirementEdits
from wheeltree.model.ingredient import Ingredient
from wheeltree.model.platform import Interpreter, Platform
from wheeltree.model.source import BuildSystem
from wheeltree.model.spec import BuildSpec, ImportCheck, Input, Inquiry, Recipe
from wheeltree.model.system import Library, Resources, SystemTool
from wheeltree.model.variant import properties

GOLDEN = Path(__file__).with_name("keys.json")

INTERPRETER = Interpreter(
    executable="/usr/bin/python3.11",
    prefix="/usr",
    digest=digest_bytes(b"python"),
    version="3.11.7",
    site="lib/python3.11/site-packages",
    markers=(("os_name", "posix"),),
    tags=("cp311-cp311-linux_x86_64", "py3-none-any"),
)
PLATFORM = Platform(
    interpreter=INTERPRETER,
    layout="closed",
    parts=(("base", digest_bytes(b"libc")), ("toolchain", digest_bytes(b"gcc"))),
)
RECIPE = Recipe(environ=(("CFLAGS", "-O2"),), config_settings=(("--build-option", ("--a", "--b")),))
TOOL_SPEC = BuildSpec(
    name=canonicalize_name("tool"),
    version=Version("2.0"),
    tree=digest_bytes(b"tool"),
    epoch=0,
    build_system=BuildSystem(),
    environment=(),
    platform=PLATFORM.taking("base"),
    recipe=Recipe(),
)
TOOL = Input(name=TOOL_SPEC.name, version=TOOL_SPEC.version, key=TOOL_SPEC.key)
SPEC = BuildSpec(
    name=canonicalize_name("demo"),
    version=Version("1.0.post1"),
    tree=digest_bytes(b"tree"),
    epoch=1_600_000_000,
    build_system=BuildSystem(requires=("tool",), backend="tool.build"),
    environment=(TOOL,),
    platform=PLATFORM,
    recipe=RECIPE,
)
CONTENTS = (digest_bytes(b"content of tool"),)


def test_keys_are_those_of_the_golden_file() -> None:
    """A change here rebuilds the world: raise KEY_SCHEMA, and write the new keys into the file."""
    inquiry = Inquiry(spec=SPEC, metadata=True)
    assert json.loads(GOLDEN.read_text()) == {
        "spec key": SPEC.key,
        "build key": SPEC.build_key(CONTENTS),
        "question's spec key": inquiry.key,
        "question's build key": inquiry.build_key(CONTENTS),
        "tool's spec key": TOOL.key,
    }


OTHER: dict[type, dict[str, Any]] = {
    BuildSpec: {
        "name": canonicalize_name("other"),
        "version": Version("1.0.post2"),
        "tree": digest_bytes(b"other"),
        "epoch": 1,
        "ingredients": (
            Ingredient(kind="crate", name="cc", version="1.0", digest=digest_bytes(b"cc")),
        ),
        "build_system": BuildSystem(backend="other"),
        "environment": (),
        "platform": varied(PLATFORM, layout="host"),
        "recipe": Recipe(),
        "variant": "cuda130",
    },
    Recipe: {
        "environ": (("CFLAGS", "-O3"),),
        "config_settings": (("--build-option", "--a"),),
        "native": True,
        "match_install": (canonicalize_name("numpy"),),
        "build_dir": "python",
        "build_requires": RequirementEdits(remove=(canonicalize_name("cmake"),)),
        "requires_dist": RequirementEdits(add=("six",)),
        "tools": (SystemTool(name=canonicalize_name("cmake")),),
        "libraries": (Library(name="libsodium"),),
        "bundles": False,
        "tolerances": (Tolerance(host="example.org", because="it goes on"),),
        "variant": "cuda130",
        "claims": properties({"nvidia": {"sm_arch": ["90_real"]}}),
        "toolkits": ("/opt/cuda-13.0",),
        "platform_tag": "manylinux_2_34_x86_64",
        "imports": ImportCheck(on=True),
        "resources": Resources(timeout=7),
        "labels": (("team", "a"),),
        "changelog": ("built again",),
        "plugin": Key("1" * 64),
        "prepared_by": Key("2" * 64),
        "prebuilt": "demo-1.0-py3-none-any.whl",
    },
    Platform: {
        "interpreter": varied(INTERPRETER, digest=digest_bytes(b"other")),
        "layout": "host",
        "parts": (("base", digest_bytes(b"libc")), ("toolchain", digest_bytes(b"gcc 15"))),
    },
    Interpreter: {
        "executable": "/elsewhere/python",
        "prefix": "/elsewhere",
        "digest": digest_bytes(b"other"),
        "version": "3.11.8",
        "site": "lib/site",
        "markers": (),
        "tags": (),
    },
    Input: {
        "name": canonicalize_name("other"),
        "version": Version("3"),
        "key": digest_bytes(b"other"),
    },
}
"""Another value of every field: who adds one must decide here, too."""

NOT_IN_A_KEY = {
    (BuildSpec, "build_system"),
    (BuildSpec, "variant"),
    (Recipe, "variant"),
    (Recipe, "toolkits"),
    (Recipe, "tolerances"),
    (Recipe, "claims"),
    (Recipe, "native"),
    (Recipe, "match_install"),
    (Recipe, "build_requires"),
    (Recipe, "tools"),
    (Recipe, "resources"),
    (Recipe, "imports"),
    (Recipe, "labels"),
    (Recipe, "changelog"),
    (Recipe, "prepared_by"),
    (Interpreter, "executable"),
    (Interpreter, "site"),
    (Interpreter, "markers"),
    (Interpreter, "tags"),
}
IN_A_QUESTION = {(Recipe, "build_requires")}
"""What decides whether a backend can answer in full, and changes no wheel by itself."""
FIELDS = [(kind, name) for kind in OTHER for name in field_names(kind)]


def _with(kind: type, name: str) -> BuildSpec:
    """The spec with another value in one field of it or of a part of it."""
    other = {name: OTHER[kind][name]}
    match kind.__name__:
        case "BuildSpec":
            return varied(SPEC, **other)
        case "Recipe":
            return varied(SPEC, recipe=varied(RECIPE, **other))
        case "Platform":
            return varied(SPEC, platform=varied(PLATFORM, **other))
        case "Input":
            return varied(SPEC, environment=(varied(TOOL, **other),))
        case _:
            interpreter = varied(INTERPRETER, **other)
            platform = varied(PLATFORM, interpreter=interpreter)
            return varied(SPEC, platform=platform)


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=lambda each: getattr(each, "__name__", each))
def test_a_field_counts_unless_it_says_that_it_does_not(kind: type, name: str) -> None:
    counts = (kind, name) not in NOT_IN_A_KEY
    changed = _with(kind, name)
    assert (changed.key != SPEC.key) is counts
    assert (changed == SPEC) is not counts
    asked = Inquiry(spec=changed, metadata=False).key != Inquiry(spec=SPEC, metadata=False).key
    assert asked is (counts or (kind, name) in IN_A_QUESTION)


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=lambda each: getattr(each, "__name__", each))
def test_a_build_key_names_its_environment_by_content(kind: type, name: str) -> None:
    changed = _with(kind, name)
    contents = CONTENTS[: len(changed.environment)]
    differs = changed.build_key(contents) != SPEC.build_key(CONTENTS)
    assert differs is ((kind, name) not in {*NOT_IN_A_KEY, (Input, "key")})


def test_other_content_of_a_tool_is_another_build_key() -> None:
    assert SPEC.build_key((digest_bytes(b"other"),)) != SPEC.build_key(CONTENTS)


def test_a_question_about_metadata_is_another_question() -> None:
    asked, also = (Inquiry(spec=SPEC, metadata=metadata) for metadata in (False, True))
    assert len({asked.key, also.key, SPEC.key}) == 3
    assert asked.build_key(CONTENTS) != also.build_key(CONTENTS)

"""Edits of lists of requirements: what they make, and what of them is useless."""

import pytest
from packaging.utils import canonicalize_name

from wheeltree.model.edits import RequirementEdits, toml_path

DECLARED = ("setuptools >= 60", "CMake>=3.1", 'tomli; python_version < "3.11"', "numpy[x]")


def edits(
    remove: tuple[str, ...] = (),
    replace: tuple[str, ...] = (),
    add: tuple[str, ...] = (),
    *,
    own: bool = True,
) -> RequirementEdits:
    return RequirementEdits(
        remove=tuple(map(canonicalize_name, remove)),
        replace=replace,
        add=add,
        places=(("remove", "s:1: r"), ("replace", "s:2: p"), ("add", "s:3: a")),
        own=own,
    )


def test_no_edits_leave_a_list_as_it_is_written() -> None:
    assert edits().apply(DECLARED) is not None
    assert edits().apply((*DECLARED, DECLARED[0])) == (*DECLARED, DECLARED[0])


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (edits(remove=("CMake",)), (DECLARED[0], *DECLARED[2:])),
        (edits(replace=("cmake<4",)), (DECLARED[0], "cmake<4", *DECLARED[2:])),
        (
            edits(replace=("tomli>2",)),
            (*DECLARED[:2], 'tomli>2; python_version < "3.11"', "numpy[x]"),
        ),
        (
            edits(replace=('tomli; sys_platform == "win32"',)),
            (*DECLARED[:2], 'tomli; sys_platform == "win32"', "numpy[x]"),
        ),
        (edits(replace=("numpy==2",)), (*DECLARED[:3], "numpy==2")),
        (edits(add=("wheel",)), (*DECLARED, "wheel")),
        (edits(add=("setuptools>=60",)), DECLARED),
        (
            edits(remove=("cmake",), add=("cmake>=3.20",)),
            (DECLARED[0], *DECLARED[2:], "cmake>=3.20"),
        ),
    ],
)
def test_a_list_is_edited_in_its_order(made: RequirementEdits, expected: tuple[str, ...]) -> None:
    assert made.apply(DECLARED) == expected


def test_two_requirements_that_become_one_are_one() -> None:
    pins = ('numpy==1; python_version < "3.9"', 'numpy==2; python_version >= "3.9"', "six", "six")
    made = edits(replace=('numpy>=1; python_version > "3"',)).apply(pins)
    assert made == ('numpy>=1; python_version > "3"', "six", "six")


def test_what_comes_on_top_is_not_added_to_again() -> None:
    made = edits(remove=("ninja",), add=("wheel",))
    assert made.apply_to_more(("ninja>=1.5", "meson")) == ("meson",)


def test_edits_of_what_is_edited_change_nothing() -> None:
    made = edits(remove=("cmake",), replace=("tomli>2",), add=("wheel",))
    once = made.apply(DECLARED)
    assert made.apply(once) == once


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (edits(remove=("ninja",)), "s:1: r: there is no requirement on ninja"),
        (edits(replace=("ninja>1",)), "s:2: p: there is no requirement on ninja"),
        (edits(replace=("setuptools>=60",)), "s:2: p: setuptools>=60 is required already"),
        (edits(replace=("cmake<4",), remove=("cmake",)), "s:2: p: cmake is removed before"),
        (edits(add=("cmake>=3.1",)), "s:3: a: cmake>=3.1 is required already"),
    ],
)
def test_what_changes_nothing_is_named_with_its_place(
    made: RequirementEdits, expected: str
) -> None:
    assert made.useless(DECLARED) == (expected,)


@pytest.mark.parametrize(
    "made",
    [
        edits(remove=("cmake", "numpy"), replace=("tomli>2",), add=("wheel",)),
        edits(remove=("cmake",), add=("cmake>=3.1",)),
        edits(remove=("ninja",), replace=("ninja>1",), add=("numpy[x]",), own=False),
    ],
)
def test_what_changes_something_and_what_is_said_of_many_is_never_useless(
    made: RequirementEdits,
) -> None:
    assert made.useless(DECLARED) == ()


def test_what_an_edit_made_is_known_by_its_place() -> None:
    made = edits(replace=("tomli>2",), add=("wheel",))
    places = {text: made.place_of(text) for text in made.apply(DECLARED)}
    assert places == {
        "setuptools >= 60": "",
        "CMake>=3.1": "",
        'tomli>2; python_version < "3.11"': "s:2: p",
        "numpy[x]": "",
        "wheel": "s:3: a",
    }


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("project", ("project",)),
        ("tool.scikit-build.cmake_2", ("tool", "scikit-build", "cmake_2")),
        ('tool."a.b".\'c"d\'', ("tool", "a.b", 'c"d')),
        ('"\\u00e9\\n"', ("é\n",)),
        ("tool.123", ("tool", "123")),
    ],
)
def test_a_dotted_key_has_the_parts_that_toml_reads(key: str, path: tuple[str, ...]) -> None:
    assert toml_path(key) == path


@pytest.mark.parametrize("key", ["", "a.", ".a", "a b", "a = 1\nb", "a#", 'a."b', '"\\q"', "é"])
def test_what_is_no_dotted_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        toml_path(key)

"""Requirements on a project compared with the version of the system's program."""

import pytest
from packaging.version import Version

from wheeltree.model.leniency import accepts_program


@pytest.mark.parametrize(
    ("asked", "has"),
    [
        ("", "1.11.1"),
        (">=1.11.1.1", "1.11.1"),
        (">=1.11.1.4,<2", "1.11.1"),
        ("==1.11.1.4", "1.11.1"),
        ("==1.11.1.*", "1.11.1"),
        ("==1.11.1.4.*", "1.11.1"),
        ("~=1.11.1.1", "1.11.1"),
        ("~=1.11.0", "1.11.1"),
        ("!=1.11.1.2", "1.11.1"),
        (">1.11.1.1", "1.11.1"),
        ("<1.11.1.2", "1.11.1"),
        ("<=1.11.1.2", "1.11.1"),
        ("===1.11.1.2", "1.11.1"),
        (">=3.18.4.post1", "3.18.4"),
        (">=3.15", "3.25.1"),
        (">=3.15.0", "3.25"),
        ("<4", "3.25.1"),
        (">=4.0.0rc1", "4.0.0rc2"),
        ("!=3.25.2", "3.25.1"),
    ],
)
def test_digits_that_the_program_does_not_have_are_not_compared(asked: str, has: str) -> None:
    assert accepts_program(asked, Version(has))


@pytest.mark.parametrize(
    ("asked", "has"),
    [
        (">=3.27", "3.25.1"),
        (">=1.11.2.1", "1.11.1"),
        ("==1.11.2.4", "1.11.1"),
        ("==1.12.*", "1.11.1"),
        ("~=1.11.2.1", "1.11.3.1"),
        ("~=1.12.0", "1.11.1"),
        ("!=3.25.1", "3.25.1"),
        ("!=3.25.*", "3.25.1"),
        (">3.25.1", "3.25.1"),
        ("<3.25", "3.25.1"),
        (">=4.0.0.post2", "4.0.0rc1"),
        ("===other", "1.11.1"),
        (">=3.15,<3.20", "3.25.1"),
    ],
)
def test_digits_that_the_program_has_are_compared(asked: str, has: str) -> None:
    assert not accepts_program(asked, Version(has))

"""Versions in what programs say of themselves."""

import pytest

from wheeltree.host.programs import program, version_in

SAID = {
    "gcc (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright": "12.2.0",
    "cmake version 3.25.1\n\nCMake suite": "3.25.1",
    "1.11.1\n": "1.11.1",
    "GNU patch 2.7.6": "2.7.6",
    "git version 2.39.5": "2.39.5",
    "patchelf 0.14.3": "0.14.3",
    "no number here": "",
    "": "",
}


@pytest.mark.parametrize("text", SAID)
def test_the_version_is_the_last_number_of_the_first_line(text: str) -> None:
    assert version_in(text) == SAID[text]


def test_a_program_that_is_not_there_has_no_path() -> None:
    found = program("no-such-program-anywhere")
    assert found.path is None
    assert found.hidden is None
    assert found.version == ""

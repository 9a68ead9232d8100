"""The native showcase: built from source, installed, used, and linked to the system's libraries."""

import pytest
from kit import Workplace
from showcase import NATIVE, Piece


@pytest.mark.parametrize("piece", NATIVE, ids=str)
def test_a_native_package_works_and_loads_the_systems_libraries(
    piece: Piece, workplace: Workplace
) -> None:
    workplace.built("it", piece.requirement, *piece.also)
    installed = workplace.installed("it", piece.requirement, *piece.also)
    installed.python(piece.call)
    assert set(piece.loads) <= installed.needed()
    assert not {path for path in installed.search_paths() if path.startswith("/usr/lib")}

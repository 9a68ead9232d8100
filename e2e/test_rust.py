"""The Rust list: crates fetched beforehand, maturin itself built from source, compiled offline."""

import pytest
from kit import Workplace
from showcase import RUST, Piece


@pytest.mark.parametrize("piece", RUST, ids=str)
def test_a_package_in_rust_is_built_installed_and_used(piece: Piece, workplace: Workplace) -> None:
    workplace.built("it", piece.requirement, *piece.also)
    installed = workplace.installed("it", piece.requirement, *piece.also)
    installed.python(piece.call)
    assert set(piece.loads) <= installed.needed()

"""What every test of the whole line starts from."""

from pathlib import Path

import pytest

from support.line import Line


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """An empty index, an empty store, and runs against them."""
    return Line(tmp_path)

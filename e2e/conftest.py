"""One store for all tests of real packages; E2E_STORE keeps it for the next run."""

import os
from pathlib import Path

import pytest
from kit import Workplace


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of its own, or the one that the caller names."""
    named = os.environ.get("E2E_STORE")
    return Path(named) if named else tmp_path_factory.mktemp("store")


@pytest.fixture
def workplace(store: Path, tmp_path: Path) -> Workplace:
    """A place to build with the collection's settings."""
    return Workplace(store=store, top=tmp_path)

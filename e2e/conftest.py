"""One store and one folder of toolkits for all tests of real packages.

E2E_STORE and E2E_TOOLKITS name folders to keep them in for the next run.
"""

import os
import sys
from pathlib import Path

import pytest
from kit import ROOT, Workplace, run


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of its own, or the one that the caller names."""
    named = os.environ.get("E2E_STORE")
    return Path(named) if named else tmp_path_factory.mktemp("store")


@pytest.fixture
def workplace(store: Path, tmp_path: Path) -> Workplace:
    """A place to build with the collection's settings."""
    return Workplace(store=store, top=tmp_path)


@pytest.fixture(scope="session")
def toolkits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where toolkits for accelerators are put together."""
    named = os.environ.get("E2E_TOOLKITS")
    return Path(named) if named else tmp_path_factory.mktemp("toolkits")


@pytest.fixture(scope="session")
def cuda(toolkits: Path) -> Path:
    """A toolkit for CUDA."""
    run("env", f"PYTHON={sys.executable}", ROOT / "tools/cuda-toolkit", toolkits / "cuda-13.0")
    return toolkits / "cuda-13.0"


@pytest.fixture(scope="session")
def rocm(toolkits: Path) -> Path:
    """One for ROCm."""
    run(ROOT / "tools/rocm-toolkit", toolkits / "rocm-5.2")
    return toolkits / "rocm-5.2"

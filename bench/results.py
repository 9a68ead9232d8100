"""Where raw numbers are kept."""

import json
import time
from pathlib import Path
from typing import Any


def kept(work: Path, what: str, numbers: dict[str, Any]) -> Path:
    """The new file below the work folder that has `numbers` as JSON."""
    folder = work / "results"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{what}-{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps(numbers, indent=1), encoding="utf-8")
    return path

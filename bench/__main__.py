"""`python -m bench`: see README.md beside this file."""

import argparse
import os
import sys
from pathlib import Path

from bench import bench_resolve, environment, losses, noop, sets, variants


def _work() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "wheeltree-bench"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--work", type=Path, default=_work(), help="where everything is kept")
    commands = parser.add_subparsers(dest="command")
    for name, words, run in (
        ("sets", sets.arguments, sets.run),
        ("losses", losses.arguments, losses.run),
        ("environment", environment.arguments, environment.run),
        ("noop", noop.arguments, noop.run),
        ("variants", variants.arguments, variants.run),
        ("resolve", lambda _: None, lambda _: bench_resolve.main()),
    ):
        command = commands.add_parser(name)
        words(command)
        command.set_defaults(run=run)
    given = parser.parse_args()
    if given.command is None:
        given = parser.parse_args([*sys.argv[1:], "sets"])
    given.run(given)


if __name__ == "__main__":
    main()

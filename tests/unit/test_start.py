"""What a run begins early, and which modules it has loaded by then."""

import subprocess
import sys

import pytest
from packaging.utils import canonicalize_name

from wheeltree.planning.wanted_set import WantedSet
from wheeltree.resolution.indexes import Index, expect
from wheeltree.resolution.wanted import Wanted, parse
from wheeltree.session.asked import Asked
from wheeltree.session.start import first_names


def asked(*texts: str, constraints: tuple[str, ...] = ()) -> Asked:
    return Asked(
        common=(WantedSet(name="x", wanted=wanted(*texts), constraints=wanted(*constraints)),),
        build_constraints=(),
        index_url=None,
        extra_index_urls=(),
        pre=False,
        notices=(),
    )


def wanted(*texts: str) -> tuple[Wanted, ...]:
    found = (parse(text, "test") for text in texts)
    return tuple(each for each in found if isinstance(each, Wanted))


@pytest.mark.parametrize(
    ("what", "names"),
    [
        (asked("Requests>=2", "rich", "requests"), ["requests", "rich"]),
        (asked("a ; python_version > '3'", "b"), ["b"]),
        (asked("a @ https://x.test/a-1.tar.gz", "b"), ["b"]),
        (asked("a", "b", constraints=("a @ https://x.test/a-1.tar.gz", "c==1")), ["b"]),
    ],
    ids=["once each", "none that may not apply", "no direct reference", "nor a constrained one"],
)
def test_only_what_planning_asks_an_index_for_is_asked_early(what: Asked, names: list[str]) -> None:
    assert first_names(what, frozenset()) == names


def test_only_some_pages_are_asked_early() -> None:
    names = first_names(asked(*(f"p{number}" for number in range(50))), frozenset())
    assert len(names) == 16


def test_a_project_that_settings_place_elsewhere_is_not_asked_early() -> None:
    placed = frozenset([canonicalize_name("acme")])
    assert first_names(asked("Acme", "b"), placed) == ["b"]


class Noted:
    """Notes what is expected."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def expect(self, url: str, *, accept: str | None = None) -> None:
        assert accept
        self.urls.append(url)


def test_only_the_index_that_is_read_first_is_asked_early() -> None:
    noted = Noted()
    own, other = (
        Index(url="https://x.test/own", only=("acme-*",)),
        Index(url="https://x.test/all/"),
    )
    expect(
        noted,
        [own, other, Index(url="https://x.test/more")],
        first_names(asked("acme-x", "b"), frozenset()),
    )
    assert noted.urls == ["https://x.test/own/acme-x/", "https://x.test/all/b/"]


# Everything that is loaded delays what comes after it: some ms each, and 0.5 s all together.

_NETWORK = ("httpx2", "stamina", "ssl", "http", "urllib.request", "email", "socket")
_PLANNING = ("resolvelib", "wheeltree.planning.planner", "wheeltree.resolution.resolve")
_BUILDING = (
    *("wheeltree.building", "wheeltree.sources", "wheeltree.session.run", "installer"),
    *("pyproject_hooks", "packaging.metadata", "tarfile", "tomllib"),
)
_PUBLISHING = (
    *("wheeltree.session.publishing", "wheeltree.planning.documents", "packaging.pylock"),
    *("wheeltree.store.publishing", "wheeltree.sources.pack"),
)
_SETTINGS = ("yaml", "wheeltree.settings.schema", "wheeltree.settings.evaluate")
_NEVER = ("asyncio", "multiprocessing", "unittest", "rich", "keyring", "pkg_resources")


@pytest.mark.parametrize(
    ("loaded", "without"),
    [
        (
            ("wheeltree.cli.main",),
            ("packaging", "wheeltree.session", "wheeltree.store", "subprocess"),
        ),
        (
            ("wheeltree.cli.bootstrap", "wheeltree.cli.lines"),
            (
                *(*_SETTINGS, *_NETWORK, *_PLANNING, *_BUILDING, *_PUBLISHING),
                *("wheeltree.transport", "wheeltree.sandbox", "wheeltree.host.pip"),
                *("wheeltree.model.spec", "wheeltree.model.plan"),
            ),
        ),
        (
            ("wheeltree.session.start", "wheeltree.transport.http"),
            (*_PLANNING, *_BUILDING, *_PUBLISHING, "wheeltree.sandbox.choose", "yaml"),
        ),
        (("wheeltree.session.run",), (*_PUBLISHING, "httpx2", "stamina", "yaml")),
        (("wheeltree.cli.serve",), ("starlette", "uvicorn", "socket")),
    ],
    ids=[
        "the command",
        "a run with nothing to do",
        "the first request",
        "planning and building",
        "serving",
    ],
)
def test_what_is_not_needed_yet_is_not_loaded(
    loaded: tuple[str, ...], without: tuple[str, ...]
) -> None:
    code = (
        f"import sys, {', '.join(loaded)}\n"
        f"print(*sorted({{*{(*without, *_NEVER)!r}}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

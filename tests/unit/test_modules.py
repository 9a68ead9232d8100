"""Which modules a wheel brings, by the names of its files."""

import pytest

from wheeltree.building.modules import top_modules


@pytest.mark.parametrize(
    ("paths", "modules"),
    [
        (["demo/__init__.py", "demo/inner.py", "demo-1.0.dist-info/METADATA"], ["demo"]),
        (
            ["one.py", "two.cpython-312-x86_64-linux-gnu.so", "three.abi3.so"],
            ["one", "three", "two"],
        ),
        (["google/cloud/store/__init__.py", "google/cloud/store/x.py"], ["google.cloud.store"]),
        (["ns/one.py", "ns/two/__init__.py"], ["ns.one", "ns.two"]),
        (["demo-1.0.data/purelib/demo/__init__.py", "demo-1.0.data/scripts/run.py"], ["demo"]),
        (["_demo.so", "demo.py"], ["demo"]),
        (["_demo.so"], ["_demo"]),
        (["tests/__init__.py", "demo.py"], ["demo"]),
        (["tests/__init__.py"], ["tests"]),
        (["demo-stubs/__init__.pyi", "demo.libs/libz-1a2b.so", "demo/py.typed"], []),
        (["demo/data.txt"], []),
    ],
)
def test_these_stand_on_top(paths: list[str], modules: list[str]) -> None:
    assert list(top_modules(paths)) == modules


def test_not_everything_is_imported_where_there_is_much() -> None:
    assert len(top_modules(f"module{number}.py" for number in range(1000))) == 50

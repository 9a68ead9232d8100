import pytest
from packaging.version import Version
from test_wheel_hooks import spec

from support.variation import varied
from wheeltree.errors import BuildError
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Key, digest_bytes
from wheeltree.model.source import Metadata
from wheeltree.planning.promises import Promise, verify


def metadata(*requires: str, extras: str = "", python: str = "") -> Metadata:
    return Metadata(
        requires_dist=requires,
        requires_python=python,
        extras=tuple(extras.split()),  # type: ignore[arg-type]
    )


def wheel(found: Metadata) -> Artifact:
    asked = spec()
    return Artifact(
        name=asked.name,
        version=Version("1.0"),
        filename="demo-1.0-py3-none-any.whl",
        content=digest_bytes(b"content"),
        file=digest_bytes(b"file"),
        size=1,
        build_key=Key("0" * 64),
        metadata=found,
        seconds=1.0,
        sandbox="bubblewrap",
    )


def promise(told: Metadata, *, declared: bool = True) -> Promise:
    return Promise(metadata=told, declared=declared)


@pytest.mark.parametrize(
    ("promised", "found"),
    [
        (metadata("a>=1"), metadata("A >= 1")),
        (metadata("a>=1,<2"), metadata("a<2,>=1")),
        (metadata('b; extra == "x"', extras="x"), metadata("b ; extra=='x'", extras="x")),
        (metadata('a; python_version < "3"'), metadata()),
        (
            metadata('demo[x]; extra == "all"', 'b; extra == "x"', extras="all x"),
            metadata('b; extra == "all"', 'b; extra == "x"', extras="all x"),
        ),
        (
            metadata('demo[y]; extra == "x"', 'Demo[x]; extra == "y"', extras="x y"),
            metadata(extras="x y"),
        ),
    ],
)
def test_what_comes_to_the_same_is_the_same_however_it_is_spelled(
    promised: Metadata, found: Metadata
) -> None:
    verify(spec(), promise(promised), wheel(found))
    verify(spec(), promise(found), wheel(promised))


@pytest.mark.parametrize(
    ("promised", "found", "says"),
    [
        (metadata("a"), metadata(), "lacks a"),
        (metadata(), metadata("a"), "adds a"),
        (metadata("a>=1"), metadata("a>=2"), "adds a>=2"),
        (
            metadata(extras="x"),
            metadata('b; extra == "x"', extras="x"),
            'adds b; extra == "x" for its extra x',
        ),
        (metadata(), metadata(python=">=99"), "needs Python >=99"),
    ],
)
def test_a_wheel_that_requires_something_else_is_refused(
    promised: Metadata, found: Metadata, says: str
) -> None:
    with pytest.raises(BuildError) as caught:
        verify(spec(), promise(promised), wheel(found))
    assert any(says in line for line in caught.value.details)
    assert "metadata: backend" in caught.value.hint


def test_a_backend_that_contradicts_itself_is_named() -> None:
    told = promise(metadata("a"), declared=False)
    with pytest.raises(BuildError, match="its backend maker said before"):
        verify(varied(spec()), told, wheel(metadata()))

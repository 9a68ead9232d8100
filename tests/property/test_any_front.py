"""Whatever variants have, the index of all loses none of their wheels and mixes up none."""

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.model.digest import Digest, digest_bytes
from wheeltree.model.frozen import replace
from wheeltree.store.front import Chosen, chosen
from wheeltree.store.view import Shelved, View

VARIANTS = ("cpu", "cuda", "rocm")


def shelved(name: str, version: str, tag: str, content: int, *, install: bool) -> Shelved:
    """A wheel with one of a few contents."""
    filename = f"{name}-{version}{tag}-py3-none-any.whl"
    digest = digest_bytes(f"{filename} {content}".encode())
    return Shelved(
        name=canonicalize_name(name),
        version=Version(version),
        filename=filename,
        digest=digest,
        size=1,
        base=f"{name}-{version}-py3-none-any.whl",
        content=digest,
        metadata=digest,
        requires_python="",
        install=install,
    )


wheels = st.builds(
    shelved,
    st.sampled_from(["a", "b"]),
    st.sampled_from(["1.0", "2.0"]),
    st.sampled_from(["", "-1"]),
    st.integers(0, 2),
    install=st.booleans(),
)


@st.composite
def views(draw: st.DrawFn) -> dict[str, View]:
    """What each variant has; some of it depends on the variant."""
    found = {}
    for variant in draw(st.lists(st.sampled_from(VARIANTS), unique=True)):
        own = draw(st.lists(wheels, max_size=5, unique_by=lambda each: each.filename))
        depending = [replace(each, variant=draw(st.sampled_from(["", variant]))) for each in own]
        found[variant] = View(wheels=tuple(depending))
    return found


def plain(found: Chosen) -> dict[str, Digest]:
    return {each.filename: each.digest for each in found.plain}


def installed(view: View) -> list[Shelved]:
    return [each for each in view.wheels if each.install]


@settings(max_examples=150, deadline=None)
@given(views())
def test_every_wheel_of_the_default_is_plain(all_views: dict[str, View]) -> None:
    names = plain(chosen(all_views, default="cpu"))
    for wheel in installed(all_views.get("cpu", View())):
        assert names[wheel.filename] == wheel.digest


@settings(max_examples=150, deadline=None)
@given(views())
def test_no_two_plain_wheels_have_one_name(all_views: dict[str, View]) -> None:
    found = chosen(all_views, default="cpu")
    assert len(plain(found)) == len(found.plain)


@settings(max_examples=150, deadline=None)
@given(views())
def test_every_wheel_of_another_variant_is_plain_or_has_a_label_once(
    all_views: dict[str, View],
) -> None:
    found = chosen(all_views, default="cpu")
    there = set(plain(found).values())
    default = {each.digest for each in installed(all_views.get("cpu", View()))}
    labelled = [(each.variant, each.wheel.filename, each.wheel.digest) for each in found.labelled]
    assert len(set(labelled)) == len(labelled)
    for variant, view in all_views.items():
        for wheel in installed(view):
            has_label = (variant, wheel.filename, wheel.digest) in labelled
            assert has_label or wheel.digest in there
            assert not (has_label and wheel.digest in default)


@settings(max_examples=150, deadline=None)
@given(views())
def test_a_wheel_that_depends_on_a_variant_is_plain_for_the_default_alone(
    all_views: dict[str, View],
) -> None:
    default = {each.digest for each in installed(all_views.get("cpu", View()))}
    for wheel in chosen(all_views, default="cpu").plain:
        assert not wheel.variant or wheel.digest in default


@settings(max_examples=150, deadline=None)
@given(views())
def test_what_is_used_in_builds_only_is_not_in_it(all_views: dict[str, View]) -> None:
    found = chosen(all_views, default="cpu")
    assert all(each.install for each in found.plain)
    assert all(each.wheel.install for each in found.labelled)

"""What plans say of the system's libraries that packages use."""

import pytest

from support.paper import Paper, Sheet, request
from support.variation import varied
from wheeltree.errors import BuildError
from wheeltree.model.plan import Plan
from wheeltree.model.spec import Recipe
from wheeltree.model.system import AbsentLibrary, InstalledLibrary, Library, Link
from wheeltree.planning.facts import Facts, Find, Missing
from wheeltree.planning.libraries import Libraries
from wheeltree.planning.reasons import changes, inputs

SODIUM = InstalledLibrary(
    name="libsodium",
    version="1.0.18",
    packages=(("libsodium-dev", "1.0.18-1"), ("libsodium23", "1.0.18-1")),
    sonames=("libsodium.so.23",),
    linked=("libsodium.so.23",),
)
EIGEN = InstalledLibrary(
    name="eigen3", version="3.4.0", packages=(("libeigen3-dev", "3.4.0-4"),), sonames=(), linked=()
)
SHEETS = {"salt==1.0": Sheet(native=True), "pure==1.0": Sheet()}


def using(*names: str, link: Link = "dynamic", native: bool | None = None) -> Recipe:
    libraries = tuple(
        Library(name=name, link=link, origin=f"settings.yaml:{number}")
        for number, name in enumerate(names, 1)
    )
    return Recipe(libraries=libraries, native=native)


def planned(recipe: Recipe, *libraries: InstalledLibrary, name: str = "salt") -> Plan:
    paper = Paper(sheets=SHEETS, libraries={each.name: each for each in libraries})
    return paper.plan(request(name, recipes={name: recipe}))


def parts(plan: Plan) -> list[str]:
    return [part for part, _ in plan.packages[0].spec.platform.parts]


@pytest.mark.parametrize(
    ("name", "recipe", "taken"),
    [
        ("salt", Recipe(), ["base", "toolchain", "headers"]),
        ("salt", using("libsodium"), ["base", "toolchain", "library:libsodium"]),
        ("salt", using("libsodium", native=False), ["base", "library:libsodium"]),
        ("pure", Recipe(), ["base"]),
        ("pure", using("libsodium"), ["base", "toolchain", "library:libsodium"]),
        ("pure", using("libsodium", link="dlopen"), ["base", "library:libsodium"]),
    ],
)
def test_who_declares_libraries_takes_these_and_not_all_headers(
    name: str, recipe: Recipe, taken: list[str]
) -> None:
    assert parts(planned(recipe, SODIUM, name=name)) == taken


def test_the_key_has_the_versions_of_module_and_packages() -> None:
    spec = planned(using("libsodium"), SODIUM).packages[0].spec
    said = "1.0.18 (libsodium-dev 1.0.18-1, libsodium23 1.0.18-1)"
    assert ("library:libsodium", said) in spec.platform.parts
    newer = varied(SODIUM, packages=(("libsodium23", "1.0.18-1+deb12u1"),))
    assert planned(using("libsodium"), newer).packages[0].spec.key != spec.key


def test_a_reason_names_the_library_that_changed() -> None:
    before = inputs(planned(using("libsodium"), SODIUM).packages[0].spec)
    newer = varied(SODIUM, version="1.0.20", packages=())
    now = inputs(planned(using("libsodium"), newer).packages[0].spec)
    was = "dynamic, 1.0.18 (libsodium-dev 1.0.18-1, libsodium23 1.0.18-1)"
    assert changes(before, now) == (
        f"the system's libsodium: {was} -> dynamic, 1.0.20 (of no package)",
    )
    assert changes(before, before) == ()


def test_a_reason_names_a_library_that_is_declared_or_no_more() -> None:
    without = inputs(planned(Recipe()).packages[0].spec)
    used = inputs(planned(using("libsodium", link="headers"), SODIUM).packages[0].spec)
    (gained,) = changes(without, used)
    assert gained.startswith("the system's libsodium is used now (headers, 1.0.18")
    assert changes(used, without) == ("the system's libsodium is used no more",)


def test_one_error_tells_of_everything_that_is_missing() -> None:
    absent = AbsentLibrary(
        name="libzmq", reason="is not installed", debian="libzmq3-dev", fedora="zeromq-devel"
    )
    odd = AbsentLibrary(name="odd", reason="is not installed", debian="", fedora="pkgconfig(odd)")
    facts = Facts()
    for each in (absent, odd, SODIUM, EIGEN):
        facts.learn(Find(library=each.name), each)
    libraries = Libraries(facts, keep_going=False)
    libraries.look(
        {
            "a==1": using("libzmq", "odd").libraries,
            "b==2": using("libzmq", "libsodium").libraries,
            "c==3": using("eigen3").libraries,
        }
    )
    with pytest.raises(BuildError) as caught:
        libraries.parts("b==2", using("libzmq", "libsodium").libraries)
    assert caught.value.message.startswith("b==2 cannot be built")
    headers = "say `{name: eigen3, link: headers}`"
    assert caught.value.details == (
        "libzmq is not installed; used by a==1 (settings.yaml:1), b==2 (settings.yaml:1)",
        "odd is not installed; used by a==1 (settings.yaml:2)",
        f"eigen3 has only headers and nothing to load: {headers}; used by c==3 (settings.yaml:1)",
    )
    assert "on Debian: apt-get install libzmq3-dev" in caught.value.hint
    assert "apt-file search odd.pc" in caught.value.hint
    assert "on Fedora: dnf install 'pkgconfig(odd)' zeromq-devel" in caught.value.hint


def test_all_unknown_libraries_are_asked_for_at_once() -> None:
    with pytest.raises(Missing) as caught:
        Libraries(Facts(), keep_going=False).look(
            {"a==1": using("x", "y").libraries, "b==2": using("z").libraries}
        )
    assert caught.value.questions == {Find(library=name) for name in "xyz"}


def test_a_missing_library_ends_the_run_before_anything_is_built() -> None:
    sheets = {**SHEETS, "salt==1.0": Sheet(native=True, build=("pure",))}
    paper = Paper(sheets=sheets)
    with pytest.raises(BuildError, match=r"salt==1\.0 cannot be built"):
        paper.plan(request("salt", recipes={"salt": using("nosuch")}))
    assert not any("Inquiry" in type(each).__name__ for each in paper.asked)


def test_headers_are_enough_where_only_they_are_used() -> None:
    assert "library:eigen3" in parts(planned(using("eigen3", link="headers"), EIGEN))

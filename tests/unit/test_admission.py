"""What may be taken at all: each rule, and the exceptions from it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from support.small_world import INDEX, Release, SmallWorld, pins, problem
from wheeltree.errors import ResolutionError
from wheeltree.model.frozen import replace
from wheeltree.model.source import Candidate, Licensing
from wheeltree.resolution.admission import Admission, Rule, Waiver
from wheeltree.resolution.advisories import Vulnerabilities, by_project, read
from wheeltree.resolution.indexes import Index, offers, serving
from wheeltree.resolution.licences import Licences, Reading
from wheeltree.resolution.resolve import solve
from wheeltree.resolution.rules import Claims, Cooldown, Provenance, Restriction, Standing
from wheeltree.resolution.system_listing import ToldListing
from wheeltree.transport import Page

GOLDEN = Path(__file__).parents[1] / "golden" / "admission"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
COOLDOWN = Cooldown(age=timedelta(days=7), now=NOW, where="settings.yaml:3")
LICENCES = Licences(allowed=("MIT", "BSD-*"), where="settings.yaml:6")


def release(age: int | None = None, licence: str = "", requires: tuple[str, ...] = ()) -> Release:
    """A version that was uploaded so many days ago."""
    uploaded = None if age is None else NOW - timedelta(days=age)
    return Release(uploaded=uploaded, licensing=Licensing(expression=licence), requires=requires)


def waiver(*rules: str, packages: str = "lib", versions: str = "", ids: str = "") -> Waiver:
    return Waiver(
        rules=frozenset(rules),
        packages=(packages,),
        versions=SpecifierSet(versions) if versions else None,
        advisories=frozenset(ids.split()),
        because="it was looked at",
        where="settings.yaml:20",
    )


def chosen(world: SmallWorld, admission: Admission, *texts: str) -> list[str]:
    return pins(solve(problem(*(texts or ("lib",)), admission=admission), world))


def refused(world: SmallWorld, admission: Admission, *texts: str) -> str:
    with pytest.raises(ResolutionError) as caught:
        chosen(world, admission, *texts)
    return str(caught.value)


# Cooldown.

AGED = SmallWorld(projects={"lib": {"3.0": release(2), "2.0": release(9), "1.0": release(90)}})


def test_what_was_uploaded_a_short_while_ago_is_passed_over() -> None:
    assert chosen(AGED, Admission()) == ["lib==3.0"]
    assert chosen(AGED, Admission(of_new=(COOLDOWN,))) == ["lib==2.0"]


def test_a_version_is_let_in_at_the_very_end_of_its_cooldown() -> None:
    at = replace(COOLDOWN, now=NOW + timedelta(days=5))
    assert chosen(AGED, Admission(of_new=(at,))) == ["lib==3.0"]


def test_what_is_uploaded_in_the_future_is_not_old_enough() -> None:
    world = SmallWorld(projects={"lib": {"3.0": release(-400), "1.0": release(90)}})
    assert chosen(world, Admission(of_new=(COOLDOWN,))) == ["lib==1.0"]


def test_an_upload_time_without_a_zone_is_that_of_utc() -> None:
    naive = Release(uploaded=datetime(2026, 11, 1))  # noqa: DTZ001
    world = SmallWorld(projects={"lib": {"1.0": naive}})
    assert chosen(world, Admission(of_new=(COOLDOWN,))) == ["lib==1.0"]


def test_an_exception_lets_in_what_it_names_and_nothing_else() -> None:
    world = SmallWorld(projects={"lib": {"3.0": release(1), "2.9": release(2), "1.0": release(90)}})
    lifted = Admission(of_new=(COOLDOWN,), waivers=(waiver("cooldown", versions="==2.9"),))
    assert chosen(world, lifted) == ["lib==2.9"]
    other = Admission(
        of_new=(COOLDOWN,), waivers=(waiver("archived"), waiver("cooldown", packages="li"))
    )
    assert chosen(world, other) == ["lib==1.0"]


def test_what_an_earlier_plan_chose_stays_as_young_as_it_is() -> None:
    asked = problem(
        "lib", preferred=[AGED.candidate("lib==3.0")], admission=Admission(of_new=(COOLDOWN,))
    )
    assert pins(solve(asked, AGED)) == ["lib==3.0"]


def test_a_url_without_a_hash_has_no_age_and_one_with_a_hash_needs_none() -> None:
    world = SmallWorld(urls={"https://files.test/lib.tar.gz": ("lib", "1.0", ())})
    admission = Admission(of_new=(COOLDOWN,))
    assert chosen(world, admission, "lib @ https://files.test/lib.tar.gz") == ["lib==1.0"]
    bare = Candidate(
        name=canonicalize_name("lib"),
        version=world.direct(
            problem("lib @ https://files.test/lib.tar.gz").wanted[0].requirement
        ).version,
        filename="lib.tar.gz",
        url="https://files.test/lib.tar.gz",
        digest=None,
    )
    assert not admission.admits(bare, None)


def test_tags_of_a_repository_have_no_age_either() -> None:
    tagged = replace_candidate(index="settings:git+https://host.test/lib v{version}", kind="git")
    assert not Admission(of_new=(COOLDOWN,)).admits(tagged, None)


def test_folders_and_files_of_this_machine_are_as_old_as_they_are() -> None:
    for kind in ("folder", "sdist"):
        here = replace_candidate(index=None, kind=kind, url="file:///home/me/lib")
        assert Admission(of_new=(COOLDOWN,)).admits(here, None)


def test_an_index_in_a_folder_is_an_index_like_others() -> None:
    indexed = replace_candidate(
        index="file:///mirror", kind="sdist", url="file:///mirror/lib.tar.gz"
    )
    assert not Admission(of_new=(COOLDOWN,)).admits(indexed, None)


def replace_candidate(**fields: object) -> Candidate:
    values: dict[str, object] = {
        "name": canonicalize_name("lib"),
        "version": AGED.candidate("lib==1.0").version,
        "filename": "lib-1.0.tar.gz",
        "url": "https://files.test/lib-1.0.tar.gz",
        "digest": None,
        **fields,
    }
    return Candidate(**values)  # type: ignore[arg-type]


# The status of projects.


def test_archived_projects_are_refused_only_where_settings_say_so() -> None:
    world = SmallWorld(projects={"lib": {"1.0": []}}, statuses={"lib": "archived"})
    assert chosen(world, Admission()) == ["lib==1.0"]
    strict = Admission(of_new=(Standing(refused={"archived": "settings.yaml:4"}),))
    assert "is of a project that https://index.test/simple calls archived" in refused(world, strict)
    other = Admission(of_new=(Standing(refused={"deprecated": "settings.yaml:4"}),))
    assert chosen(world, other) == ["lib==1.0"]
    lifted = replace(strict, waivers=(waiver("archived"),))
    assert chosen(world, lifted) == ["lib==1.0"]


# Where things come from.

PRIVATE = "https://own.test/simple"
OWN = Restriction(packages=("acme-*", "lib"), urls=(PRIVATE,), where="settings.yaml:9")


def test_a_package_comes_from_the_indexes_that_are_named_for_it_alone() -> None:
    world = SmallWorld(projects={"lib": {"1.0": []}, "other": {"1.0": []}})
    rules: tuple[Rule, ...] = (Provenance(restrictions=(OWN,)),)
    assert chosen(world, Admission(of_all=rules), "other") == ["other==1.0"]
    assert "comes from https://index.test/simple" in refused(world, Admission(of_all=rules))


def test_the_first_restriction_on_a_package_holds() -> None:
    everything = Restriction(packages=("*",), urls=(INDEX,), where="settings.yaml:10")
    world = SmallWorld(projects={"lib": {"1.0": []}})
    late, early = (
        Provenance(restrictions=(OWN, everything)),
        Provenance(restrictions=(everything, OWN)),
    )
    assert chosen(world, Admission(of_all=(early,))) == ["lib==1.0"]
    refused(world, Admission(of_all=(late,)))


def test_an_earlier_plan_does_not_keep_what_comes_from_elsewhere() -> None:
    world = SmallWorld(projects={"lib": {"1.0": []}})
    asked = problem(
        "lib",
        preferred=[world.candidate("lib==1.0")],
        admission=Admission(of_all=(Claims(claims=(OWN,)),)),
    )
    with pytest.raises(ResolutionError, match=r"settings\.yaml:9 claims it for https://own\.test"):
        solve(asked, world)


def test_a_url_is_no_way_around_what_an_index_claims() -> None:
    world = SmallWorld(
        projects={"app": {"1.0": ["lib @ https://evil.test/lib.tar.gz"]}},
        urls={"https://evil.test/lib.tar.gz": ("lib", "99", ())},
    )
    assert chosen(world, Admission(), "app") == ["app==1.0", "lib==99"]
    refused(world, Admission(of_all=(Claims(claims=(OWN,)),)), "app")


def test_two_indexes_may_claim_one_package() -> None:
    both = Claims(claims=(OWN, replace(OWN, urls=(INDEX,))))
    world = SmallWorld(projects={"lib": {"1.0": []}})
    assert chosen(world, Admission(of_all=(both,))) == ["lib==1.0"]


def test_no_other_index_hears_of_a_restricted_name() -> None:
    indexes = tuple(Index(url=url, restrictions=(OWN,)) for url in (INDEX, f"{PRIVATE}/"))
    found = serving(indexes, canonicalize_name("acme-core"))
    assert [each.url for each in found] == [f"{PRIVATE}/"]
    assert [each.url for each in serving(indexes, canonicalize_name("else"))] == [
        INDEX,
        f"{PRIVATE}/",
    ]


def test_a_name_that_no_index_of_the_run_may_serve_says_why() -> None:
    class Silent:
        def learn(self, url: str) -> str:
            raise AssertionError(url)

        def get(self, url: str, *, accept: str | None = None) -> Page:
            raise AssertionError(url, accept)

    listing = offers(Silent(), (Index(url=INDEX, restrictions=(OWN,)),), canonicalize_name("lib"))
    assert isinstance(listing, ToldListing)
    assert "settings.yaml:9 takes it from https://own.test/simple only" in listing.says


# Known vulnerabilities.

OSV = b"""{"id": "GHSA-aaaa", "aliases": ["CVE-2026-1"], "affected": [{
 "package": {"ecosystem": "PyPI", "name": "Lib"},
 "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "2.0"}, {"fixed": "3.0"}]}]}]}"""
VULNERABLE = Vulnerabilities(known=by_project(read(OSV)), where="settings.yaml:7")


def test_what_is_known_to_be_vulnerable_is_passed_over_also_when_it_was_chosen_before() -> None:
    world = SmallWorld(projects={"lib": {"2.5": [], "1.0": []}})
    admission = Admission(of_all=(VULNERABLE,))
    assert chosen(world, admission) == ["lib==1.0"]
    asked = problem("lib", preferred=[world.candidate("lib==2.5")], admission=admission)
    assert pins(solve(asked, world)) == ["lib==1.0"]


@pytest.mark.parametrize("name", ["GHSA-aaaa", "CVE-2026-1"])
def test_an_advisory_is_put_up_with_by_any_of_its_names(name: str) -> None:
    world = SmallWorld(projects={"lib": {"2.5": [], "1.0": []}})
    lifted = waiver("vulnerabilities", ids=name)
    assert chosen(world, Admission(of_all=(VULNERABLE,), waivers=(lifted,))) == ["lib==2.5"]


def test_an_exception_for_one_advisory_is_none_for_another() -> None:
    world = SmallWorld(projects={"lib": {"2.5": [], "1.0": []}})
    for other in (waiver("vulnerabilities", ids="GHSA-bbbb"), waiver("vulnerabilities")):
        assert chosen(world, Admission(of_all=(VULNERABLE,), waivers=(other,))) == ["lib==1.0"]


# Licences.


def test_an_older_version_with_an_allowed_licence_is_taken() -> None:
    world = SmallWorld(
        projects={"lib": {"2.0": release(licence="GPL-3.0-only"), "1.0": release(licence="MIT")}}
    )
    assert chosen(world, Admission(licences=LICENCES)) == ["lib==1.0"]


def test_an_exception_lets_in_a_package_without_a_licence() -> None:
    world = SmallWorld(projects={"lib": {"1.0": []}})
    refused(world, Admission(licences=LICENCES))
    lifted = Admission(licences=LICENCES, waivers=(waiver("licences"),))
    assert chosen(world, lifted) == ["lib==1.0"]


def test_classifiers_count_only_as_settings_read_them() -> None:
    said = Licensing(
        classifiers=("License :: OSI Approved", "License :: OSI Approved :: MIT License")
    )
    world = SmallWorld(projects={"lib": {"1.0": Release(licensing=said)}})
    refused(world, Admission(licences=LICENCES))
    reading = Reading(says="License :: OSI Approved :: MIT License", means="MIT")
    read_so = replace(LICENCES, readings=(reading,))
    assert chosen(world, Admission(licences=read_so)) == ["lib==1.0"]


# What a person reads.

CASES: dict[str, tuple[SmallWorld, Admission]] = {
    "young": (
        SmallWorld(projects={"lib": {"2.0": release(2), "1.0": release(0)}}),
        Admission(of_new=(COOLDOWN,)),
    ),
    "undated": (SmallWorld(projects={"lib": {"1.0": []}}), Admission(of_new=(COOLDOWN,))),
    "archived": (
        SmallWorld(projects={"lib": {"1.0": []}}, statuses={"lib": "archived"}),
        Admission(of_new=(Standing(refused={"archived": "settings.yaml:4"}),)),
    ),
    "elsewhere": (
        SmallWorld(projects={"lib": {"1.0": []}}),
        Admission(of_all=(Provenance(restrictions=(OWN,)),)),
    ),
    "vulnerable": (
        SmallWorld(projects={"lib": {"2.5": []}}),
        Admission(of_all=(VULNERABLE,)),
    ),
    "licence": (
        SmallWorld(projects={"lib": {"1.0": release(licence="MIT AND GPL-3.0-only")}}),
        Admission(licences=LICENCES),
    ),
    "no-licence": (SmallWorld(projects={"lib": {"1.0": []}}), Admission(licences=LICENCES)),
    "unread-licence": (
        SmallWorld(projects={"lib": {"1.0": Release(licensing=Licensing(text="Apache 2"))}}),
        Admission(licences=LICENCES),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_rejection_says_which_rule_and_where(case: str) -> None:
    text = refused(*CASES[case])
    assert f"{text}\n" == (GOLDEN / f"{case}.txt").read_text(encoding="utf-8")

"""Which wheel of a version is taken on a machine, and what is said of the others."""

import json

import pytest
from packaging.utils import canonicalize_name

from support.variant_house import Said
from wheeltree.errors import FetchError
from wheeltree.model.variant import (
    KNOWN_PROVIDERS,
    Provider,
    label,
    properties,
    provider,
    vocabulary,
)
from wheeltree.model.variant_file import VariantFile
from wheeltree.resolution.judgement import Verdict, judged
from wheeltree.resolution.labelled_wheels import Release, releases
from wheeltree.resolution.variant_order import supported

NAME = canonicalize_name("demo-x")
URL = "file:///house/simple/demo-x/"
TAGS = ("cp311-cp311-linux_x86_64", "py311-none-any", "py3-none-any")
NEEDS: dict[str, Said] = {
    "cuda13.0": {"nvidia": {"cuda_version_lower_bound": ["13.0"], "sm_arch": ["80_real"]}},
    "rocm6.4": {"amd": {"rocm_version": ["6.4"]}},
    "fast": {"x86_64": {"level": ["v3", "v4"]}},
    "null": {},
}


def page(*files: str) -> tuple[Release, ...]:
    links = [{"filename": each, "url": f"../../pool/{each}"} for each in files]
    content = json.dumps({"meta": {"api-version": "1.1"}, "name": NAME, "files": links})
    return releases(URL, content.encode(), NAME)


def taken(machine: str, *ends: str, nvidia: Provider = KNOWN_PROVIDERS["nvidia"]) -> Verdict:
    """Of wheels `demo_x-1.0-…whl`, whose labels all have their meaning."""
    (release,) = page(*(f"demo_x-1.0-{end}.whl" for end in ends))
    words = vocabulary([nvidia, KNOWN_PROVIDERS["amd"], KNOWN_PROVIDERS["x86_64"]])
    labels = tuple(label(name, properties(needs)) for name, needs in sorted(NEEDS.items()))
    said = VariantFile(vocabulary=words, labels=labels)
    return judged(release, said, TAGS, supported(machine, machine="x86_64"))


def reasons(verdict: Verdict) -> list[str]:
    return [each.reason for each in verdict.losers]


def test_a_page_is_split_into_versions_with_what_says_their_labels() -> None:
    newer, older = page(
        "demo_x-1.0-py3-none-any.whl",
        "demo_x-1.10-2-py3-none-any-null.whl",
        "demo_x-1.10-variants.json",
        "other-2.0-py3-none-any.whl",
        "demo_x-3.0.tar.gz",
        "demo_x-3.0-py3-none-any-No.whl",
        "demo_x-new-variants.json",
    )
    assert [str(each.version) for each in (newer, older)] == ["1.10", "1.0"]
    assert [each.label for each in newer.wheels] == ["null"]
    assert newer.variants is not None
    assert newer.variants.url == "file:///house/pool/demo_x-1.10-variants.json"
    assert older.variants is None
    with pytest.raises(FetchError):
        releases(URL, b"<html>", NAME)


@pytest.mark.parametrize(
    ("machine", "best"),
    [
        ("cuda=13.0,sm=8.0", "cuda13.0"),
        ("cuda=13.0,sm=9.0", "null"),
        ("rocm=6.4", "rocm6.4"),
        ("rocm=7.0", "null"),
        ("x86_64=v4", "fast"),
        ("rocm=6.4,x86_64=v3", "rocm6.4"),
        ("", "null"),
    ],
)
def test_the_best_variant_that_fits_is_taken(machine: str, best: str) -> None:
    found = taken(machine, *(f"py3-none-any-{each}" for each in NEEDS), "py311-none-any")
    assert found.label == best


def test_a_wheel_without_label_is_taken_where_no_variant_fits() -> None:
    found = taken("", "py3-none-any-cuda13.0", "py3-none-any")
    assert (found.label, found.reason) == ("", "no variant fits better")
    (reason,) = reasons(found)
    driver, gpu = reason.split("; ")
    assert driver == "needs nvidia :: cuda_version_lower_bound :: 13.0, and this machine has none"
    assert gpu == "needs nvidia :: sm_arch :: 80_real, and this machine has none"


def test_it_is_said_what_the_machine_has_instead() -> None:
    found = taken("cuda=13.5,sm=9.1", "py3-none-any-cuda13.0")
    assert found.best is None
    assert reasons(found) == [
        "needs nvidia :: sm_arch :: 80_real, and this machine has 91_real, 90_real, 90_virtual"
    ]


def test_tag_and_build_number_decide_within_a_label_only() -> None:
    found = taken(
        "",
        *("1-py3-none-any-null", "2-py3-none-any-null", "py2.py3-none-any-null"),
        *("py311-none-any-null", "9-py311-none-any", "cp310-cp310-linux_x86_64-null"),
    )
    assert found.best is not None
    assert found.best.filename == "demo_x-1.0-py311-none-any-null.whl"
    better = "fits, but demo_x-1.0-py311-none-any-null.whl has a better tag"
    plain = "fits, but null comes before a wheel without a label"
    assert reasons(found) == [better, better, better, plain, "its tags do not fit this Python"]
    builds = taken("", "1-py3-none-any-null", "2-py3-none-any-null")
    assert reasons(builds) == [
        "fits, but demo_x-1.0-2-py3-none-any-null.whl has a higher build number"
    ]


def test_a_label_that_nothing_explains_is_ignored() -> None:
    (release,) = page("demo_x-1.0-py3-none-any-null.whl")
    machine = supported("", machine="x86_64")
    assert judged(release, None, TAGS, machine).best is None
    assert reasons(taken("", "py3-none-any-other")) == ["no variants.json says what other means"]


@pytest.mark.parametrize(
    "odd",
    [
        provider(
            "nvidia", ["nvidia-variant-provider>=0.0.2"], KNOWN_PROVIDERS["nvidia"].plugin_api
        ),
        provider("nvidia", ["nvidia-variant-provider"]),
        provider("nvidia", ["another"], KNOWN_PROVIDERS["nvidia"].plugin_api),
        provider(
            "nvidia", ["nvidia-variant-provider", "more"], KNOWN_PROVIDERS["nvidia"].plugin_api
        ),
    ],
)
def test_a_provider_that_installers_do_not_know_says_nothing(odd: Provider) -> None:
    found = taken("cuda=13.0,sm=8.0", "py3-none-any-cuda13.0", "py3-none-any", nvidia=odd)
    assert found.label == ""
    assert "installers do not know who tells it: " in reasons(found)[0]


def test_a_provider_may_be_spelled_in_another_way() -> None:
    spelled = provider(
        "nvidia", ["NVIDIA.variant_provider<2"], KNOWN_PROVIDERS["nvidia"].plugin_api
    )
    assert taken("cuda=13,sm=8.0", "py3-none-any-cuda13.0", nvidia=spelled).label == "cuda13.0"

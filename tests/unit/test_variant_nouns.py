"""What variants, labels and vocabularies may be, and how they are spelled in JSON."""

import json
from typing import Any

import pytest

from wheeltree.model.codec import Malformed
from wheeltree.model.variant import (
    KNOWN_PROVIDERS,
    Label,
    Properties,
    label,
    properties,
    provider,
    vocabulary,
)
from wheeltree.model.variant_file import (
    SCHEMA,
    Contradiction,
    VariantFile,
    in_index,
    in_wheel,
    merged,
    parse,
)
from wheeltree.model.variant_name import label_of, labelled_name

NVIDIA, X86 = KNOWN_PROVIDERS["nvidia"], KNOWN_PROVIDERS["x86_64"]
WORDS = vocabulary([NVIDIA, X86])
GPU = label("cuda13.0", properties({"nvidia": {"sm_arch": ["90_real", "80_real"]}}))
FAST = label("x86_64_v3", properties({"x86_64": {"level": ["v3"]}}))
NULL = label("null", ())


def said(content: bytes) -> dict[str, Any]:
    found = json.loads(content)
    assert isinstance(found, dict)
    return found


def changed(**changes: Any) -> bytes:
    return json.dumps(said(in_wheel(GPU, WORDS)) | changes).encode()


def test_properties_are_sorted_and_said_once() -> None:
    found = properties({"b": {"y": ["2", "1", "2"], "x": ["v"]}, "a": {"z": ["1.0"]}})
    assert [str(each) for each in found] == ["a :: z :: 1.0", "b :: x :: v", "b :: y :: 1 or 2"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"Nvidia": {"a": ["b"]}},
        {"": {"a": ["b"]}},
        {"n-v": {"a": ["b"]}},
        {"n": {"a.b": ["c"]}},
        {"n": {"a": ["B"]}},
        {"n": {"a": ["b\n"]}},
        {"n": {"a": [""]}},
        {"n": {"a": []}},
        {"n": {"a": "13.0"}},
        {"n": {}},
    ],
)
def test_what_the_standard_does_not_allow_is_no_property(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        properties(wrong)


@pytest.mark.parametrize(
    ("name", "has"),
    [
        ("CUDA", GPU.properties),
        ("a-b", GPU.properties),
        ("", GPU.properties),
        ("null\n", ()),
        ("null", GPU.properties),
        ("cpu", ()),
    ],
)
def test_only_null_has_no_properties_and_names_are_lower_case(name: str, has: Properties) -> None:
    with pytest.raises(ValueError):
        label(name, has)


@pytest.mark.parametrize(
    "requires",
    [[], ["a[b]"], ["a; python_version > '3'"], ["a @ https://a.test/a.whl"], ["no thing"]],
)
def test_a_provider_names_packages_and_nothing_else(requires: list[str]) -> None:
    with pytest.raises(ValueError):
        provider("n", requires)


def test_a_provider_has_a_plugin_that_python_could_import() -> None:
    assert provider("n", ["a"], "a.b:c.d").plugin_api == "a.b:c.d"
    with pytest.raises(ValueError, match="module:object"):
        provider("n", ["a"], "a; import os")


def test_a_vocabulary_grows_at_its_end_only() -> None:
    assert WORDS.extends(vocabulary([NVIDIA]))
    assert WORDS.extends(WORDS)
    assert not WORDS.extends(vocabulary([X86]))
    assert not vocabulary([NVIDIA]).extends(WORDS)
    with pytest.raises(ValueError, match="two providers"):
        vocabulary([NVIDIA, NVIDIA])


def test_a_file_says_what_it_was_made_from() -> None:
    assert parse(in_wheel(GPU, WORDS)) == VariantFile(vocabulary=WORDS, labels=(GPU,))
    both = parse(in_index([NULL, FAST, GPU], WORDS))
    assert both == VariantFile(vocabulary=WORDS, labels=(GPU, NULL, FAST))


def test_a_file_is_spelled_as_the_standard_wants_it() -> None:
    assert said(in_wheel(GPU, WORDS)) == {
        "$schema": SCHEMA,
        "default-priorities": {"namespace": ["nvidia", "x86_64"]},
        "providers": {
            "nvidia": {
                "requires": ["nvidia-variant-provider>=0.0.1,<1"],
                "plugin-api": "nvidia_variant_provider.plugin:NvidiaVariantPlugin",
            },
            "x86_64": {"requires": ["x86-64-variant-provider>=0.2,<1"]},
        },
        "variants": {"cuda13.0": {"nvidia": {"sm_arch": ["80_real", "90_real"]}}},
    }


def test_the_order_in_which_labels_come_does_not_show() -> None:
    assert in_index([FAST, NULL, GPU], WORDS) == in_index([GPU, FAST, NULL], WORDS)


@pytest.mark.parametrize(
    "labels", [[GPU], [NULL, NULL], []], ids=["unknown namespace", "twice", "none"]
)
def test_what_would_be_no_such_file_is_not_written(labels: list[Label]) -> None:
    with pytest.raises(ValueError):
        in_index(labels, vocabulary([X86]))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b" " * (2 << 20),
        changed(further=1),
        changed(providers={}),
        changed(variants={}),
        changed(variants={"CUDA": {"nvidia": {"sm_arch": ["1"]}}}),
        changed(variants={"cuda": {"nvidia": {"sm_arch": ["1", "1"]}}}),
        changed(variants={"cuda": {"nvidia": {"sm_arch": "1"}}}),
        changed(variants={"cuda": {"amd": {"gfx_arch": ["gfx90a"]}}}),
        changed(variants={"null": {"nvidia": {"sm_arch": ["1"]}}}),
        changed(**{"$schema": "https://schema.test/v9.json"}),
        changed(**{"default-priorities": {"namespace": ["nvidia", "nvidia"]}}),
        changed(**{"default-priorities": {"namespace": ["nvidia", "x86_64"], "feature": {}}}),
    ],
)
def test_a_file_that_says_more_or_less_than_is_understood_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        parse(content)


def test_a_provider_that_claims_properties_by_itself_is_refused() -> None:
    said = {
        "nvidia": {"static-properties": {"sm_arch": ["80_real"]}},
        "x86_64": {"requires": ["a"]},
    }
    with pytest.raises(Malformed, match="static-properties"):
        parse(changed(providers=said))


def test_files_of_one_version_say_together_what_each_says() -> None:
    short = vocabulary([NVIDIA])
    files = [
        VariantFile(vocabulary=short, labels=(GPU,)),
        VariantFile(vocabulary=WORDS, labels=(NULL, FAST)),
        VariantFile(vocabulary=short, labels=(GPU, NULL)),
    ]
    together = VariantFile(vocabulary=WORDS, labels=(GPU, NULL, FAST))
    assert merged(files) == together == merged(reversed(files))


def test_a_label_with_two_meanings_is_named() -> None:
    other = label("cuda13.0", properties({"nvidia": {"sm_arch": ["100_real"]}}))
    files = [VariantFile(vocabulary=WORDS, labels=(each,)) for each in (GPU, other)]
    with pytest.raises(Contradiction) as caught:
        merged(files)
    assert str(caught.value) == (
        "the label cuda13.0 means nvidia :: sm_arch :: 80_real or 90_real"
        " and also nvidia :: sm_arch :: 100_real"
    )


def test_an_order_that_was_turned_is_named() -> None:
    words = [WORDS, vocabulary([X86, NVIDIA])]
    with pytest.raises(Contradiction, match="nvidia, x86_64 and also x86_64, nvidia"):
        merged(VariantFile(vocabulary=each, labels=(NULL,)) for each in words)


def test_a_provider_that_changed_is_named() -> None:
    words = [WORDS, vocabulary([provider("nvidia", ["other>=1"])])]
    with pytest.raises(Contradiction, match=r"the provider of nvidia is .* and also other>=1"):
        merged(VariantFile(vocabulary=each, labels=(NULL,)) for each in words)


@pytest.mark.parametrize(
    ("filename", "plain", "name"),
    [
        ("a-1-py3-none-any.whl", "a-1-py3-none-any.whl", ""),
        ("a-1-py3-none-any-cuda13.0.whl", "a-1-py3-none-any.whl", "cuda13.0"),
        ("a-1-2b-py3-none-any.whl", "a-1-2b-py3-none-any.whl", ""),
        ("a-1-2b-py3-none-any-null.whl", "a-1-2b-py3-none-any.whl", "null"),
        ("a-1-py3-none-any-36266d4d.whl", "a-1-py3-none-any.whl", "36266d4d"),
    ],
)
def test_a_label_is_told_from_a_build_tag(filename: str, plain: str, name: str) -> None:
    assert label_of(filename) == (plain, name)
    if name:
        assert labelled_name(plain, name) == filename


@pytest.mark.parametrize(
    "filename",
    [
        "numpy-2.3.2-3py-none-any.whl",
        "numpy-2.3.2-7-3py-none-any-null.whl",
        "numpy-2.3.2-py3-none-any-.whl",
        "numpy-2.3.2-py3-none-any-cpu_!v3.whl",
        "numpy-2.3.2-py3-none-any-CUDA.whl",
        "numpy-2.3.2-py3-none-any-cpu_É.whl",
        "numpy-2.3.2-py3-none-any-a-b.whl",
        "numpy-2.3.2-1-py3-none-any-a-b.whl",
        "numpy-2.3.2-py3-none.whl",
        "numpy--py3-none-any.whl",
        "numpy-2.3.2-py3-none-any-null.zip",
    ],
)
def test_other_names_are_no_names_of_wheels(filename: str) -> None:
    with pytest.raises(ValueError, match="not the name of a wheel"):
        label_of(filename)


def test_a_name_gets_one_label() -> None:
    with pytest.raises(ValueError, match="the label null already"):
        labelled_name("a-1-py3-none-any-null.whl", "cuda")
    with pytest.raises(ValueError, match="no label"):
        labelled_name("a-1-py3-none-any.whl", "CUDA")

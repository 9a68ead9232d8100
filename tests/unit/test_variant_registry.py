"""`variants.toml` of a wheelhouse: what its labels stand for."""

from pathlib import Path

import pytest

from wheeltree.errors import SettingsError, StoreError
from wheeltree.model.variant import KNOWN_PROVIDERS, Variant, Vocabulary, properties, vocabulary
from wheeltree.store.registry import FILE, Registry, extended, read_registry, spelled


def words(*names: str) -> Vocabulary:
    return vocabulary(KNOWN_PROVIDERS[name] for name in names)


def cuda(version: str) -> Variant:
    said = properties({"nvidia": {"cuda_version_lower_bound": [version]}})
    return Variant(name="cuda130", description="", properties=said)


def test_it_says_in_words_what_it_is() -> None:
    made = extended(Registry(), [cuda("13.0")], words("nvidia"))
    assert spelled(made).decode().splitlines()[:2] == [
        (
            "# Every label of this wheelhouse and what it stands for, for ever. Written by builder: "
            "entries are"
        ),
        "# only added, since installers may know wheels with the old ones.",
    ]


def test_a_variant_that_asks_for_something_else_gets_the_next_label_and_back_its_own() -> None:
    first = extended(Registry(), [cuda("13.0")], words("nvidia"))
    second = extended(first, [cuda("13.1")], words("nvidia"))
    third = extended(second, [cuda("13.2")], words("nvidia"))
    names = [each.label.name for each in third.labels]
    assert names == ["cuda130", "cuda130.2", "cuda130.3"]
    back = third.label_of(cuda("13.0"))
    assert back is not None
    assert back.name == "cuda130"


def test_a_variant_that_asks_for_nothing_has_no_label() -> None:
    plain = Variant(name="cpu", description="", properties=())
    assert extended(Registry(), [plain], words()) == Registry()


@pytest.mark.parametrize("names", [("amd", "nvidia"), ("amd",), ("nvidia", "tpu", "amd")])
def test_namespaces_that_were_published_keep_their_order(names: tuple[str, ...]) -> None:
    standing = Registry(vocabulary=words("nvidia", "amd"))
    with pytest.raises(SettingsError, match="differ from those that are published") as caught:
        extended(standing, [], words(*names))
    assert caught.value.details[0].startswith("the wheelhouse has nvidia (")


@pytest.mark.parametrize("names", [(), ("nvidia",), ("nvidia", "amd"), ("nvidia", "amd", "tpu")])
def test_settings_may_name_fewer_or_more(names: tuple[str, ...]) -> None:
    standing = Registry(vocabulary=words("nvidia", "amd"))
    assert extended(standing, [], words(*names)).vocabulary.namespaces[:2] == ("nvidia", "amd")


def test_without_a_file_there_are_no_labels(tmp_path: Path) -> None:
    assert read_registry(tmp_path) == Registry()


@pytest.mark.parametrize(
    "text",
    [
        "label = 7",
        "[[label]]\nname = 'a-b'\nvariant = 'a'\nproperties = {x = {y = ['z']}}",
        "[[label]]\nname = 'a'\nvariant = 'a'\nproperties = {}",
        "[[label]]\nname = 'a'\nvariant = 'a'\nproperties = {x = {}}",
        "[[namespace]]\nname = 'x'\nrequires = []",
        "[[namespace]]\nname = 'x'\nrequires = ['y']\n[[namespace]]\nname = 'x'\nrequires = ['y']",
        "more = 1",
        "\ufffe\x00",
    ],
)
def test_a_damaged_file_is_refused_and_not_written_over(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(StoreError, match=r"variants\.toml is damaged") as caught:
        read_registry(tmp_path)
    assert caught.value.hint.startswith("take it back from a copy")


def test_a_file_that_is_not_ours_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"#" * (5 << 20))
    with pytest.raises(StoreError, match="larger than 4 MiB"):
        read_registry(tmp_path)

"""YAML text as a tree with lines, bounded and without surprises."""

import pytest

from wheeltree.settings.document import MAX_DEPTH, NotYaml, parse
from wheeltree.settings.nodes import Items, Node, Scalar, Table


def plain(node: Node | None) -> object:
    match node:
        case Scalar():
            return node.text
        case Items():
            return [plain(each) for each in node.items]
        case Table():
            return {entry.key.text: plain(entry.value) for entry in node.entries}
        case None:
            return None


def refusal(text: str | bytes) -> str:
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(NotYaml) as caught:
        parse(raw, "settings.yaml")
    return "\n".join(str(problem) for problem in caught.value.problems)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "~\n", "\ufeff"])
def test_an_empty_document_is_nothing(text: str) -> None:
    assert parse(text.encode(), "settings.yaml") is None


def test_numbers_and_words_stay_as_they_are_written() -> None:
    text = "{a: 3.10, b: no, c: 010, d: 1:30, e: 2024-01-01, f: 1_000}"

    assert plain(parse(text.encode(), "settings.yaml")) == {
        "a": "3.10",
        "b": "no",
        "c": "010",
        "d": "1:30",
        "e": "2024-01-01",
        "f": "1_000",
    }


def test_every_node_knows_its_line() -> None:
    table = parse(b"a: 1\n\nb:\n  - x\n", "settings.yaml")

    assert isinstance(table, Table)
    assert [entry.key.line for entry in table.entries] == [1, 3]
    items = table.entries[1].value
    assert isinstance(items, Items)
    assert items.items[0].line == 4


def test_anchors_aliases_and_merge_keys_work_and_own_keys_win() -> None:
    text = "base: &base {a: 1, b: 2}\nuse: {<<: *base, b: 3}\nagain: *base\n"

    assert plain(parse(text.encode(), "settings.yaml")) == {
        "base": {"a": "1", "b": "2"},
        "use": {"a": "1", "b": "3"},
        "again": {"a": "1", "b": "2"},
    }


def test_of_several_merged_mappings_the_first_wins() -> None:
    text = "- &x {a: 1}\n- &y {a: 2, b: 2}\n- {<<: [*x, *y]}\n"

    parsed = plain(parse(text.encode(), "settings.yaml"))

    assert isinstance(parsed, list)
    assert parsed[2] == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb: 2\na: 3\n", "settings.yaml:3: key 'a' is already given in line 1"),
        ("a: !!python/object:os.system {}\n", "settings.yaml:1: tag "),
        ("a: !secret x\n", "settings.yaml:1: tag '!secret' is not known here"),
        ("a: 1\n---\nb: 2\n", "settings.yaml:2: a second document"),
        ("a: [1, 2\nb: 3\n", "settings.yaml:2: "),
        ("packages: [*]\n", 'quote a pattern: "*"'),
        ("packages: [*acme]\n", "settings.yaml:1: "),
        ("[a]: b\n", "settings.yaml:1: a key must be text"),
        ("a: &a [*a]\n", "settings.yaml:1: *a is not defined above"),
        ("a: {<<: 1}\n", "settings.yaml:1: '<<' takes a mapping"),
        ("a: \x01\n", "settings.yaml: "),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(text: str, problem: str) -> None:
    assert problem in refusal(text)


def test_bytes_that_are_not_utf_8_are_refused_with_their_line() -> None:
    assert refusal(b"a: 1\nb: \xff\n") == "settings.yaml:2: not UTF-8 text"


def test_two_duplicate_keys_are_both_reported() -> None:
    assert len(refusal("a: 1\na: 2\nb: 1\nb: 2\n").splitlines()) == 2


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    assert "aliases counted in full" in refusal("\n".join(lines))


def test_merged_mappings_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"a{n}: &a{n} {{<<: {{k: *a{n - 1}, l: *a{n - 1}}}, m: *a{n - 1}}}" for n in range(1, 20)
    ]

    assert "aliases counted in full" in refusal("\n".join(lines))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(opening: str) -> None:
    assert f"nested more than {MAX_DEPTH} deep" in refusal(opening * 5000)


def test_a_huge_file_is_refused() -> None:
    assert "MiB" in refusal(b"#" * (5 << 20))

"""The ledger keeps the file names of each variant apart, and those of the index of all."""

from pathlib import Path

from wheeltree.model.digest import Digest, digest_bytes
from wheeltree.store.ledger import Ledger, append, read_ledger
from wheeltree.store.view import Entry

NAME = "acc-1.0-py3-none-any.whl"


def entry(variant: str, text: str) -> Entry:
    digest = digest_bytes(text.encode())
    return Entry(variant=variant, filename=NAME, sha256=digest, base=NAME, content=digest)


def digests(ledger: Ledger) -> list[Digest | None]:
    return [ledger.digest(NAME, variant) for variant in ("", "cpu", "cuda")]


def test_one_name_stands_for_other_bytes_in_each_variant() -> None:
    ledger = Ledger([entry("", "plain"), entry("cpu", "plain"), entry("cuda", "cuda")])
    plain, cuda = digest_bytes(b"plain"), digest_bytes(b"cuda")
    assert digests(ledger) == [plain, plain, cuda]
    assert [each.sha256 for each in ledger.of(NAME, "cuda")] == [cuda]


def test_a_variant_that_publishes_other_bytes_changes_nothing_for_the_others() -> None:
    ledger = Ledger([entry("cpu", "one"), entry("cuda", "one")])
    assert ledger.enter(entry("cuda", "two"))
    assert not ledger.enter(entry("cpu", "one"))
    assert digests(ledger) == [None, digest_bytes(b"one"), digest_bytes(b"two")]
    assert [each.sha256 for each in ledger.of(NAME, "cuda")] == [
        digest_bytes(b"two"),
        digest_bytes(b"one"),
    ]


def test_variants_are_in_the_file_and_a_line_without_one_is_for_the_index_of_all(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ledger.jsonl"
    append(path, [entry("", "plain"), entry("cuda", "cuda")])
    text = path.read_text()
    assert '"variant":"cuda"' in text
    path.write_text(text.replace('"variant":"",', ""))
    assert digests(read_ledger(path)) == [digest_bytes(b"plain"), None, digest_bytes(b"cuda")]

"""Chains of statements: what holds, and which link of one that was tampered with does not."""

import json
import shutil
from pathlib import Path

import pytest
from claim_maker import House, descriptor, document

from wheeltree.attesting.chain import Link, Verdict, verify
from wheeltree.attesting.claims import claims_of
from wheeltree.attesting.envelope import enclosed
from wheeltree.attesting.keys import PublicKey, generate, private_key, public_key
from wheeltree.attesting.signing import ByKey
from wheeltree.attesting.statement import TAKEN
from wheeltree.errors import EvidenceError

APP, TOOL, DEEP = "app-1.0-py3-none-any.whl", "tool-1.0-py3-none-any.whl", "deep-1-py3-none-any.whl"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """app is built with tool, and tool with deep; each from a source."""
    made = House(tmp_path / "house")
    deep = made.wheel(DEEP, made.source("deep-1.tar.gz"))
    tool = made.wheel(TOOL, made.source("tool-1.0.tar.gz"), deep)
    made.wheel(APP, made.source("app-1.0.tar.gz"), tool)
    return made


def verdict(house: House, wheel: Path | None = None, key: PublicKey | None = None) -> Verdict:
    path = wheel or house.file(APP)
    return verify(path, house.root, claims_of(house.root, beside=path), key)


def broken(house: House, wheel: Path | None = None, key: PublicKey | None = None) -> Link:
    """The one link that does not hold."""
    (found,) = verdict(house, wheel, key).broken
    return found


def test_a_chain_holds_down_to_the_sources(house: House) -> None:
    found = verdict(house)
    assert not found.broken
    assert {(each.kind, each.name, each.of) for each in found.links} == {
        ("wheel", APP, ""),
        ("source", "app-1.0.tar.gz", APP),
        ("wheel", TOOL, APP),
        ("source", "tool-1.0.tar.gz", TOOL),
        ("wheel", DEEP, TOOL),
        ("source", "deep-1.tar.gz", DEEP),
    }


def test_one_byte_of_a_wheel_is_seen(house: House, tmp_path: Path) -> None:
    copy = tmp_path / APP
    copy.write_bytes(house.file(APP).read_bytes() + b"\0")
    assert "is about a file of this name with other bytes" in broken(house, copy).said


def test_a_wheel_that_nobody_states_anything_about_is_refused(house: House, tmp_path: Path) -> None:
    stranger = tmp_path / "other-1.0-py3-none-any.whl"
    stranger.write_bytes(b"x")
    assert "no statement in" in broken(house, stranger).said


def test_one_byte_of_a_tool_is_seen(house: House) -> None:
    house.file(TOOL).write_bytes(b"evil")
    link = broken(house)
    assert link.name == TOOL
    assert "has other bytes" in link.said


def test_one_byte_of_a_source_is_seen(house: House) -> None:
    (house.root / "sdists" / "deep-1.tar.gz").write_bytes(b"evil")
    link = broken(house)
    assert (link.kind, link.name, link.of) == ("source", "deep-1.tar.gz", DEEP)
    assert "has other bytes than the source" in link.said


def test_a_source_that_is_not_there_is_named(house: House) -> None:
    (house.root / "sdists" / "tool-1.0.tar.gz").unlink()
    assert "there is no tool-1.0.tar.gz in" in broken(house).said


def test_a_source_may_lie_with_those_of_a_variant(house: House) -> None:
    shutil.copytree(house.root / "sdists", house.root / "cuda130" / "sdists")
    shutil.rmtree(house.root / "sdists")
    assert not verdict(house).broken


def test_a_swapped_statement_is_seen(house: House) -> None:
    shutil.copy(house.statement(DEEP), house.statement(TOOL))
    link = broken(house)
    assert link.name == TOOL
    assert "no statement in" in link.said


def test_a_statement_without_a_source_proves_nothing(house: House) -> None:
    house.unsigned(DEEP, document(DEEP, DEEP.encode(), ()))
    assert "names no source" in broken(house).said


def test_a_build_of_another_kind_is_refused(house: House) -> None:
    house.unsigned(
        DEEP, document(DEEP, DEEP.encode(), [house.source("deep-1.tar.gz")], build_type="urn:x")
    )
    assert "of another kind: 'urn:x'" in broken(house).said


@pytest.mark.parametrize("name", ["../../outside", "/etc/passwd", "a\0b", "..", ""])
def test_a_name_never_leaves_its_folder(house: House, name: str) -> None:
    (house.root.parent / "outside").write_bytes(b"x")
    house.unsigned(DEEP, document(DEEP, DEEP.encode(), [descriptor("source", name, b"x")]))
    assert "there is no -" in broken(house).said


def test_wheels_that_are_built_with_each_other_prove_nothing(house: House) -> None:
    tool = descriptor("wheel", TOOL, TOOL.encode(), origin="built")
    house.unsigned(DEEP, document(DEEP, DEEP.encode(), [house.source("deep-1.tar.gz"), tool]))
    assert {each.said for each in verdict(house).broken} == {
        "it is built with itself, or without end"
    }


def test_tools_of_tools_without_end_are_no_chain(tmp_path: Path) -> None:
    made = House(tmp_path)
    last = made.wheel("t0-1-py3-none-any.whl", made.source("s-1.tar.gz"))
    for number in range(1, 150):
        last = made.wheel(f"t{number}-1-py3-none-any.whl", made.source("s-1.tar.gz"), last)
    found = verdict(made, made.file("t149-1-py3-none-any.whl"))
    assert any("without end" in each.said for each in found.broken)


@pytest.mark.parametrize("origin", ["seed", "system"])
def test_what_others_made_is_an_end_that_is_named(house: House, origin: str) -> None:
    used = descriptor("wheel", "egg-1-py3-none-any.whl", b"egg", origin=origin, note="from there")
    house.unsigned(DEEP, document(DEEP, DEEP.encode(), [house.source("deep-1.tar.gz"), used]))
    found = verdict(house)
    assert not found.broken
    (end,) = (each for each in found.links if each.state == "end")
    assert (end.kind, end.said, end.of) == (origin, "from there", DEEP)


def test_patches_extra_sources_and_crates_are_ends_with_digests(house: House) -> None:
    used = [descriptor(kind, f"{kind}-1", b"x") for kind in ("patch", "extra", "crate")]
    sdist = descriptor("sdist", "deep-1.tar.gz", b"deep-1.tar.gz")
    fetched = descriptor("source", "deep-1.zip", b"elsewhere")
    house.unsigned(DEEP, document(DEEP, DEEP.encode(), [fetched, sdist, *used]))
    found = verdict(house)
    assert not found.broken
    ends = {each.kind for each in found.links if each.state == "end"}
    assert ends == {"patch", "extra", "crate", "source"}


def test_what_has_no_digest_could_be_anything(house: House) -> None:
    patch = {"name": "01.patch", "annotations": {"kind": "patch"}}
    house.unsigned(DEEP, document(DEEP, DEEP.encode(), [house.source("deep-1.tar.gz"), patch]))
    assert "names no digest of it" in broken(house).said


def test_a_prebuilt_wheel_is_its_own_end(tmp_path: Path) -> None:
    made = House(tmp_path)
    itself = descriptor("prebuilt", APP, APP.encode())
    made.wheel(APP, itself, build_type=TAKEN)
    found = verdict(made)
    assert [(each.kind, each.state) for each in found.links] == [
        ("wheel", "holds"),
        ("prebuilt", "end"),
    ]
    made.wheel(APP, descriptor("prebuilt", APP, b"other"), build_type=TAKEN)
    assert "names another wheel than it is about" in broken(made).said


def test_a_tool_that_was_packed_otherwise_is_known_by_its_content(house: House) -> None:
    """Another zlib gives other bytes; what is unpacked of it is the same."""
    content = descriptor("wheel", DEEP, DEEP.encode())
    content["annotations"]["content"] = "c" * 64
    statement = document(DEEP, DEEP.encode(), [house.source("deep-1.tar.gz")])
    house.unsigned(DEEP, {**statement, "subject": [content]})
    used = descriptor("wheel", DEEP, b"packed otherwise", origin="built", content="c" * 64)
    house.unsigned(TOOL, document(TOOL, TOOL.encode(), [house.source("tool-1.0.tar.gz"), used]))
    assert not verdict(house).broken


@pytest.fixture
def signed(tmp_path: Path) -> tuple[House, PublicKey]:
    public = public_key(generate(tmp_path / "key"))
    made = House(tmp_path / "house", ByKey(key=private_key(tmp_path / "key")))
    tool = made.wheel(TOOL, made.source("tool-1.0.tar.gz"))
    made.wheel(APP, made.source("app-1.0.tar.gz"), tool)
    return made, public


def test_a_chain_that_one_key_signed_holds(signed: tuple[House, PublicKey]) -> None:
    house, key = signed
    assert not verdict(house, key=key).broken
    assert verdict(house, key=key).signed


def test_a_signature_of_another_key_is_seen(
    signed: tuple[House, PublicKey], tmp_path: Path
) -> None:
    house, key = signed
    generate(tmp_path / "evil")
    text = json.dumps(document(TOOL, TOOL.encode(), [house.source("tool-1.0.tar.gz")])).encode()
    forged = ByKey(key=private_key(tmp_path / "evil")).enclose(text)
    house.write(house.statement(TOOL), forged)
    link = broken(house, key=key)
    assert link.name == TOOL
    assert "is signed by another key" in link.said


def test_a_statement_that_nobody_signed_is_seen(signed: tuple[House, PublicKey]) -> None:
    house, key = signed
    house.unsigned(TOOL, document(TOOL, TOOL.encode(), [house.source("tool-1.0.tar.gz")]))
    assert "is signed by nobody" in broken(house, key=key).said


def test_a_signature_is_of_one_statement_only(signed: tuple[House, PublicKey]) -> None:
    house, key = signed
    other = json.loads(house.statement(APP).read_text())
    mine = json.loads(house.statement(TOOL).read_text())
    mine["signatures"] = other["signatures"]
    house.statement(TOOL).write_text(json.dumps(mine))
    assert "is signed by another key" in broken(house, key=key).said


def test_a_further_statement_that_is_not_signed_spoils_nothing(
    signed: tuple[House, PublicKey],
) -> None:
    house, key = signed
    path = house.statement(TOOL)
    lie = enclosed(json.dumps(document(TOOL, TOOL.encode(), ())).encode())
    whole = path.read_bytes()
    house.write(path, lie)
    path.write_bytes(path.read_bytes() + whole)
    assert not verdict(house, key=key).broken


@pytest.mark.parametrize(
    "content",
    [
        b"\n{",
        b'{"payload": "e30="}',
        b'{"payload": "!"}',
        b'{"payload": "' + b"W" * 10**5 + b'"}',
    ],
)
def test_a_damaged_file_of_statements_is_named(house: House, content: bytes) -> None:
    house.statement(DEEP).write_bytes(content)
    with pytest.raises(
        EvidenceError, match=r"deep-1-py3-none-any\.whl\.intoto\.jsonl is no file of"
    ):
        verdict(house)


def test_a_link_in_the_place_of_statements_is_not_followed(house: House, tmp_path: Path) -> None:
    path = house.statement(DEEP)
    path.rename(tmp_path / "moved")
    path.symlink_to(tmp_path / "moved")
    with pytest.raises(EvidenceError, match="cannot be read"):
        verdict(house)


def test_a_statement_beside_a_wheel_counts_too(house: House, tmp_path: Path) -> None:
    """A wheel that was fetched with its statement, as the index offers both."""
    statement, wheel = house.statement(APP), house.file(APP)
    shutil.copy(wheel, tmp_path / APP)
    shutil.copy(statement, tmp_path / statement.name)
    statement.unlink()
    wheel.unlink()
    assert not verdict(house, tmp_path / APP).broken


def test_a_wheel_that_is_not_there_is_an_error(house: House, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="cannot be read"):
        verdict(house, tmp_path / "none.whl")

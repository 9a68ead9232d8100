"""Where crates are downloaded from."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from crate_maker import CRATES_IO

from wheeltree.errors import FetchError, SettingsError
from wheeltree.host.cargo import registries
from wheeltree.model.digest import Digest
from wheeltree.sources.parcel import Parcel
from wheeltree.sources.registries import Registries, filled, index_of, template
from wheeltree.transport import Transport

MIRROR = "https://mirror.test/index/"


def parcel(name: str = "libc", version: str = "0.2.1", registry: str = CRATES_IO) -> Parcel:
    return Parcel(
        kind="cargo", name=name, version=version, digest=Digest("ab" * 32), registry=registry
    )


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("https://h/api", "libc", "https://h/api/libc/0.2.1/download"),
        ("https://h/{crate}/{version}.crate", "libc", "https://h/libc/0.2.1.crate"),
        ("https://h/{prefix}/{crate}", "Libc", "https://h/Li/bc/Libc"),
        ("https://h/{lowerprefix}/{crate}", "Libc", "https://h/li/bc/Libc"),
        ("https://h/{prefix}/{crate}", "abc", "https://h/3/a/abc"),
        ("https://h/{prefix}/{crate}", "ab", "https://h/2/ab"),
        ("https://h/{sha256-checksum}", "libc", f"https://h/{'ab' * 32}"),
    ],
)
def test_addresses_follow_the_template_of_the_index(text: str, name: str, url: str) -> None:
    assert filled(text, parcel(name)) == url


@pytest.mark.parametrize(
    ("registry", "instead", "index"),
    [
        (CRATES_IO, {"crates-io": f"sparse+{MIRROR}"}, MIRROR),
        (CRATES_IO, {"crates-io": MIRROR.rstrip("/")}, MIRROR),
        ("sparse+https://own.test/x", {"sparse+https://own.test/x": MIRROR}, MIRROR),
        ("registry+https://own.test/git", {"https://own.test/git": MIRROR}, MIRROR),
    ],
)
def test_a_registry_is_asked_by_its_sparse_index(
    registry: str, instead: Mapping[str, str], index: str
) -> None:
    assert index_of(registry, instead) == index


def test_without_configuration_the_default_inside_cargo_is_asked(tmp_path: Path) -> None:
    environ = a_toolchain(tmp_path, b"\0sparse+https://built-in.test/\0crates-io\0")
    found = registries(environ)
    assert index_of(CRATES_IO, found) == "https://built-in.test/"
    assert index_of("sparse+https://built-in.test/", found) == "https://built-in.test/"


def test_a_configuration_wins_over_the_default_inside_cargo(tmp_path: Path) -> None:
    environ = a_toolchain(tmp_path, b"sparse+https://built-in.test/")
    (tmp_path / "config.toml").write_text(NAMED)
    assert index_of(CRATES_IO, registries(environ)) == "https://ours.test/"


def test_without_cargo_nothing_is_asked_and_the_error_says_what_to_name(tmp_path: Path) -> None:
    found = registries(a_toolchain(tmp_path, b"an old cargo that knows no sparse index"))
    with pytest.raises(FetchError, match="where crates are fetched from") as caught:
        index_of(CRATES_IO, found)
    assert "`crates: URL`" in str(caught.value.hint)


def a_toolchain(folder: Path, inside: bytes) -> dict[str, str]:
    """The environment of a user whose cargo has these bytes in it."""
    programs = folder / "sysroot" / "bin"
    programs.mkdir(parents=True)
    answers = {
        "rustc": f"[ $1 = -vV ] && echo rustc 1.95.0 || echo {folder}/sysroot",
        "cargo": "echo cargo 1.95.0",
    }
    for name, answer in answers.items():
        (programs / name).write_bytes(f"#!/bin/sh\n{answer}\nexit\n".encode() + inside)
        (programs / name).chmod(0o755)
    return {"PATH": str(programs), "CARGO_HOME": str(folder), "HOME": str(folder)}


@pytest.mark.parametrize(
    ("registry", "instead"),
    [
        ("registry+https://own.test/git", {}),
        ("sparse+https://own.test/x", {}),
        (CRATES_IO, {"crates-io": "ssh://git@own.test/index"}),
    ],
)
def test_a_registry_that_the_user_did_not_name_is_not_asked(
    registry: str, instead: Mapping[str, str]
) -> None:
    with pytest.raises(FetchError):
        index_of(registry, instead)


@pytest.mark.parametrize("config", [b"{", b"[]", b"{}", b'{"dl": 1}', b'{"dl": "file:///etc"}'])
def test_an_index_that_names_no_place_is_refused(config: bytes) -> None:
    with pytest.raises(FetchError, match=r"config\.json"):
        template(config, MIRROR)


def test_an_index_is_asked_once(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"dl": "file:///crates"}))
    with Transport(offline=True) as transport:
        found = Registries(transport, lambda: {"crates-io": tmp_path.as_uri()})
        assert found.url(parcel()) == "file:///crates/libc/0.2.1/download"
        (tmp_path / "config.json").unlink()
        assert found.url(parcel("zip")) == "file:///crates/zip/0.2.1/download"


CONFIG = """
[source.crates-io]
replace-with = "one"
[source.one]
replace-with = "two"
[source.two]
registry = "sparse+https://two.test/"
"""
NAMED = """
[source.crates-io]
replace-with = "ours"
[registries.ours]
index = "sparse+https://ours.test/"
"""
BY_VARIABLE = """
[source.crates-io]
replace-with = "our-own"
"""
OTHER = """
[source.elsewhere]
registry = "https://own.test/git"
replace-with = "ours"
[registries]
ours = {index = "sparse+https://ours.test/"}
"""


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ("", {}),
        ("[net]\noffline = true\n", {}),
        (CONFIG, {"crates-io": "sparse+https://two.test/", "one": "sparse+https://two.test/"}),
        (NAMED, {"crates-io": "sparse+https://ours.test/"}),
        ('[registries]\ngit = {index = "https://own.test/git"}\n', {}),
        (BY_VARIABLE, {"crates-io": "sparse+https://own.test/"}),
        (OTHER, {"https://own.test/git": "sparse+https://ours.test/"}),
    ],
)
def test_cargos_configuration_says_which_index_is_asked(
    tmp_path: Path, config: str, found: dict[str, str]
) -> None:
    (tmp_path / "config.toml").write_text(config)
    environ = a_toolchain(tmp_path, b"") | {
        "CARGO_REGISTRIES_OUR_OWN_INDEX": "sparse+https://own.test/",
    }
    known = {"sparse+https://own.test/", "sparse+https://ours.test/"}
    assert {k: v for k, v in registries(environ).items() if k not in known} == found


def test_registries_that_the_user_names_may_be_asked(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(NAMED)
    assert registries(a_toolchain(tmp_path, b""))["sparse+https://ours.test/"]


@pytest.mark.parametrize(
    "config",
    [
        "[source",
        '[source.crates-io]\nreplace-with = "a"\n[source.a]\ndirectory = "/crates"\n',
        '[source.crates-io]\nreplace-with = "gone"\n',
        '[source.crates-io]\nreplace-with = "a"\n[source.a]\nregistry = "https://git.test/"\n',
        '[source.crates-io]\nreplace-with = "a"\n[source.a]\nreplace-with = "crates-io"\n',
    ],
)
def test_a_configuration_that_names_no_registry_is_an_error(tmp_path: Path, config: str) -> None:
    home = tmp_path / ".cargo"
    home.mkdir()
    (home / "config.toml").write_text(config)
    with pytest.raises(SettingsError, match=r"config\.toml"):
        registries({"HOME": str(tmp_path)})


def test_settings_win_over_a_configuration_that_names_no_registry(tmp_path: Path) -> None:
    replaced = '[source.crates-io]\nreplace-with = "a"\n[source.a]\ndirectory = "/crates"\n'
    (tmp_path / "config.toml").write_text(replaced)
    found = registries({"CARGO_HOME": str(tmp_path)}, crates=MIRROR)
    assert found == {"crates-io": MIRROR}

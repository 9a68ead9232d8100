"""Who signs, as settings say."""

from pathlib import Path

import pytest

from wheeltree.errors import SettingsError
from wheeltree.settings.load import load
from wheeltree.settings.signing import Signing, signing
from wheeltree.settings.variables import variables


def said(folder: Path, text: str, **environ: str) -> Signing | None:
    file = folder / "settings.yaml"
    file.write_text(text)
    return signing(load(file), file, environ)


def test_nobody_signs_unless_settings_say_so(tmp_path: Path) -> None:
    assert said(tmp_path, "{}") is None


def test_a_key_lies_beside_the_settings(tmp_path: Path) -> None:
    assert said(tmp_path, "signing: {key: keys/mine}") == Signing(key=tmp_path / "keys/mine")
    found = said(tmp_path, "signing: {key: '${KEYS}/mine'}", KEYS="/run")
    assert found == Signing(key=Path("/run/mine"))
    assert variables(load(tmp_path / "settings.yaml")) == {"KEYS"}


def test_a_command_is_taken_as_it_is_written(tmp_path: Path) -> None:
    found = said(tmp_path, "signing: {command: [ssh, signer, 'sign $HOME']}")
    assert found == Signing(command=("ssh", "signer", "sign $HOME"))


@pytest.mark.parametrize("text", ["signing: {}", "signing: {key: a, command: [b]}"])
def test_exactly_one_of_both_is_said(text: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        said(tmp_path, text)
    assert "exactly one of key and command" in str(caught.value)


def test_a_variable_without_a_value_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        said(tmp_path, "signing: {key: '${NOWHERE}/x'}")
    assert "signing.key: NOWHERE is not set" in str(caught.value)

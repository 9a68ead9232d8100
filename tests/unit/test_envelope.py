"""Envelopes and the keys that sign them, compared with another implementation of the protocol."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from securesystemslib.dsse import Envelope as OtherEnvelope
from securesystemslib.signer._crypto_signer import CryptoSigner
from securesystemslib.signer._key import SSlibKey

from wheeltree.attesting.envelope import (
    MOST_BYTES,
    PAYLOAD_TYPE,
    enclosed,
    read,
    signed_bytes,
    spelled,
    unbased,
)
from wheeltree.attesting.keys import generate, private_key, public_key
from wheeltree.attesting.signing import ByCommand, ByKey, Nobody
from wheeltree.errors import UsageError
from wheeltree.model.codec import Malformed

STATEMENT = b'{"_type": "x", "caf\xc3\xa9": 1}'


@pytest.fixture
def key(tmp_path: Path) -> Path:
    generate(tmp_path / "key")
    return tmp_path / "key"


def other(text: bytes) -> OtherEnvelope:
    return OtherEnvelope.from_dict(json.loads(text))


def test_what_is_signed_is_what_the_protocol_says() -> None:
    envelope = OtherEnvelope(STATEMENT, PAYLOAD_TYPE, {})
    assert signed_bytes(STATEMENT) == envelope.pae()
    assert signed_bytes(b"hello world", "http://example.com/HelloWorld") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_others_verify_what_we_signed(key: Path) -> None:
    made = ByKey(key=private_key(key)).enclose(STATEMENT)
    public = serialization.load_pem_public_key(key.with_name("key.pub").read_bytes())
    theirs = SSlibKey.from_crypto(public, keyid=made.signatures[0].keyid)
    accepted = other(spelled([made])).verify([theirs], 1)
    assert list(accepted) == [made.signatures[0].keyid]


def test_we_verify_what_others_signed(key: Path) -> None:
    signer = CryptoSigner.generate_ed25519()
    theirs = OtherEnvelope(STATEMENT, PAYLOAD_TYPE, {})
    signature = theirs.sign(signer)
    path = key.with_name("theirs.pub")
    public = signer._private_key.public_key()
    path.write_bytes(
        public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    raw = bytes.fromhex(signature.signature)
    assert public_key(path).verifies(raw, signed_bytes(STATEMENT))
    assert not public_key(path).verifies(raw, signed_bytes(STATEMENT + b" "))
    assert not public_key(key.with_name("key.pub")).verifies(raw, signed_bytes(STATEMENT))


def test_a_key_signs_the_same_bytes_the_same_way(key: Path) -> None:
    signer = ByKey(key=private_key(key))
    assert signer.enclose(STATEMENT) == signer.enclose(STATEMENT)
    assert signer.key.id == public_key(key.with_name("key.pub")).id


def test_only_its_owner_can_read_a_key(key: Path) -> None:
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o640)
    with pytest.raises(UsageError, match="can be read by others") as caught:
        private_key(key)
    assert "chmod 600" in caught.value.hint


def test_no_key_is_overwritten(key: Path) -> None:
    before = key.read_bytes()
    with pytest.raises(UsageError, match="is there already"):
        generate(key)
    assert key.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    for load in (private_key, public_key):
        with pytest.raises(UsageError, match="is no key that can be read"):
            load(path)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    path.chmod(0o600)
    with pytest.raises(UsageError, match="of another kind than Ed25519"):
        private_key(path)


@pytest.mark.parametrize("load", [private_key, public_key])
def test_a_key_that_is_not_there_says_how_to_make_one(
    load: Callable[[Path], object], tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="No such file") as caught:
        load(tmp_path / "none")
    assert "keygen" in caught.value.hint
    with pytest.raises(UsageError, match="is no file of a"):
        load(Path("/dev/null"))


def fresh(content: bytes, make: Callable[[], bytes]) -> bytes:
    del content
    return make()


def script(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import sys, base64; data = sys.stdin.buffer.read(); {text}")


@pytest.mark.parametrize("spelling", ["data[:64]", "base64.b64encode(data[:64])"])
def test_a_command_signs_what_it_reads(spelling: str) -> None:
    signer = ByCommand(argv=script(f"sys.stdout.buffer.write({spelling})"), remembered=fresh)
    (signature,) = signer.enclose(STATEMENT).signatures
    assert base64.b64decode(signature.sig) == signed_bytes(STATEMENT)[:64]


@pytest.mark.parametrize("text", ["sys.exit('no token')", "pass", "sys.stdout.write('!' * 9000)"])
def test_a_command_that_does_not_sign_is_named(text: str) -> None:
    with pytest.raises(UsageError, match=r"the command that signs, .* ended with") as caught:
        ByCommand(argv=script(text), remembered=fresh).enclose(STATEMENT)
    assert ("no token" in str(caught.value)) is ("token" in text)
    with pytest.raises(UsageError, match="cannot be run"):
        ByCommand(argv=("/nonexistent",), remembered=fresh).enclose(STATEMENT)


def test_envelopes_are_read_as_they_were_written() -> None:
    both = [Nobody().enclose(STATEMENT), enclosed(b"{}")]
    assert list(read(spelled(both))) == both
    assert both[0].statement == STATEMENT


@pytest.mark.parametrize(
    "text",
    [
        b"{}",
        b"[]",
        b"\xff",
        b'{"payload": 1}',
        b'{"payload": "", "payloadType": "text/plain"}',
        b"\n" * 2000,
        b" " * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_envelope_is_malformed(text: bytes) -> None:
    with pytest.raises(Malformed):
        list(read(text))


def test_base64_may_be_of_either_alphabet() -> None:
    assert unbased("-_8=") == unbased("+/8=") == b"\xfb\xff"
    with pytest.raises(Malformed):
        unbased("!")


def test_cryptography_is_loaded_only_where_somebody_signs() -> None:
    code = (
        "import sys, wheeltree.attesting.keys, wheeltree.session.run, wheeltree.session.publishing\n"
        "assert 'cryptography' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

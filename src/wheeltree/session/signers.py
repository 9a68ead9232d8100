"""Who signs in a run: by its arguments or by settings, and never where a build could sign too."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from wheeltree.attesting.envelope import based, unbased
from wheeltree.attesting.keys import private_key
from wheeltree.attesting.signing import ByCommand, ByKey, Nobody, Signer
from wheeltree.errors import UsageError
from wheeltree.model.digest import digest_bytes, key_of
from wheeltree.session.invocation import Invocation
from wheeltree.settings.signing import Signing
from wheeltree.store.local import Store

_SHOWN = "/usr"
"""What every sandbox shows, besides the prefix of the interpreter."""


def signer(
    invocation: Invocation, said: Signing | None, *, store: Store, layout: str, prefix: str
) -> Signer:
    """Who signs in this run.

    said: by settings. layout, prefix: what builds see, and the interpreter's folder that they see.
    UsageError if a build could read the key, or it cannot be used.
    """
    asked = Signing(key=invocation.signing_key) if invocation.signing_key else said
    if asked is None:
        return Nobody()
    if layout == "host":
        raise UsageError(
            "nothing is signed with --sandbox none: a build could read the key, or run the command",
            hint="run in a sandbox, or without a key",
        )
    if asked.key is None:
        return ByCommand(argv=asked.command, remembered=partial(_remembered, store, asked.command))
    _refuse_shown(asked.key, (_SHOWN, prefix))
    return ByKey(key=private_key(asked.key))


def _refuse_shown(path: Path, folders: tuple[str, ...]) -> None:
    real = path.resolve()
    for folder in folders:
        if real.is_relative_to(folder):
            raise UsageError(
                f"the key {path} lies in {folder}, which builds can read",
                hint="move it to a folder of your own, such as ~/.config/wheeltree",
            )


def _remembered(
    store: Store, argv: tuple[str, ...], content: bytes, make: Callable[[], bytes]
) -> bytes:
    """A signature once made is kept: some commands never write the same twice, or cost money."""
    key = key_of("signature", argv, digest_bytes(content))
    known = store.record("signature", key, str)
    if known is not None:
        return unbased(known)
    made = make()
    store.replace_record("signature", key, based(made), str)
    return made

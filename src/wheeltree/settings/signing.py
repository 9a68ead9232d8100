"""Who signs, as settings say."""

from collections.abc import Mapping
from pathlib import Path

from wheeltree.model.frozen import Frozen
from wheeltree.settings.problems import refuse
from wheeltree.settings.schema import Settings
from wheeltree.settings.template import Unset


class Signing(Frozen):
    """One of both."""

    key: Path | None = None
    command: tuple[str, ...] = ()


def signing(settings: Settings, file: Path | None, environ: Mapping[str, str]) -> Signing | None:
    """The key or the command that signs; None where settings name neither.

    file: the settings file, beside which a key is looked for. environ: what `${NAME}` stands for.
    SettingsError if both are named, or a variable is not set.
    """
    said = settings.signing
    if said is None:
        return None
    if (said.key is None) is (not said.command):
        raise refuse([said.origin.problem("", "say exactly one of key and command")])
    if said.key is None:
        return Signing(command=said.command)
    try:
        path = said.key.expand(environ)
    except Unset as error:
        raise refuse([said.origin.problem("key", f"{error.name} is not set")]) from error
    return Signing(key=Path((file or Path("settings.yaml")).parent, path))

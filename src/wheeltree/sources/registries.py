"""Where archives that lock files name can be downloaded, by kind of registry.

A registry of crates is asked by its sparse index, whose `config.json` says where the files are
(https://doc.rust-lang.org/cargo/reference/registry-index.html).
"""

import json
from collections.abc import Callable, Mapping
from threading import Lock
from urllib.parse import quote, urlsplit

from wheeltree.errors import FetchError
from wheeltree.sources.parcel import Parcel
from wheeltree.transport import Transport

CRATES_IO = "crates-io"
"""What cargo's configuration calls its own registry."""
_CRATES_IO_NAME = "/rust-lang/crates.io-index"
"""How lock files call it, wherever it is fetched from; what comes before names a host of git."""

_MARKERS = ("{crate}", "{version}", "{prefix}", "{lowerprefix}", "{sha256-checksum}")
_ASK_CARGO = (
    "install cargo, or name a sparse index with `crates: URL` in settings.yaml or in "
    "~/.cargo/config.toml"
)


class Registries:
    """The addresses of archives, asked of each registry once; for use from many threads.

    instead: which index is asked in the place of another, by its URL or by `CRATES_IO`; called when
    the first address is needed.
    """

    def __init__(self, transport: Transport, instead: Callable[[], Mapping[str, str]]) -> None:
        self._transport = transport
        self._instead = instead
        self._lock = Lock()
        self._templates: dict[str, str] = {}

    def url(self, parcel: Parcel) -> str:
        """Where the archive is; FetchError if its registry does not say."""
        match parcel.kind:
            case "cargo":
                return filled(self._template(parcel.registry), parcel)

    def _template(self, registry: str) -> str:
        with self._lock:
            if registry not in self._templates:
                index = index_of(registry, self._instead())
                page = self._transport.get(f"{index}config.json")
                self._templates[registry] = template(page.content, index)
            return self._templates[registry]


def is_crates_io(registry: str) -> bool:
    """Whether a lock file means cargo's own registry."""
    return registry.startswith("registry+https://") and registry.endswith(_CRATES_IO_NAME)


def index_of(registry: str, instead: Mapping[str, str]) -> str:
    """The URL of the sparse index of a registry, with a slash at its end.

    registry: as a lock file names it. FetchError for one that is neither cargo's nor in `instead`.
    """
    if is_crates_io(registry) and CRATES_IO in instead:
        found = instead[CRATES_IO]
    elif is_crates_io(registry):
        raise FetchError("no cargo says where crates are fetched from", hint=_ASK_CARGO)
    elif (name := registry.removeprefix("registry+")) in instead:
        found = instead[name]
    else:
        # A source must not choose which hosts this machine talks to.
        raise FetchError(
            f"a lock file names the registry {name[:200]!r}, which this machine does not know",
            hint="if it is yours, name its sparse index in ~/.cargo/config.toml: "
            '[registries.NAME] index = "sparse+https://..."',
        )
    sparse = found.removeprefix("sparse+")
    if urlsplit(sparse).scheme not in {"https", "http", "file"}:
        raise FetchError(f"the registry {found[:200]!r} is no sparse index", hint=_ASK_CARGO)
    return f"{sparse.rstrip('/')}/"


def template(config: bytes, index: str) -> str:
    """The template of addresses in an index's `config.json`; FetchError if it has none."""
    try:
        table = json.loads(config)
    except (ValueError, RecursionError) as error:
        raise FetchError(f"{index}config.json is not JSON", hint=_ASK_CARGO) from error
    found = table.get("dl") if isinstance(table, dict) else None
    allowed = {"https", "http", "file"} if index.startswith("file:") else {"https", "http"}
    if not isinstance(found, str) or urlsplit(found).scheme not in allowed:
        raise FetchError(f"{index}config.json names no place to download from", hint=_ASK_CARGO)
    return found


def filled(text: str, parcel: Parcel) -> str:
    """The address of one archive by the template of its registry."""
    if not any(marker in text for marker in _MARKERS):
        text = f"{text.rstrip('/')}/{{crate}}/{{version}}/download"
    prefix = _prefix(parcel.name)
    values = (parcel.name, parcel.version, prefix, prefix.lower(), parcel.digest)
    for marker, value in zip(_MARKERS, values, strict=True):
        text = text.replace(marker, quote(value, safe="/+"))
    return text


def _prefix(name: str) -> str:
    """The folder of a crate in an index."""
    match len(name):
        case 1 | 2 as length:
            return str(length)
        case 3:
            return f"3/{name[0]}"
        case _:
            return f"{name[:2]}/{name[2:4]}"

"""Whatever a lock file of cargo says, what is made of it stays where it belongs."""

import posixpath
from contextlib import suppress
from urllib.parse import urlsplit

from crate_maker import lock, package
from hypothesis import given
from hypothesis import strategies as st

from wheeltree.errors import SourceError
from wheeltree.model.digest import Digest
from wheeltree.sources.cargo import read_lock
from wheeltree.sources.parcel import Parcel
from wheeltree.sources.registries import filled

LIKELY = st.text("ab.-_+/\\~ 0123\n\0é", max_size=12)
VERSIONS = st.from_regex(r"[0-9]\.[0-9]\.[0-9]", fullmatch=True)
SUM = "ab" * 32


@given(name=LIKELY | st.text(max_size=8), version=LIKELY | VERSIONS, after=LIKELY)
def test_the_folder_of_a_crate_is_one_name(name: str, version: str, after: str) -> None:
    try:
        (found,) = read_lock(lock(package(name, version + after, SUM)), "demo")
    except SourceError:
        return
    folder = f"{found.name}-{found.version}"
    assert posixpath.normpath(folder) == folder
    assert "/" not in folder
    assert folder.isascii()
    assert folder.isprintable()


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    with suppress(SourceError):
        read_lock(content, "demo")


@given(
    name=st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,20}", fullmatch=True),
    version=st.from_regex(r"[0-9]\.[0-9]\.[0-9](\+[a-z.0-9]{1,9})?", fullmatch=True),
    template=st.sampled_from(
        ["https://h/a", "https://h/{crate}/{version}", "https://h/{prefix}/{lowerprefix}/{crate}"]
    ),
)
def test_the_address_of_a_crate_stays_at_its_registry(
    name: str, version: str, template: str
) -> None:
    parcel = Parcel(
        kind="cargo", name=name, version=version, digest=Digest(SUM), registry="registry+https://h"
    )
    parts = urlsplit(filled(template, parcel))
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", "h", "", "")
    assert not {".", ".."} & set(parts.path.split("/"))

import base64
import hashlib
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from wheeltree.building.repack import content_digest, repack
from wheeltree.building.wheel import Wheel, inspect
from wheeltree.errors import BuildError
from wheeltree.model.digest import digest_bytes, digest_file
from wheeltree.model.platform import Interpreter

PYTHON = Interpreter(
    executable="/usr/bin/python3",
    prefix="/usr",
    digest=digest_bytes(b"python"),
    version="3.11.7",
    site="lib/python3.11/site-packages",
    markers=(),
    tags=("py3-none-any",),
)
INFO = "demo-1.0.dist-info"
OWN = {
    f"{INFO}/METADATA": b"Name: demo\nVersion: 1.0\n",
    f"{INFO}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\n",
}

names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1
)
safe = names.filter(lambda name: name not in {".", ".."} and len(name.encode()) < 200)
trees = st.dictionaries(safe.map(lambda name: f"pkg/{name}"), st.binary(max_size=200), max_size=6)
hostile = st.lists(
    st.sampled_from(["..", ".", "", "a", "b\\c", "d\x00", "\x1b[m", "e\n"]), min_size=1
)


def write(path: Path, files: dict[str, bytes], date: int) -> Path:
    record = ""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980 + date, 1, 1, 0, 0, 0)), content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode()
            quoted = name.replace('"', '""')
            record += f'"{quoted}",sha256={digest.rstrip("=")},{len(content)}\n'
        archive.writestr(f"{INFO}/RECORD", f"{record}{INFO}/RECORD,,\n")
    return path


def read(path: Path) -> Wheel:
    return inspect(
        path,
        filename="demo-1.0-py3-none-any.whl",
        name=canonicalize_name("demo"),
        version=Version("1.0"),
        interpreter=PYTHON,
    )


@settings(deadline=None, max_examples=60)
@given(files=trees, order=st.randoms(), date=st.integers(0, 100))
def test_order_and_date_do_not_matter(files: dict[str, bytes], order: object, date: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        shuffled = list({**files, **OWN}.items())
        order.shuffle(shuffled)  # type: ignore[attr-defined]
        first = read(write(top / "1", {**files, **OWN}, 0))
        second = read(write(top / "2", dict(shuffled), date))
        assert content_digest(first) == content_digest(second)
        packed = [
            repack(wheel, _made(top / f"{n}.d"), epoch=0) for n, wheel in ((1, first), (2, second))
        ]
        assert digest_file(packed[0]) == digest_file(packed[1])
        assert content_digest(read(packed[0])) == content_digest(first)


@settings(deadline=None, max_examples=60)
@given(parts=hostile)
def test_a_path_is_safe_or_refused(parts: list[str]) -> None:
    path = "/".join(parts)
    with tempfile.TemporaryDirectory() as folder:
        try:
            wheel = read(write(Path(folder) / "1", {path: b"x", **OWN}, 0))
        except BuildError:
            return
        for member in wheel.members:
            inside = Path("/top", member.path).resolve()
            assert inside.is_relative_to("/top")
            assert str(inside) == f"/top/{member.path}"


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_damage_is_an_error_of_ours_or_no_damage(noise: bytes, at: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "1", {"a": b"text", **OWN}, 0)
        whole = path.read_bytes()
        right = content_digest(read(path))
        path.write_bytes(whole[:at] + noise + whole[at + len(noise) :])
        with suppress(BuildError):
            assert content_digest(read(path)) == right


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder

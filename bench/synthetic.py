"""A tree of small projects in the shape of the local index, made up from a number.

Every project has a sdist with static metadata, requires up to four of those before it, and is built
by one small backend that is built by itself. Ten of a hundred are asked for; all are needed.
"""

import hashlib
import io
import json
import random
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BACKEND = "tree-backend"
_EPOCH = 1_700_000_000

_MODULE = """
import base64, hashlib, zipfile
from pathlib import Path

def get_requires_for_build_wheel(config_settings=None):
    return []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    fields = dict(line.split(": ", 1) for line in Path("PKG-INFO").read_text().splitlines())
    name = fields["Name"].replace("-", "_")
    info = f"{name}-{fields['Version']}.dist-info"
    tag = "Wheel-Version: 1.0\\nGenerator: tree\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    members = {
        **{path.name: path.read_bytes() for path in Path().glob(f"{name}.py")},
        f"{info}/METADATA": Path("PKG-INFO").read_bytes(),
        f"{info}/WHEEL": tag.encode(),
    }
    lines = [f"{path},sha256={_digest(text)},{len(text)}" for path, text in members.items()]
    members[f"{info}/RECORD"] = "\\n".join([*lines, f"{info}/RECORD,,", ""]).encode()
    filename = f"{name}-{fields['Version']}-py3-none-any.whl"
    with zipfile.ZipFile(Path(wheel_directory, filename), "w") as wheel:
        for path, text in members.items():
            wheel.writestr(path, text)
    return filename


def _digest(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text).digest()).rstrip(b"=").decode()
"""


@dataclass(frozen=True, kw_only=True)
class Project:
    """One project of the tree, of one version."""

    name: str
    requires: tuple[str, ...]
    """Lines of Requires-Dist."""
    build_requires: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    """Name and text of each file besides pyproject.toml and PKG-INFO."""

    @property
    def stem(self) -> str:
        """The name as archives spell it, with the version."""
        return f"{self.name.replace('-', '_')}-1.0"


def tree(size: int) -> list[Project]:
    """The backend and `size` projects; the same for the same size."""
    draw = random.Random(size)
    return [_backend(), *(_project(draw, number) for number in range(size))]


def wanted(size: int) -> str:
    """A requirements file that needs all of them."""
    every = [*range(9, size, 10), *range(size - 1, size - 1 - min(size, 4), -1)]
    return "".join(f"{_name(number)}\n" for number in sorted(set(every)))


def write_index(projects: list[Project], folder: Path) -> None:
    """Pages, links and files as `bench.index` serves them without an upstream."""
    for name in ("pages", "files", "links"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for project in projects:
        filename, content = f"{project.stem}.tar.gz", sdist(project)
        digest = hashlib.sha256(content).hexdigest()
        (folder / "files" / digest[:20]).mkdir(exist_ok=True)
        (folder / "files" / digest[:20] / filename).write_bytes(content)
        file = {
            "filename": filename,
            "url": f"../../files/{digest[:20]}/{filename}",
            "hashes": {"sha256": digest},
        }
        page = {"meta": {"api-version": "1.1"}, "name": project.name, "files": [file]}
        page["versions"] = ["1.0"]
        body = b"application/vnd.pypi.simple.v1+json\n" + json.dumps(page).encode()
        (folder / "pages" / f"{project.name}.json").write_bytes(body)


def sdist(project: Project) -> bytes:
    """The project as a .tar.gz."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz", compresslevel=1) as archive:
        for name, text in _files(project):
            member = tarfile.TarInfo(f"{project.stem}/{name}")
            member.size, member.mtime = len(text.encode()), _EPOCH
            archive.addfile(member, io.BytesIO(text.encode()))
    return content.getvalue()


def _files(project: Project) -> Iterator[tuple[str, str]]:
    system = [
        "[build-system]",
        f"requires = {json.dumps(project.build_requires)}",
        'build-backend = "tree_backend"',
        *([] if project.build_requires else ['backend-path = ["."]']),
    ]
    yield "pyproject.toml", "\n".join(system)
    head = f"Metadata-Version: 2.2\nName: {project.name}\nVersion: 1.0\n"
    yield "PKG-INFO", head + "".join(f"Requires-Dist: {line}\n" for line in project.requires)
    yield from project.files


def _backend() -> Project:
    files = (("tree_backend.py", _MODULE),)
    return Project(name=BACKEND, requires=(), build_requires=(), files=files)


def _project(draw: random.Random, number: int) -> Project:
    before = draw.sample(range(max(0, number - 40), number), min(number, draw.randint(0, 3)))
    # The one just before, so that nothing is left out of the tree.
    others = sorted({*before, *([number - 1] if number % 10 else [])})
    name = _name(number)
    return Project(
        name=name,
        requires=tuple(f"{_name(other)}>=1.0" for other in others),
        build_requires=(f"{BACKEND}>=1",),
        files=((f"{name.replace('-', '_')}.py", f"NUMBER = {number}\n"),),
    )


def _name(number: int) -> str:
    return f"tree-{number:04}"

"""Specs of real source trees, and real backends to build them with."""

import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryFile

from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from support.no_plugins import NoPlugins
from wheeltree.building.realise import inquire, realise
from wheeltree.building.seed import plant
from wheeltree.building.workshop import Allotment, workshop
from wheeltree.host.interpreter import probe
from wheeltree.model.artifact import Artifact
from wheeltree.model.digest import Digest, digest_bytes, digest_file, key_of
from wheeltree.model.plan import Seed
from wheeltree.model.platform import Platform
from wheeltree.model.source import BuildSystem, SourceTree
from wheeltree.model.spec import BackendAnswer, BuildSpec, Input, Inquiry, Recipe, spec_of
from wheeltree.sandbox.choose import choose
from wheeltree.sources.archive import unpack
from wheeltree.sources.draft import Draft
from wheeltree.store.local import Store

CACHE = Path(__file__).parents[2] / ".cache"

EPOCH = 1_600_000_000

# A backend without requirements: what it does is in the source tree, as `actions.py`.
BACKEND = """
import base64, hashlib, os, zipfile
import actions

def build_wheel(folder, settings=None, metadata_directory=None):
    files = {"demo/__init__.py": b"answer = 42\\n", **actions.files()}
    info = "demo-1.0.dist-info"
    files[info + "/METADATA"] = b"Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n"
    files[info + "/WHEEL"] = (
        "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: %s\\n" % actions.tag).encode()
    record = ""
    name = "demo-1.0-%s.whl" % actions.tag
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for path, content in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
            record += "%s,sha256=%s,%d\\n" % (path, digest.decode().rstrip("="), len(content))
            wheel.writestr(path, content)
        wheel.writestr(info + "/RECORD", record + info + "/RECORD,,\\n")
    return name
"""


class Workshop:
    """A store with its sandbox, and what can be asked of both."""

    def __init__(self, top: Path, *, sandbox: str | None = None) -> None:
        self.store = Store(top / "store")
        self.sandbox = choose(sandbox)
        self.logs = top / "logs"
        interpreter = probe(sys.executable)
        self.platform = Platform(
            interpreter=interpreter,
            layout=self.sandbox.layout,
            parts=(("base", digest_bytes(b"base")), ("toolchain", digest_bytes(b"toolchain"))),
        )

    def realise(self, spec: BuildSpec) -> Artifact:
        with workshop(self.store, self.sandbox, NoPlugins()) as shop:
            return realise(spec, shop, Allotment(log=self.logs / f"{spec}.log", cores=2))

    def inquire(self, spec: BuildSpec, *, metadata: bool = True) -> BackendAnswer:
        allotment = Allotment(log=self.logs / f"{spec}.ask.log", cores=2)
        with workshop(self.store, self.sandbox, NoPlugins()) as shop:
            return inquire(Inquiry(spec=spec, metadata=metadata), shop, allotment)

    def sdist(self, name: str, *environment: Input) -> BuildSpec:
        """The spec of the newest sdist of a project."""
        path = sdist(name)
        project, version = parse_sdist_filename(path.name)
        tree = digest_file(path)

        with self.store.scratch("sdist") as scratch:
            top = scratch / "tree"
            with TemporaryFile() as body:
                draft = Draft(body)
                unpack(path, draft, name=project, version=version)
                draft.lay_out(top)
            self.store.keep_folder(tree, top)
            system = _build_system(top)
        return self._spec(project, version, tree, system, environment)

    def project(
        self,
        files: Mapping[str, str],
        *environment: Input,
        native: bool = False,
        version: str = "1.0",
    ) -> BuildSpec:
        """The spec of a project `demo` with these files."""
        tree = Digest(key_of("test-tree", dict(files)))
        with self.store.scratch("project") as scratch:
            for name, text in files.items():
                path = scratch / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            self.store.keep_folder(tree, scratch)
            system = _build_system(scratch)
        name = canonicalize_name("demo")
        return self._spec(name, Version(version), tree, system, environment, native=native)

    def seed(self, wheel: Path) -> Input:
        """A prebuilt wheel as part of an environment."""
        name, version, _, _ = parse_wheel_filename(wheel.name)
        seed = Seed(name=name, version=version, url=wheel.as_uri(), digest=digest_file(wheel))
        with self.store.scratch("seed") as scratch:
            copy = scratch / "seed.whl"
            copy.write_bytes(wheel.read_bytes())
            plant(
                seed,
                copy,
                filename=wheel.name,
                store=self.store,
                interpreter=self.platform.interpreter,
            )
        return Input(name=name, version=version, key=seed.key)

    def _spec(
        self,
        name: str,
        version: Version,
        tree: Digest,
        build_system: BuildSystem,
        environment: Iterable[Input],
        *,
        native: bool = False,
    ) -> BuildSpec:
        source = SourceTree(
            digest=tree,
            archive=tree,
            epoch=EPOCH,
            native=native,
            patched=False,
            size=0,
            build_system=build_system,
            metadata=None,
        )
        return spec_of(
            name=canonicalize_name(name),
            version=version,
            tree=source,
            environment=tuple(sorted(environment, key=lambda item: item.name)),
            platform=self.platform,
            recipe=Recipe(),
        )


def demo(actions: str = "", *, tag: str = "py3-none-any") -> dict[str, str]:
    """A project whose backend is its own and does `actions` when it makes the wheel."""
    lines = "\n".join(f"    {line}" for line in actions.splitlines())
    return {
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "maker"\nbackend-path = ["."]\n',
        "maker.py": BACKEND,
        "actions.py": f"tag = {tag!r}\ndef files():\n    found = {{}}\n{lines}\n    return found\n",
    }


def as_input(spec: BuildSpec) -> Input:
    return Input(name=spec.name, version=spec.version, key=spec.key)


def sdist(name: str) -> Path:
    """The newest sdist of a project that builds itself, from the index once."""
    return _download(name, "sdists", "--no-binary", ":all:", "--no-build-isolation")


def wheel(name: str) -> Path:
    """The newest wheel of a project, from the index once."""
    return _download(name, "wheels", "--only-binary", ":all:")


def _download(name: str, kind: str, *options: str) -> Path:
    folder = CACHE / kind
    pattern = f"{name.replace('-', '_')}-*"
    if not list(folder.glob(pattern)):
        command = (sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder))
        subprocess.run((*command, *options, name), check=True)
    return max(folder.glob(pattern))


def _build_system(folder: Path) -> BuildSystem:
    table = tomllib.loads((folder / "pyproject.toml").read_text())["build-system"]
    return BuildSystem(
        requires=tuple(table["requires"]),
        backend=table["build-backend"],
        backend_path=tuple(table.get("backend-path", ())),
    )


def wheel_bytes(shop: Workshop, spec: BuildSpec) -> bytes:
    """The wheel file of a spec, built."""
    file = shop.store.file(shop.realise(spec).file)
    assert file is not None
    return file.read_bytes()

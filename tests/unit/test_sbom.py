"""The SBOM in a wheel: what it is and what others made that is in it, and nothing that changes."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from odd_wheels import INFO, PYTHON, inspected, members, write
from packageurl import PackageURL
from packaging.utils import canonicalize_name
from packaging.version import Version

from support.variation import varied
from wheeltree.building.foreign_sboms import steadied_text
from wheeltree.building.repack import content_digest, repack
from wheeltree.building.sbom import NAME, with_sbom
from wheeltree.errors import BuildError
from wheeltree.model.digest import digest_bytes
from wheeltree.model.ingredient import Ingredient, purl
from wheeltree.model.platform import Platform
from wheeltree.model.source import BuildSystem
from wheeltree.model.spec import BuildSpec, Recipe

HEAD = "Metadata-Version: 2.4\nName: Demo\nVersion: 1.0\n"
OURS = f"{INFO}/sboms/{NAME}"
CRATE = Ingredient(kind="crate", name="cc", version="1.2.3+a", digest=digest_bytes(b"cc"))
EXTRA = Ingredient(
    kind="extra", name="deps/two words", digest=digest_bytes(b"x"), url="https://host/two.tar.gz"
)


def spec(*ingredients: Ingredient, platform: Platform | None = None) -> BuildSpec:
    return BuildSpec(
        name=canonicalize_name("demo"),
        version=Version("1.0"),
        tree=digest_bytes(b"tree"),
        epoch=1_600_000_000,
        ingredients=ingredients,
        build_system=BuildSystem(),
        environment=(),
        platform=platform or Platform(interpreter=PYTHON, layout="closed", parts=()),
        recipe=Recipe(),
    )


def described(
    folder: Path, *ingredients: Ingredient, metadata: str = HEAD, **files: bytes
) -> dict[str, bytes]:
    """The files of the repacked wheel, which must be right."""
    there = {**members(**files), f"{INFO}/METADATA": metadata.encode()}
    made = with_sbom(inspected(write(folder / "before", there)), spec(*ingredients))
    (folder / "after").mkdir()
    after = inspected(repack(made, folder / "after", epoch=0))
    assert content_digest(after) == content_digest(made)
    with zipfile.ZipFile(after.path) as archive:
        return {path: archive.read(path) for path in archive.namelist()}


def bom(folder: Path, *ingredients: Ingredient, metadata: str = HEAD, **files: bytes) -> Any:
    """The SBOM of a wheel, which must be one by the format's own schema."""
    text = described(folder, *ingredients, metadata=metadata, **files)[OURS].decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    return json.loads(text)


def test_a_wheel_names_itself(tmp_path: Path) -> None:
    found = bom(tmp_path)
    assert found["metadata"] == {
        "component": {
            "type": "library",
            "bom-ref": "pkg:pypi/demo@1.0",
            "name": "demo",
            "version": "1.0",
            "purl": "pkg:pypi/demo@1.0",
        }
    }
    assert found["components"] == []
    assert not found.keys() & {"serialNumber", "annotations"}


@pytest.mark.parametrize(
    ("kind", "name", "version"),
    [
        ("pypi", "demo", "1!2.0+local.1"),
        ("cargo", "windows_x", "1.0.0-rc.1+b"),
        ("pypi", "a-b", "1"),
    ],
)
def test_a_package_url_is_spelled_as_its_standard_says(kind: str, name: str, version: str) -> None:
    assert purl(kind, name, version) == PackageURL(kind, None, name, version).to_string()


@pytest.mark.parametrize(
    ("metadata", "licences"),
    [
        ("License-Expression: mit OR apache-2.0\n", [{"expression": "MIT OR Apache-2.0"}]),
        ("License: BSD\n        many words\n", [{"license": {"name": "BSD"}}]),
        ("License: UNKNOWN\n", None),
        (
            "License: MIT License\nClassifier: License :: OSI Approved :: MIT License\nClassifier: License :: OSI Approved\nClassifier: License :: Public Domain\n",
            [{"license": {"name": "MIT License"}}, {"license": {"name": "Public Domain"}}],
        ),
        ("License-Expression: no such\n", None),
    ],
)
def test_a_licence_is_named_as_metadata_has_it(
    metadata: str, licences: object, tmp_path: Path
) -> None:
    component = bom(tmp_path, metadata=HEAD + metadata)["metadata"]["component"]
    assert component.get("licenses") == licences


def test_licence_files_are_referred_to_by_path_and_digest(tmp_path: Path) -> None:
    metadata = f"{HEAD}License-File: LICENSE\nLicense-File: gone\nLicense-File: old\n"
    files = {f"{INFO}__licenses__LICENSE": b"text", f"{INFO}__old": b"older"}
    component = bom(tmp_path, metadata=metadata, **files)["metadata"]["component"]
    assert component["externalReferences"] == [
        {
            "type": "license",
            "url": f"{INFO}/{path}",
            "hashes": [{"alg": "SHA-256", "content": digest_bytes(text)}],
        }
        for path, text in (("licenses/LICENSE", b"text"), ("old", b"older"))
    ]


def test_crates_and_extra_sources_are_components_by_their_digests(tmp_path: Path) -> None:
    found = bom(tmp_path, CRATE, EXTRA)
    extra, crate = found["components"]
    assert crate["purl"] == "pkg:cargo/cc@1.2.3%2Ba"
    assert crate["hashes"][0]["content"] == CRATE.digest
    assert extra["name"] == "two words"
    assert extra["externalReferences"][0]["url"] == EXTRA.url
    assert found["dependencies"][0]["dependsOn"] == [extra["bom-ref"], crate["bom-ref"]]


def test_a_patch_is_no_component(tmp_path: Path) -> None:
    patch = Ingredient(kind="patch", name="01.patch", digest=digest_bytes(b"patch"))
    assert not patch.is_inside
    assert CRATE.is_inside


def test_a_bundled_library_is_named_as_it_is_loaded(tmp_path: Path) -> None:
    gcc = shutil.which("gcc")
    assert gcc is not None
    library = tmp_path / "lib.so"
    command = (gcc, "-shared", "-Wl,-soname,libdemo.so.3", "-x", "c", "/dev/null", "-o", library)
    subprocess.run(command, check=True)
    wheel = inspected(
        write(
            tmp_path / "built",
            members(**{"demo.libs__libdemo-12ab.so.3": library.read_bytes(), "demo__a.so": b"no"}),
        )
    )
    native = varied(wheel, filename="demo-1.0-cp311-cp311-linux_x86_64.whl")
    text = dict(with_sbom(native, spec()).rewritten)[OURS].decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    (found,) = json.loads(text)["components"]
    assert found["name"] == "libdemo.so.3"
    assert found["evidence"]["occurrences"] == [{"location": "demo.libs/libdemo-12ab.so.3"}]
    assert found["hashes"][0]["content"] == digest_bytes(library.read_bytes())


def test_what_a_backend_wrote_is_kept_without_serial_number_time_and_tools(tmp_path: Path) -> None:
    theirs = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": "urn:uuid:1",
        "metadata": {
            "timestamp": "now",
            "tools": [{"name": "maturin"}],
            "component": {"name": "x"},
        },
        "components": [{"name": "cc"}],
    }
    path = f"{INFO}/sboms/demo.cyclonedx.json"
    named = {path.replace("/", "__"): json.dumps(theirs).encode()}
    files = described(tmp_path, metadata=HEAD, **named)
    steady = json.loads(files[path])
    assert steady == {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "metadata": {"component": {"name": "x"}},
        "components": [{"name": "cc"}],
    }
    (reference,) = json.loads(files[OURS])["metadata"]["component"]["externalReferences"]
    assert reference["type"] == "bom"
    assert reference["url"] == path
    assert reference["hashes"][0]["content"] == digest_bytes(files[path])


def spdx(created: str, namespace: str, tool: str) -> bytes:
    return json.dumps(
        {
            "spdxVersion": "SPDX-2.3",
            "documentNamespace": namespace,
            "creationInfo": {"created": created, "creators": [tool, "Person: A"]},
        }
    ).encode()


def test_spdx_gets_the_time_of_its_source_and_a_name_by_its_content() -> None:
    one = steadied_text(spdx("2026-01-01T00:00:00Z", "urn:uuid:1", "Tool: a-1"), epoch=86400)
    two = steadied_text(spdx("2026-01-02T00:00:00Z", "urn:uuid:2", "Tool: a-2"), epoch=86400)
    assert one == two == steadied_text(one, epoch=86400)
    assert json.loads(one)["creationInfo"] == {
        "created": "1970-01-02T00:00:00Z",
        "creators": ["Person: A"],
    }


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"bomFormat": "CycloneDX",  "components": []}', b'{"a": 1}', b"[" * 10**5],
)
def test_what_has_nothing_random_in_it_stays_byte_for_byte(content: bytes) -> None:
    assert steadied_text(content, epoch=0) == content


def test_a_file_of_the_name_of_ours_is_refused(tmp_path: Path) -> None:
    wheel = inspected(write(tmp_path / "built", {**members(), OURS: b"{}"}))
    with pytest.raises(
        BuildError, match=r"has demo-1\.0\.dist-info/sboms/wheeltree\.cdx\.json already"
    ):
        with_sbom(wheel, spec())


def test_a_changed_tool_changes_nothing_in_it(tmp_path: Path) -> None:
    wheel = inspected(write(tmp_path / "built", members()))
    machine = Platform(interpreter=PYTHON, layout="closed", parts=(("toolchain", "gcc 15"),))
    assert with_sbom(wheel, spec(CRATE)) == with_sbom(wheel, spec(CRATE, platform=machine))

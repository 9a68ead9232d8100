"""Real sets from the index: rebuilt from source, installed from the wheelhouse, imported."""

import pytest
from kit import HERE, Workplace

IMPORTS = {
    "tiny": ["click", "packaging.version"],
    "pure": ["requests", "rich.console", "jinja2", "stevedore", "markupsafe._speedups"],
    "web": ["flask", "sqlalchemy", "httpx", "yaml"],
    "native": ["numpy.linalg", "msgpack._cmsgpack", "_cffi_backend", "lxml.etree"],
}


@pytest.mark.parametrize("name", list(IMPORTS))
def test_a_real_set_is_rebuilt_installed_and_imported(name: str, workplace: Workplace) -> None:
    requirements = HERE / f"{name}.txt"

    first = workplace.built("it", requirements)
    assert not first["failed"]
    again = workplace.built("it", requirements)
    assert not again["built"]
    assert sorted(again["reused"]) == sorted([*first["built"], *first["reused"]])

    installed = workplace.installed("it", "-r", requirements)
    for module in IMPORTS[name]:
        installed.python(f"import {module}")
    installed.pip("check")

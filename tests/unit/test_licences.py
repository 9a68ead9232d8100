"""SPDX expressions, and which licences allow them."""

import pytest

from wheeltree.resolution.licences import canonical, not_allowed


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", "mit"),
        ("MIT OR GPL-3.0-only", "MIT"),
        ("GPL-3.0-only OR MIT", "MIT"),
        ("MIT AND BSD-3-Clause", "MIT|BSD-*"),
        ("MIT OR GPL-3.0-only AND Zlib", "MIT"),
        ("(MIT OR GPL-3.0-only) AND Zlib", "MIT|Zlib"),
        ("((MIT))", "MIT"),
        ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
        ("Apache-2.0 WITH LLVM-exception", "* WITH LLVM-*"),
        ("Apache-2.0+", "Apache-2.0"),
        ("LicenseRef-Acme", "LicenseRef-*"),
        ("GPL-2.0-or-later OR Apache-2.0 WITH LLVM-exception", "GPL-2.0-or-later"),
    ],
)
def test_these_are_allowed(expression: str, allowed: str) -> None:
    assert not_allowed(_spelled(expression), allowed.split("|")) == ()


@pytest.mark.parametrize(
    ("expression", "allowed", "lacking"),
    [
        ("MIT AND GPL-3.0-only", "MIT", ["GPL-3.0-only"]),
        ("MIT OR Zlib", "ISC", ["MIT", "Zlib"]),
        ("GPL-3.0-only AND (MIT OR Zlib)", "MIT", ["GPL-3.0-only"]),
        ("(MIT OR GPL-3.0-only) AND Zlib", "MIT", ["Zlib"]),
        ("Apache-2.0 WITH LLVM-exception", "Apache-2.0", ["Apache-2.0 WITH LLVM-exception"]),
        ("Apache-2.0 WITH LLVM-exception", "*", ["Apache-2.0 WITH LLVM-exception"]),
        ("Apache-2.0", "* WITH *", ["Apache-2.0"]),
        ("GPL-2.0-or-later", "GPL-2.0-only", ["GPL-2.0-or-later"]),
        ("Apache-2.0", "Apache-2.0+", ["Apache-2.0"]),
        ("AGPL-3.0-only", "GPL-*", ["AGPL-3.0-only"]),
    ],
)
def test_these_are_not(expression: str, allowed: str, lacking: list[str]) -> None:
    assert list(not_allowed(_spelled(expression), allowed.split("|"))) == lacking


@pytest.mark.parametrize(
    "text",
    [
        "",
        "free",
        "MIT OR",
        "MIT Zlib",
        "(MIT",
        "MIT WITH MIT",
        "__import__('os')",
        "(" * 500 + "MIT",
        "MIT OR " * 2000 + "MIT",
    ],
)
def test_what_is_no_expression_is_no_licence(text: str) -> None:
    assert canonical(text) is None


def _spelled(expression: str) -> str:
    found = canonical(expression)
    assert found is not None
    return found

"""The reference page of the settings."""

from dataclasses import fields
from pathlib import Path

from wheeltree.settings import reference
from wheeltree.settings.document import parse
from wheeltree.settings.problems import Problem
from wheeltree.settings.read import read
from wheeltree.settings.schema import Settings

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_the_page_in_docs_is_current() -> None:
    assert PAGE.read_text() == reference.page()


def test_every_key_of_the_schema_is_on_the_page() -> None:
    page = reference.page()
    names = {each.name for kind in reference.PAGES for each in fields(kind)} - {"origin"}

    assert not [name for name in names if f"| `{name}` |" not in page]


def test_the_example_on_the_page_fits_the_schema() -> None:
    problems: list[Problem] = []
    node = parse(reference.EXAMPLE.encode(), "settings.yaml")
    assert node is not None

    assert read(Settings, node, "settings.yaml", problems) is not None
    assert not problems

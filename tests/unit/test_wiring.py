from packaging.utils import canonicalize_name

from wheeltree.resolution.indexes import serving
from wheeltree.session.asked import Asked
from wheeltree.session.wiring import index_list
from wheeltree.settings import evaluate
from wheeltree.settings.values import Pattern


def asked(url: str | None = None, *extra: str) -> Asked:
    return Asked(
        sets=(),
        build_constraints=(),
        index_url=url,
        extra_index_urls=extra,
        pre=False,
        notices=(),
    )


def named(url: str, *patterns: str) -> evaluate.Index:
    return evaluate.Index(url=url, only=tuple(Pattern(each) for each in patterns))


def urls(what: Asked, *from_settings: evaluate.Index) -> list[str]:
    return [each.url for each in index_list(what, from_settings, lambda: "file:///default")]


def test_without_any_index_the_interpreters_own_is_asked() -> None:
    assert urls(asked()) == ["file:///default"]


def test_an_index_for_everything_stands_in_for_the_default() -> None:
    assert urls(asked(), named("file:///mirror", "*")) == ["file:///mirror"]


def test_an_index_for_some_names_stands_before_the_default() -> None:
    found = index_list(asked(), [named("file:///own", "acme-*")], lambda: "file:///default")
    own, default = canonicalize_name("acme-core"), canonicalize_name("requests")
    assert [each.url for each in serving(found, own)] == ["file:///own"]
    assert [each.url for each in serving(found, default)] == ["file:///default"]


def test_the_command_line_comes_after_settings_and_extra_indexes_last() -> None:
    found = urls(asked("file:///asked", "file:///extra"), named("file:///own", "acme-*"))
    assert found == ["file:///own", "file:///asked", "file:///extra"]

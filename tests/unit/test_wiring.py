from packaging.utils import canonicalize_name

from wheeltree.resolution.indexes import serving
from wheeltree.session.asked import Asked
from wheeltree.session.index_list import index_list
from wheeltree.settings import evaluate
from wheeltree.settings.values import Pattern


def asked(url: str | None = None, *extra: str) -> Asked:
    return Asked(
        common=(),
        build_constraints=(),
        index_url=url,
        extra_index_urls=extra,
        pre=False,
        notices=(),
    )


def named(url: str, *patterns: str) -> evaluate.Index:
    return evaluate.Index(url=url, only=tuple(Pattern(each) for each in patterns))


def urls(what: Asked, *from_settings: evaluate.Index) -> list[str]:
    return [each.url for each in index_list(what, from_settings, lambda: "https://x.test/default")]


def test_without_any_index_the_interpreters_own_is_asked() -> None:
    assert urls(asked()) == ["https://x.test/default"]


def test_an_index_for_everything_stands_in_for_the_default() -> None:
    assert urls(asked(), named("https://x.test/mirror", "*")) == ["https://x.test/mirror"]


def test_an_index_for_some_names_stands_before_the_default() -> None:
    found = index_list(
        asked(), [named("https://x.test/own", "acme-*")], lambda: "https://x.test/default"
    )
    own, default = canonicalize_name("acme-core"), canonicalize_name("requests")
    assert [each.url for each in serving(found, own)] == ["https://x.test/own"]
    assert [each.url for each in serving(found, default)] == ["https://x.test/default"]


def test_the_command_line_comes_after_settings_and_extra_indexes_last() -> None:
    found = urls(
        asked("https://x.test/asked", "https://x.test/extra"), named("https://x.test/own", "acme-*")
    )
    assert found == ["https://x.test/own", "https://x.test/asked", "https://x.test/extra"]


def test_the_patterns_of_an_index_are_compared_with_normalised_names() -> None:
    own = named("https://x.test/own", "acme-*", "Foo_Bar")
    found = index_list(asked(), [own], lambda: "https://x.test/default")
    names = ("acme-x", "acme", "foo-bar", "requests")
    first = [serving(found, canonicalize_name(name))[0].url.rpartition("/")[2] for name in names]
    assert first == ["own", "default", "own", "default"]

"""The package indexes of a run, in their order."""

from collections.abc import Callable, Sequence

from wheeltree.model.frozen import replace
from wheeltree.resolution.indexes import Index
from wheeltree.resolution.rules import Restriction
from wheeltree.session.asked import Asked
from wheeltree.settings import evaluate


def index_list(
    what: Asked,
    from_settings: Sequence[evaluate.Index],
    default: Callable[[], str],
    restrictions: tuple[Restriction, ...] = (),
) -> tuple[Index, ...]:
    """The indexes in their order: those of the settings, the one that was asked for or else, where
    the settings name none for every project, the default, and further ones.

    restrictions: which of them packages may come from.
    """
    named = [Index(url=each.url, only=_patterns(each)) for each in from_settings]
    if what.index_url:
        named.append(Index(url=what.index_url))
    elif all(each.only for each in named):
        named.append(Index(url=default()))
    named += [Index(url=url) for url in what.extra_index_urls]
    return tuple(replace(each, restrictions=restrictions) for each in named)


def _patterns(index: evaluate.Index) -> tuple[str, ...]:
    texts = tuple(each.text for each in index.only)
    return () if texts == ("*",) else texts

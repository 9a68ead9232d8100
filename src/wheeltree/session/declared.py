"""The variants that a command is about, among those that the settings declare."""

from collections.abc import Iterable

from wheeltree.errors import UsageError
from wheeltree.settings.schema import Settings


def chosen(named: Iterable[str], settings: Settings) -> tuple[str, ...]:
    """The named variants, or all, as the settings order them; ("",) where none is declared.

    UsageError for a variant that the settings do not declare.
    """
    declared, wanted = tuple(settings.variants), tuple(named)
    for name in wanted:
        if name not in declared:
            known = f"it declares {', '.join(declared)}" if declared else "it declares none"
            raise UsageError(
                f"no settings file declares the variant {name!r}",
                hint=f"{known}; see `variants` in docs/reference/settings.md",
            )
    return tuple(each for each in declared if not wanted or each in wanted) or ("",)

"""The label in the name of a wheel file (PEP 825, "Variant label")."""

from wheeltree.model.variant import is_label

_SUFFIX = ".whl"
_PLAIN = 5
"""Parts of a name without build tag and label."""


def label_of(filename: str) -> tuple[str, str]:
    """The name without its label, and the label; "" where it has none.

    ValueError, with a sentence, if it is not the name of a wheel.
    """
    parts = filename.removesuffix(_SUFFIX).split("-")
    tagged = len(parts) > _PLAIN and _begins_with_digit(parts[2])
    plain = parts[: _PLAIN + tagged]
    rest = parts[_PLAIN + tagged :]
    if (
        not filename.endswith(_SUFFIX)
        or len(plain) != _PLAIN + tagged
        or not all(plain)
        or _begins_with_digit(plain[-3])
        or not all(map(is_label, rest))
        or len(rest) > 1
    ):
        raise ValueError(f"{filename!r:.200} is not the name of a wheel")
    return f"{'-'.join(plain)}{_SUFFIX}", rest[0] if rest else ""


def labelled_name(filename: str, label_name: str) -> str:
    """The name with this label at its end.

    ValueError, with a sentence, if it is not the name of a wheel, or has a label already, or if
    that is no label.
    """
    plain, found = label_of(filename)
    if found:
        raise ValueError(f"{filename!r:.200} has the label {found} already")
    if not is_label(label_name):
        raise ValueError(f"{label_name!r:.100} is no label")
    return f"{plain.removesuffix(_SUFFIX)}-{label_name}{_SUFFIX}"


def _begins_with_digit(part: str) -> bool:
    return "0" <= part[:1] <= "9"

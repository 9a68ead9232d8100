"""The index of all variants together: who knows of labels takes his own, all others the plain one.

A wheel that is the same in all variants stands there once, under its plain name. Of one that is
not, the default variant's has the plain name, and the others' have labels (PEP 825): copies that
say in themselves what they are for. The variants' own indexes have neither labels nor copies.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.digest import Digest, key_of
from wheeltree.model.frozen import Frozen, replace
from wheeltree.model.variant import Label, Vocabulary
from wheeltree.model.variant_file import in_index, index_filename
from wheeltree.model.variant_name import labelled_name
from wheeltree.store.labelling import labelled
from wheeltree.store.ledger import Ledger
from wheeltree.store.local import Store
from wheeltree.store.view import Front, Shelved, VariantFile, View


class Standing(Frozen):
    """One wheel in the index of one variant."""

    variant: str
    wheel: Shelved


class Chosen(Frozen):
    """What the index of all variants is to have."""

    plain: tuple[Shelved, ...]
    labelled: tuple[Standing, ...]


def chosen(views: Mapping[str, View], *, default: str) -> Chosen:
    """Which wheels stand under plain names, and which must have the label of their variant.

    views: by variant. default: the variant whose wheels stand under plain names in any case.
    """
    plain: dict[str, Shelved] = {}
    special: list[Standing] = []
    for together in _releases(views):
        usual = [each.wheel for each in together if each.variant == default]
        plain |= {each.filename: each for each in usual}
        special += _others(together, usual, plain, default)
    return Chosen(plain=tuple(plain[name] for name in sorted(plain)), labelled=tuple(special))


def front(
    store: Store,
    ledger: Ledger,
    chosen: Chosen,
    labels: Mapping[str, Label],
    vocabulary: Vocabulary,
) -> Front:
    """The index of all variants, with labelled copies made in the store.

    labels: by variant; one without a label has its wheels in its own index only. StoreError for a
    wheel that is damaged.
    """
    copies = [
        (_labelled(store, ledger, each.wheel, labels[each.variant], vocabulary), each)
        for each in chosen.labelled
        if each.variant in labels
    ]
    named = defaultdict[tuple[NormalizedName, Version], set[str]](set)
    for wheel, each in copies:
        named[wheel.name, wheel.version].add(each.variant)
    wheels = (*chosen.plain, *(wheel for wheel, _ in copies))
    return Front(
        wheels=tuple(sorted(wheels, key=lambda wheel: wheel.filename)),
        files=tuple(
            VariantFile(
                project=name,
                filename=index_filename(name.replace("-", "_"), str(version)),
                content=in_index([labels[each] for each in sorted(variants)], vocabulary),
            )
            for (name, version), variants in sorted(named.items())
        ),
    )


def _releases(views: Mapping[str, View]) -> Iterator[list[Standing]]:
    """The wheels of each version of each project that are there to be installed."""
    found = defaultdict[tuple[NormalizedName, Version], list[Standing]](list)
    for variant, view in views.items():
        for wheel in view.wheels:
            if wheel.install:
                found[wheel.name, wheel.version].append(Standing(variant=variant, wheel=wheel))
    yield from found.values()


def _others(
    together: Iterable[Standing], usual: list[Shelved], plain: dict[str, Shelved], default: str
) -> Iterator[Standing]:
    """Those of one version that need a label; those that need none are put among the plain ones."""
    others = [each for each in together if each.variant != default]
    bytes_of = defaultdict[str, set[Digest]](set)
    for each in others:
        bytes_of[each.wheel.filename].add(each.wheel.digest)
    for each in others:
        wheel = each.wheel
        if wheel.digest in {one.digest for one in usual}:
            continue
        if usual or wheel.variant or len(bytes_of[wheel.filename]) > 1:
            yield each
        else:  # what the default does not have, and does not depend on a variant
            plain[wheel.filename] = wheel


def _labelled(
    store: Store, ledger: Ledger, wheel: Shelved, label: Label, vocabulary: Vocabulary
) -> Shelved:
    """A copy of a published wheel with a label, made once.

    The one that was published before stays, also where the vocabulary has grown since: old files
    name the beginning of it, which is allowed.
    """
    filename = labelled_name(wheel.filename, label.name)
    before = ledger.last(filename, "")
    if before and before.content == wheel.content and store.file(before.sha256) is not None:
        digest = before.sha256
    else:
        digest = _copied(store, wheel, label, vocabulary)
    size = store.path(digest).stat().st_size
    base = labelled_name(wheel.base, label.name)
    return replace(wheel, filename=filename, base=base, digest=digest, size=size)


def _copied(store: Store, wheel: Shelved, label: Label, vocabulary: Vocabulary) -> Digest:
    key = key_of("labelled", wheel.digest, label, vocabulary)
    known = store.record("labelled", key, str)
    if known is not None and store.file(Digest(known)) is not None:
        return Digest(known)
    store.check(wheel.digest)
    with store.scratch(f"label-{wheel.name}") as folder:
        made = labelled(
            store.path(wheel.digest),
            filename=wheel.filename,
            label=label,
            vocabulary=vocabulary,
            into=folder,
        )
        digest = store.add(made)
    store.replace_record("labelled", key, str(digest), str)
    return digest

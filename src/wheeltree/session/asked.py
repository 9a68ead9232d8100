"""Reads requirements, constraints and index options into what planning is asked."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement

from wheeltree.errors import UsageError
from wheeltree.model.frozen import Frozen, replace
from wheeltree.planning.wanted_set import WantedSet
from wheeltree.resolution.requirements import RequirementsFile, read, read_constraints
from wheeltree.resolution.wanted import LocalPath, Wanted, parse
from wheeltree.session.invocation import Invocation

DEFAULT_SET = "default"


class Asked(Frozen):
    """Everything that the command line and the files that it names ask for."""

    common: tuple[WantedSet, ...]
    """For every variant."""
    own: tuple[tuple[str, WantedSet], ...] = ()
    """Variants with what is asked for them alone, in the set of that name."""
    build_constraints: tuple[Wanted, ...]
    index_url: str | None
    extra_index_urls: tuple[str, ...]
    pre: bool
    notices: tuple[str, ...]

    @property
    def sets(self) -> tuple[WantedSet, ...]:
        """Everything that is asked for, for whichever variant."""
        return (*self.common, *(each for _, each in self.own))

    def of(self, variant: str) -> tuple[WantedSet, ...]:
        """The sets of one variant."""
        sets = {each.name: each for each in self.common}
        for name, found in self.own:
            if name == variant:
                sets[found.name] = (
                    _together(sets[found.name], found) if found.name in sets else found
                )
        return tuple(sets.values())


def _together(some: WantedSet, more: WantedSet) -> WantedSet:
    return replace(
        some,
        wanted=(*some.wanted, *more.wanted),
        constraints=(*some.constraints, *more.constraints),
        require_hashes=some.require_hashes or more.require_hashes,
    )


def asked(invocation: Invocation) -> Asked:
    """Read what `invocation` names; UsageError with all problems of a file at once."""
    constraints = [read_constraints(path, os.environ) for path in invocation.constraints]
    build = [read_constraints(path, os.environ) for path in invocation.build_constraints]
    main, texts = _positional(invocation.requirements)
    named = [(name, read(path, os.environ)) for name, path in invocation.sets]
    variants = [(name, read(path, os.environ)) for name, path in invocation.variants if path]
    files = [*main, *(each for _, each in (*named, *variants))]
    common = tuple(each for found in constraints for each in found.constraints)
    sets = []
    if main or texts:
        sets.append(_wanted_set(DEFAULT_SET, main, texts, common))
    sets.extend(_wanted_set(name, [each], (), common) for name, each in named)
    own = [(name, _wanted_set(DEFAULT_SET, [each], (), common)) for name, each in variants]
    if not sets and not own and invocation.locked is not None:
        sets, own = _locked_sets(invocation.locked)
    if not sets and not own:
        raise UsageError(
            "nothing to build: no requirement and no requirements file was given",
            hint="builder bootstrap requirements.txt",
        )
    _refuse_twice(each.name for each in sets)
    return Asked(
        common=tuple(sets),
        own=tuple(own),
        build_constraints=tuple(each for found in build for each in found.constraints),
        index_url=invocation.index_url or _last(each.index_url for each in files),
        extra_index_urls=(
            *invocation.extra_index_urls,
            *(url for each in files for url in each.extra_index_urls),
        ),
        pre=invocation.pre or any(each.pre for each in files),
        notices=tuple(
            dict.fromkeys(note for each in (*files, *constraints, *build) for note in each.notices)
        ),
    )


def _positional(
    arguments: Iterable[str],
) -> tuple[list[RequirementsFile], tuple[Wanted | LocalPath, ...]]:
    files, texts = [], []
    for argument in arguments:
        if Path(argument).is_file() and not argument.endswith((".tar.gz", ".zip")):
            files.append(read(Path(argument), os.environ))
        elif argument.endswith((".txt", ".in")):  # or it would be a project of that name
            raise UsageError(
                f"there is no requirements file {argument}",
                hint="check its path, which is relative to the current folder",
            )
        else:
            texts.append(parse(argument, "command line"))
    return files, tuple(texts)


def _wanted_set(
    name: str,
    files: Iterable[RequirementsFile],
    texts: Iterable[Wanted | LocalPath],
    constraints: tuple[Wanted, ...],
) -> WantedSet:
    files = tuple(files)
    found = list(texts)
    for file in files:
        found += [*file.wanted, *file.paths]
    return WantedSet(
        name=name,
        wanted=tuple(_named(found)),
        constraints=(*constraints, *(each for file in files for each in file.constraints)),
        require_hashes=any(file.require_hashes for file in files),
    )


def _named(found: Iterable[Wanted | LocalPath]) -> Iterator[Wanted]:
    for each in found:
        yield each if isinstance(each, Wanted) else _named_path(each)


def _named_path(local: LocalPath) -> Wanted:
    # Looking into sources takes modules that a run with nothing to do does without.
    from wheeltree.sources.locate import name_of_folder, name_of_sdist  # noqa: PLC0415

    extras = f"[{','.join(sorted(local.extras))}]" if local.extras else ""
    marker = f" ; {local.marker}" if local.marker else ""
    name = name_of_folder(local.path) if local.path.is_dir() else name_of_sdist(local.path)
    text = f"{name}{extras} @ {local.path.as_uri()}{marker}"
    return Wanted(requirement=Requirement(text), origin=local.origin, hashes=local.hashes)


def _locked_sets(plan: Path) -> tuple[list[WantedSet], list[tuple[str, WantedSet]]]:
    """What the plan was made for: for every variant, and for one alone."""
    from wheeltree.planning.lockfile import load  # noqa: PLC0415  as above

    found = [
        (each.variant, _required(each.name, each.requirements, str(plan)))
        for each in load(plan).sets
    ]
    return [each for name, each in found if not name], [each for each in found if each[0]]


def _required(name: str, requirements: Iterable[str], origin: str) -> WantedSet:
    wanted = (Wanted(requirement=Requirement(text), origin=origin) for text in requirements)
    return WantedSet(name=name, wanted=tuple(wanted))


def _last(urls: Iterable[str | None]) -> str | None:
    return next((url for url in reversed(list(urls)) if url), None)


def _refuse_twice(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise UsageError(f"two install sets are named {name!r}", hint="--set NAME=FILE")
        seen.add(name)

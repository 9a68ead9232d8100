"""The libraries of the system that the packages of a plan use, and what is not there of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from wheeltree.building.libraries import Problem, absent, problem_of
from wheeltree.errors import SettingsError
from wheeltree.model.platform import Part, library_part
from wheeltree.model.source import Candidate
from wheeltree.model.spec import Recipe
from wheeltree.model.system import Library, SystemLibrary
from wheeltree.planning.facts import Facts, Find, Missing


class Libraries:
    """What recipes use of the system; each method raises Missing where that is not known yet.

    keep_going: whether what is not there is left to the builds that then fail for it.
    """

    def __init__(self, facts: Facts, *, keep_going: bool) -> None:
        self._facts = facts
        self._keep_going = keep_going
        self._uses: dict[str, tuple[Library, ...]] = {}

    def look(self, uses: Mapping[str, tuple[Library, ...]]) -> None:
        """Find out what packages are likely to use, so that one error can tell of all of them.

        uses: by `name==version`.
        """
        self._uses = {**uses, **self._uses}
        self._found(library for each in uses.values() for library in each)

    def parts(self, user: str, used: tuple[Library, ...]) -> tuple[tuple[Part, str], ...]:
        """The parts of the platform that these libraries are, with their versions.

        user: `name==version`. BuildError if one of them is not there, which then tells of
        everything that is not, whoever uses it; but not with `keep_going`.
        """
        self._uses[user] = used
        found = self._found(used)
        wrong = any(problem_of(each, found[each.name]) for each in used)
        if wrong and not self._keep_going:
            raise absent(user, self._problems())
        return tuple((library_part(each.name), str(found[each.name])) for each in used)

    def _found(self, used: Iterable[Library]) -> dict[str, SystemLibrary]:
        found: dict[str, SystemLibrary] = {}
        missing: list[Find] = []
        for library in used:
            question = Find(library=library.name)
            try:
                found[library.name] = self._facts.library(question)
            except Missing:
                missing.append(question)
        if missing:
            raise Missing(*missing)
        return found

    def _problems(self) -> Iterator[Problem]:
        """What is wrong with the libraries of all packages that are known by now."""
        for user, used in sorted(self._uses.items()):
            for library in used:
                try:
                    found = self._facts.library(Find(library=library.name))
                except Missing:
                    continue
                if text := problem_of(library, found):
                    where = f" ({library.origin})" if library.origin else ""
                    yield Problem(f"{user}{where}", text, found)


def libraries_of(
    candidates: Iterable[Candidate], recipe: Callable[[Candidate], Recipe]
) -> dict[str, tuple[Library, ...]]:
    """What the recipes of candidates use, by `name==version`, as far as they use anything."""
    found: dict[str, tuple[Library, ...]] = {}
    for each in candidates:
        try:
            used = recipe(each).libraries
        except SettingsError:
            continue  # who needs it in the end meets the error
        if used:
            found[str(each)] = used
    return found

"""The libraries of the system that the packages of a plan use, and what is not there of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from wheeltree.errors import BuildError, SettingsError
from wheeltree.model.platform import Part, library_part
from wheeltree.model.source import Candidate
from wheeltree.model.spec import Recipe
from wheeltree.model.system import AbsentLibrary, InstalledLibrary, Library, SystemLibrary
from wheeltree.planning.facts import Facts, Find, Missing


class Libraries:
    """What recipes use of the system; each method raises Missing where that is not known yet."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
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
        everything that is not, whoever uses it.
        """
        self._uses[user] = used
        found = self._found(used)
        if any(_problem(each, found[each.name]) for each in used):
            raise self._error(user)
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

    def _error(self, user: str) -> BuildError:
        """What is wrong with the libraries of all packages that are known by now."""
        problems: dict[str, list[str]] = {}
        absent: dict[str, AbsentLibrary] = {}
        for each, problem, found in self._problems():
            problems.setdefault(problem, []).append(each)
            if isinstance(found, AbsentLibrary):
                absent[found.name] = found
        return BuildError(
            f"{user} cannot be built: libraries of the system that it uses are not there",
            details=[
                f"{problem}; used by {', '.join(users)}" for problem, users in problems.items()
            ],
            hint=_remedy(absent.values()),
        )

    def _problems(self) -> Iterator[tuple[str, str, SystemLibrary]]:
        """Who uses what is not there, what is wrong with it, and what was found of it."""
        for user, used in sorted(self._uses.items()):
            for library in used:
                try:
                    found = self._facts.library(Find(library=library.name))
                except Missing:
                    continue
                if problem := _problem(library, found):
                    where = f" ({library.origin})" if library.origin else ""
                    yield f"{user}{where}", problem, found


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


def _problem(library: Library, found: SystemLibrary) -> str:
    """What is wrong with what there is of a library; "" if nothing is."""
    if isinstance(found, AbsentLibrary):
        return f"{library.name} {found.reason}"
    if library.link != "headers" and isinstance(found, InstalledLibrary) and not found.sonames:
        instead = f"{{name: {library.name}, link: headers}}"
        return f"{library.name} has only headers and nothing to load: say `{instead}`"
    return ""


def _remedy(absent: Iterable[AbsentLibrary]) -> str:
    """What to install; "" where nothing is missing."""
    found = list(absent)
    if not found:
        return ""
    debian = sorted({each.debian for each in found if each.debian})
    fedora = sorted({_quoted(each.fedora) for each in found})
    unknown = [each.name for each in found if not each.debian]
    said = [f"on Debian: apt-get install {' '.join(debian)}"] if debian else []
    said += [f"for {name}: apt-file search {name}.pc says which package" for name in unknown]
    return "; ".join((*said, f"on Fedora: dnf install {' '.join(fedora)}"))


def _quoted(package: str) -> str:
    return f"'{package}'" if "(" in package else package

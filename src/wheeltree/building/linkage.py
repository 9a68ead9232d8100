"""Checks that a wheel is linked as its settings say: to the system's libraries and no others."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from wheeltree.building.evidence import archives, switches
from wheeltree.building.libraries import sought
from wheeltree.errors import BuildError
from wheeltree.host.device_code import is_runtime
from wheeltree.host.elf import Linkages, linkages
from wheeltree.host.libraries import module_of, stem_of
from wheeltree.host.packages import located, owners
from wheeltree.model.spec import BuildSpec
from wheeltree.model.system import InstalledLibrary, Library
from wheeltree.store.local import Store
from wheeltree.store.packs import listed

_BASE = re.compile(
    r"""
    (?: ld-linux.* | ld-musl-.* | ld64 | linux-vdso | libc\.musl-.*
      | lib(?: c | m | mvec | dl | rt | pthread | util | resolv | nsl | anl | crypt | BrokenLocale
             | gcc_s | stdc\+\+ | supc\+\+ | gfortran | gomp | quadmath | atomic | itm | ssp | objc
             | [alhtm]{1,2}san | ubsan | omp | omptarget
             | python\d.* ) )
    \.so (?: \.\d+ )*
    """,
    re.VERBOSE,
)
"""The C library, the interpreter, and what compilers add by themselves: parts of every platform."""
_FEW = 8


def check_linkage(wheel: Path, spec: BuildSpec, source: Path, store: Store) -> None:
    """BuildError unless a wheel loads what its settings say that it uses, and nothing undeclared.

    wheel: as the backend left it. source: the tree that it was built in, to find out why.
    """
    found = linkages(wheel)
    known = dict(_installed(spec, store))
    _refuse_unloaded(spec, found, known, source)
    if not spec.recipe.bundles:
        _refuse_bundles(spec, found, source, store)
    if spec.recipe.libraries:
        _refuse_undeclared(spec, found, known)


def unloaded(
    used: tuple[Library, ...], known: Mapping[str, InstalledLibrary], found: Linkages
) -> Library | None:
    """The first library that a wheel must load and does not; None if there is no such library."""
    return next(
        (
            each
            for each in used
            if each.link == "dynamic" and not set(found.needed) & set(known[each.name].sonames)
        ),
        None,
    )


def undeclared(known: Mapping[str, InstalledLibrary], needed: Mapping[str, str]) -> tuple[str, ...]:
    """The libraries of the system that a wheel loads, and that none of the declared ones covers.

    needed: the package that owns each of them, by soname; "" where none does. One that belongs to a
    package of a declared library is covered, and so is what the linker flags of one name.
    """
    packages = {name for each in known.values() for name, _ in each.packages}
    linked = {soname for each in known.values() for soname in (*each.linked, *each.sonames)}
    return tuple(
        soname
        for soname, owner in sorted(needed.items())
        if not _BASE.fullmatch(soname) and soname not in linked and owner not in packages
    )


def _installed(spec: BuildSpec, store: Store) -> Iterator[tuple[str, InstalledLibrary]]:
    for each in spec.recipe.libraries:
        found = sought(each.name, store)
        if not isinstance(found, InstalledLibrary):
            raise BuildError(
                f"{spec.name} {spec.version}: {each.name}, which it uses, is not installed any more"
            )
        yield each.name, found


def _refuse_unloaded(
    spec: BuildSpec, found: Linkages, known: Mapping[str, InstalledLibrary], source: Path
) -> None:
    library = unloaded(spec.recipe.libraries, known, found)
    if library is None:
        return
    sonames = known[library.name].sonames
    stems = frozenset(map(stem_of, sonames))
    carried = [each.member for each in found.files if stem_of(Path(each.member).name) in stems]
    left = [f"the wheel has {path}" for path in carried]
    left += [f"the build has {path}" for path in archives(source, stems)]
    words = f"{library.name}{f' ({library.origin})' if library.origin else ''}"
    raise BuildError(
        f"{spec.name} {spec.version}: its settings say that it uses {words}, but its wheel does "
        f"not load {' or '.join(sonames)}: {_how(found, bundles=bool(left))}",
        details=(*left[:_FEW], *_looked_at(source, stems)),
        hint="have it take the system's: most packages read an environment variable or an option, "
        "which is set under `env:` or `config_settings:`; if it only includes the headers, or "
        f"loads it by name, say `{{name: {library.name}, link: headers}}` or `link: dlopen`",
    )


def _how(found: Linkages, *, bundles: bool) -> str:
    if not found.files:
        return "it was quietly built without it, and nothing in it is compiled"
    if bundles:
        return "it quietly bundled its own"
    return "it quietly bundled its own, or was built without it"


def _looked_at(source: Path, stems: frozenset[str]) -> Iterator[str]:
    for file, names in switches(source, stems):
        yield f"{file} looks at {', '.join(names[:_FEW])}"


def _refuse_bundles(spec: BuildSpec, found: Linkages, source: Path, store: Store) -> None:
    packed = store.tree(spec.tree)
    shipped = [path for path in listed(packed) if path.endswith(".a")] if packed else []
    bundled = [each.member for each in found.files if each.is_library]
    lines = [f"the wheel has the shared library {path}" for path in bundled]
    lines += [f"the source has the static archive {path}" for path in shipped]
    if lines:
        raise BuildError(
            f"{spec.name} {spec.version}: its settings say `bundled: refuse`, but it brings "
            "libraries of its own",
            details=(*lines[:_FEW], *_looked_at(source, frozenset())),
            hint="have it take the system's (`env:`, `config_settings:`, a patch that removes the "
            "archive), or say `bundled: allow`",
        )


def _refuse_undeclared(
    spec: BuildSpec, found: Linkages, known: Mapping[str, InstalledLibrary]
) -> None:
    # What the dynamic linker does not find is no library of the system, but of another wheel.
    # Who takes a toolkit may load its driver, which this machine need not have.
    needed = [each for each in found.needed if not (spec.recipe.toolkits and is_runtime(each))]
    places = located(needed)
    owned = owners(places)
    missing = undeclared(known, {soname: owned.get(soname, "") for soname in places})
    if not missing:
        return
    modules = sorted({*known, *map(module_of, missing)})
    where = next((f" in {each.origin}" for each in spec.recipe.libraries if each.origin), "")
    raise BuildError(
        f"{spec.name} {spec.version}: its wheel loads libraries of the system that its settings "
        "do not declare",
        details=[f"{each} of {owned.get(each) or 'no package'}" for each in missing],
        hint=f"declare all of them{where}: `uses: [{', '.join(_spelled(spec, modules))}]`",
    )


def _spelled(spec: BuildSpec, modules: list[str]) -> Iterator[str]:
    """As settings name them, those with another link than the usual with it."""
    links = {each.name: each.link for each in spec.recipe.libraries}
    for each in modules:
        link = links.get(each, "dynamic")
        yield each if link == "dynamic" else f"{{name: {each}, link: {link}}}"

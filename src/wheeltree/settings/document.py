"""YAML text as a tree that knows its lines; the only module that knows yaml.

The tree is built from parser events, not by yaml's own loaders: nothing is constructed, a word is
text unless a reader asks for something else (`3.10` stays `3.10`, `no` stays a word), nesting and
aliases are bounded, and duplicate keys are seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from wheeltree.settings.nodes import Entry, Items, Node, Scalar, Table
from wheeltree.settings.problems import Problem

MAX_BYTES = 4 << 20
MAX_DEPTH = 32
MAX_NODES = 200_000
"""With every alias counted as what it stands for."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotYaml(ValueError):
    """The text is not YAML that settings can be written in; carries the problems."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def parse(text: bytes, file: str) -> Node | None:
    """The document in `text`; None if it is empty. NotYaml, which names `file`, if it is none."""
    if len(text) > MAX_BYTES:
        raise NotYaml([_problem(file, 0, f"more than {MAX_BYTES >> 20} MiB of settings")])
    try:
        composer = _Composer(file=file)
        for event in yaml.parse(text.decode("utf-8-sig"), Loader=_LOADER):
            composer.take(event)
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise NotYaml([_problem(file, line, "not UTF-8 text")]) from error
    except yaml.YAMLError as error:
        raise NotYaml([_syntax(file, error)]) from error
    if composer.problems:
        raise NotYaml(composer.problems)
    return composer.document


@dataclass(kw_only=True)
class _Open:
    """A list or mapping that is not closed yet."""

    line: int
    anchor: str | None
    mapping: bool
    children: list[Node] = field(default_factory=list)


@dataclass(kw_only=True)
class _Composer:
    """Builds the tree from events, without recursion."""

    file: str
    document: Node | None = None
    problems: list[Problem] = field(default_factory=list)
    _documents: int = 0
    _open: list[_Open] = field(default_factory=list)
    _anchors: dict[str, Node] = field(default_factory=dict)

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise self._stop(line, "a second document; settings are one")
            case yaml.AliasEvent():
                self._add(self._alias(line, event.anchor or ""))
            case yaml.ScalarEvent():
                self._refuse_tag(line, event.tag)
                plain = not event.style  # '' or None, by which of yaml's parsers runs
                self._close(event.anchor, Scalar(line=line, text=event.value, plain=plain))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._refuse_tag(line, event.tag)
                self._descend(line, event.anchor, mapping=isinstance(event, yaml.MappingStartEvent))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                done = self._open.pop()
                self._close(done.anchor, self._table(done) if done.mapping else _items(done))
            case _:
                pass

    def _descend(self, line: int, anchor: str | None, *, mapping: bool) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise self._stop(line, f"nested more than {MAX_DEPTH} deep")
        self._open.append(_Open(line=line, anchor=anchor, mapping=mapping))

    def _close(self, anchor: str | None, node: Node) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        self._add(node)

    def _add(self, node: Node) -> None:
        if node.weight > MAX_NODES:
            raise self._stop(node.line, f"more than {MAX_NODES} values, aliases counted in full")
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.document = None if isinstance(node, Scalar) and node.empty else node

    def _alias(self, line: int, name: str) -> Node:
        if name not in self._anchors:
            raise self._stop(line, f'*{name} is not defined above; quote a pattern: "*{name}"')
        return self._anchors[name]

    def _table(self, done: _Open) -> Table:
        entries: dict[str, Entry] = {}
        inherited: dict[str, Entry] = {}
        for key, value in zip(done.children[::2], done.children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._note(key.line, "a key must be text")
            elif key.plain and key.text == "<<":
                inherited = {entry.key.text: entry for entry in self._merged(value)} | inherited
            elif key.text in entries:
                first = entries[key.text].key.line
                self._note(key.line, f"key {key.text!r} is already given in line {first}")
            else:
                entries[key.text] = Entry(key=key, value=value)
        every = tuple((inherited | entries).values())
        weight = 1 + sum(1 + entry.value.weight for entry in every)
        return Table(line=done.line, entries=every, weight=weight)

    def _merged(self, value: Node) -> Iterator[Entry]:
        """Entries of what `<<` names; of several, the first wins."""
        sources = value.items if isinstance(value, Items) else (value,)
        for source in reversed(sources):
            if isinstance(source, Table):
                yield from source.entries
            else:
                self._note(value.line, "'<<' takes a mapping or a list of mappings")

    def _refuse_tag(self, line: int, tag: str | None) -> None:
        if tag is not None and tag != "!":
            self._note(line, f"tag {tag!r} is not known here; quotes make text")

    def _note(self, line: int, text: str) -> None:
        self.problems.append(_problem(self.file, line, text))

    def _stop(self, line: int, text: str) -> NotYaml:
        return NotYaml([*self.problems, _problem(self.file, line, text)])


def _items(done: _Open) -> Items:
    weight = 1 + sum(node.weight for node in done.children)
    return Items(line=done.line, items=tuple(done.children), weight=weight)


def _problem(file: str, line: int, text: str) -> Problem:
    return Problem(file=file, line=line, key="", text=text)


def _syntax(file: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    if "alias" in str(getattr(error, "context", "")):
        what = f'{what} (quote a pattern: "*")'
    return _problem(file, mark.line + 1 if mark else 0, str(what))

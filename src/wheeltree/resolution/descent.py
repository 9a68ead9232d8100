"""The solution of a problem in which nothing has to be taken back, found in one descent.

resolvelib looks at every project in every round, which costs the square of their number. Most
solves meet no conflict: here each project is settled once, the one with the least choice first,
and again only when a later need rules its candidate out. Where that leads nowhere nothing is
concluded: the resolver then starts from the beginning.
"""

import heapq
from collections.abc import Iterable, Mapping

from packaging.utils import NormalizedName

from wheeltree.resolution.choices import Choices
from wheeltree.resolution.needs import Need, Pin, Refused, SameSource, freedom

_PATIENCE = 4
"""How often each project may be settled again, on average."""


def descend(top: Iterable[Need], choices: Choices) -> Mapping[str, Pin] | None:
    """A pin for every need that `top` leads to, by identifier; None where it is not that easy."""
    descent = _Descent(choices)
    try:
        descent.add(top)
        descent.settle_all()
    except _DeadEnd:
        return None
    return descent.mapping


class _DeadEnd(Exception):
    """A need cannot be met without taking something else back."""


class _Descent:
    def __init__(self, choices: Choices) -> None:
        self.mapping: dict[str, Pin] = {}
        self._choices = choices
        self._needs: dict[NormalizedName, dict[Need, None]] = {}
        self._open: list[tuple[int, int, NormalizedName]] = []
        self._extras: dict[NormalizedName, list[Pin]] = {}
        self._moves = 0

    def add(self, needs: Iterable[Need]) -> None:
        """Take in needs, and note the projects that have to be settled for them."""
        for need in needs:
            if isinstance(need, Refused):
                raise _DeadEnd
            if isinstance(need, SameSource):  # here a project and its extras are settled as one
                continue
            self._needs.setdefault(need.name, {})[need] = None
            pin = self.mapping.get(need.identifier)
            if pin is None or not self._choices.satisfies(need, pin):
                rank = (freedom(need), len(self._needs), need.name)
                heapq.heappush(self._open, rank)

    def settle_all(self) -> None:
        """Settle projects until every need is met."""
        while self._open:
            _, _, name = heapq.heappop(self._open)
            if self._needs[name]:
                self._settle(name)

    def _settle(self, name: NormalizedName) -> None:
        needs = self._needs[name]
        pin = self.mapping.get(name)
        if pin is not None and not all(self._choices.satisfies(need, pin) for need in needs):
            self._withdraw(pin)
            pin = None
        if not needs:
            return
        if pin is None:
            pin = next(self._choices.matches(name, "", [*needs]), None)
            if pin is None:
                raise _DeadEnd
            self.mapping[name] = pin
            self.add(self._choices.needs(pin))
        for extra in sorted({need.extra for need in self._needs[name]}):
            self._open_extra(pin, extra)

    def _open_extra(self, base: Pin, extra: str) -> None:
        pin = self._choices.pin(base.candidate, extra)
        if extra and pin.identifier not in self.mapping:
            self.mapping[pin.identifier] = pin
            self._extras.setdefault(base.candidate.name, []).append(pin)
            self.add(self._choices.needs(pin))

    def _withdraw(self, base: Pin) -> None:
        """Forget a pin with its extras, what they need, and what nobody else needs."""
        gone = [base]
        for each in gone:
            self._moves += 1
            if self._moves > _PATIENCE * len(self._needs):
                raise _DeadEnd
            for pin in (each, *self._extras.pop(each.candidate.name, ())):
                self.mapping.pop(pin.identifier, None)
                gone += filter(None, map(self._orphan, self._choices.needs(pin)))

    def _orphan(self, need: Need) -> Pin | None:
        """Drop a need; the pin that nobody needs any more, if it was the last of it."""
        needs = self._needs.get(need.name, {})
        if need not in needs:
            return None
        del needs[need]
        return None if needs else self.mapping.pop(need.name, None)

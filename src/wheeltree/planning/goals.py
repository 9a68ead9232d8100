"""Pieces of planning that wait for facts, each run again when all of its questions are answered."""

from collections import deque
from collections.abc import Callable, Iterable

from wheeltree.planning.facts import Missing, Question

Goal = Callable[[], Iterable["Goal"]]
"""Does one piece of planning and returns the pieces that follow from it; may raise Missing, and is
then called again from its beginning."""


class Goals:
    """Goals that can go on, and goals that wait.

    Each goal is run once per batch of its own questions, and not whenever any fact arrives: that
    keeps the cost of planning per package flat.
    """

    def __init__(self) -> None:
        self._active: deque[Goal] = deque()
        self._waiting: dict[Question, list[Goal]] = {}
        self._open: dict[Goal, set[Question]] = {}

    def add(self, *goals: Goal) -> None:
        """Take in goals."""
        self._active.extend(goals)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do and nothing is waited for."""
        return not self._active and not self._waiting

    def advance(self) -> list[Question]:
        """Run what can run; returns the questions that nobody waited for before."""
        asked: list[Question] = []
        while self._active:
            goal = self._active.popleft()
            try:
                self._active.extend(goal())
            except Missing as missing:
                asked.extend(self._park(goal, missing))
        return asked

    def learned(self, question: Question) -> None:
        """A question was answered; goals that waited for nothing else can go on."""
        for goal in self._waiting.pop(question, ()):
            self._open[goal].discard(question)
            if not self._open[goal]:
                del self._open[goal]
                self._active.append(goal)

    def _park(self, goal: Goal, missing: Missing) -> list[Question]:
        asked = [each for each in missing.questions if each not in self._waiting]
        self._open[goal] = set(missing.questions)
        for question in missing.questions:
            self._waiting.setdefault(question, []).append(goal)
        return sorted(asked, key=str)

"""Goals run as far as facts go, and again when all of their questions are answered."""

from packaging.utils import canonicalize_name

from wheeltree.planning.facts import Missing, Offers, Question
from wheeltree.planning.goals import Goal, Goals


def _question(name: str) -> Question:
    return Offers(name=canonicalize_name(name))


A, B, C = _question("a"), _question("b"), _question("c")


class _Waiter:
    """A goal that needs some answers, and counts how often it was tried."""

    def __init__(self, known: set[Question], *needs: Question, then: tuple[Goal, ...] = ()) -> None:
        self.runs = 0
        self.finished = False
        self._known = known
        self._needs = needs
        self._then = then

    def __call__(self) -> tuple[Goal, ...]:
        self.runs += 1
        unknown = set(self._needs) - self._known
        if unknown:
            raise Missing(*unknown)
        self.finished = True
        return self._then


def test_a_goal_without_questions_runs_once() -> None:
    goals, waiter = Goals(), _Waiter(set())
    goals.add(waiter)
    assert goals.advance() == []
    assert goals.settled
    assert waiter.runs == 1


def test_what_follows_from_a_goal_runs_too() -> None:
    goals, second = Goals(), _Waiter(set())
    goals.add(_Waiter(set(), then=(second,)))
    goals.advance()
    assert second.finished


def test_a_goal_is_run_again_only_when_all_of_its_questions_are_answered() -> None:
    known: set[Question] = set()
    goals, waiter = Goals(), _Waiter(known, A, B)
    goals.add(waiter)
    assert goals.advance() == [A, B]
    known.add(A)
    goals.learned(A)
    assert goals.advance() == []
    assert waiter.runs == 1
    assert not goals.settled
    known.add(B)
    goals.learned(B)
    goals.advance()
    assert waiter.runs == 2
    assert goals.settled


def test_a_question_of_two_goals_is_handed_out_once() -> None:
    known: set[Question] = set()
    goals, one, two = Goals(), _Waiter(known, B, A), _Waiter(known, A, C)
    goals.add(one, two)
    assert goals.advance() == [A, B, C]
    known |= {A, B, C}
    for question in (A, B, C):
        goals.learned(question)
    goals.advance()
    assert one.finished
    assert two.finished


def test_an_answer_that_nobody_waits_for_changes_nothing() -> None:
    goals = Goals()
    goals.learned(A)
    assert goals.settled
    assert goals.advance() == []


def test_the_order_of_questions_is_the_same_in_every_run() -> None:
    goals = Goals()
    goals.add(_Waiter(set(), C, A, B))
    assert goals.advance() == [A, B, C]

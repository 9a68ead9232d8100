"""Work that a thread does while the main one goes on."""

from threading import Event, current_thread

import pytest

from wheeltree.session.errand import Errand


def test_it_is_done_once_however_often_it_is_begun_and_asked_for() -> None:
    done: list[str] = []
    errand = Errand(lambda: done.append("once"))
    errand.begin().begin()
    errand.result()
    errand.result()
    assert done == ["once"]


def test_it_goes_on_beside_its_owner() -> None:
    met = Event()
    errand = Errand(lambda: met.wait(10)).begin()
    met.set()
    assert errand.result()


def test_it_begins_when_its_result_is_asked_for() -> None:
    assert Errand(current_thread).result() is not current_thread()


def test_nothing_is_done_that_nobody_asks_for() -> None:
    done: list[str] = []
    Errand(lambda: done.append("done"))
    assert done == []


def test_what_it_raises_is_raised_for_all_who_ask() -> None:
    errand = Errand(lambda: int("x")).begin()
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            errand.result()


def test_the_end_of_the_program_does_not_wait_for_it() -> None:
    never = Event()
    threads: list[bool] = []

    def work() -> None:
        threads.append(current_thread().daemon)
        never.wait(10)

    errand = Errand(work).begin()
    never.set()
    errand.result()
    assert threads == [True]

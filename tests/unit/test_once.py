from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from wheeltree.building.once import Once


def test_a_thing_is_made_once_and_who_comes_meanwhile_waits_for_it() -> None:
    once, made, begun, go_on = Once[int](), [0], Event(), Event()

    def make() -> int:
        made[0] += 1
        begun.set()
        assert go_on.wait(10)
        return made[0]

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(once.get, "a", make)
        assert begun.wait(10)
        others = [pool.submit(once.get, "a", make) for _ in range(2)]
        go_on.set()
        assert {each.result() for each in (first, *others)} == {1}
    assert once.get("a", make) == 1


def test_things_of_two_keys_are_made_at_the_same_time() -> None:
    once, both = Once[int](), Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(once.get, key, lambda: both.wait(10)) for key in ("a", "b")]
        assert {each.result() for each in results} == {0, 1}


def test_a_failure_is_raised_and_the_next_who_asks_tries_again() -> None:
    once = Once[int]()

    def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        once.get("a", fail)
    assert once.get("a", lambda: 7) == 7

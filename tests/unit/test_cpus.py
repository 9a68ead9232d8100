import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from wheeltree.building.cpus import Cpus


def test_builds_that_run_together_get_different_cpus_while_there_are_some() -> None:
    cpus, both = Cpus(), Barrier(2)

    def seen() -> frozenset[int]:
        with cpus.bound(1):
            both.wait(10)
            mine = frozenset(os.sched_getaffinity(0))
            both.wait(10)
        return mine

    with ThreadPoolExecutor(2) as pool:
        first, second = (each.result() for each in [pool.submit(seen) for _ in range(2)])
    everything = os.sched_getaffinity(0)
    assert len(first | second) == min(2, len(everything))
    assert first | second <= everything


def test_a_thread_has_all_cpus_again_afterwards() -> None:
    before = os.sched_getaffinity(0)
    with Cpus().bound(1):
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before


def test_a_build_that_may_use_everything_is_not_bound() -> None:
    before = os.sched_getaffinity(0)
    with Cpus().bound(len(before)):
        assert os.sched_getaffinity(0) == before

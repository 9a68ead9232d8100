"""Locks by name in one file, between threads."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from wheeltree.errors import StoreError
from wheeltree.store.locks import Busy, exclusive, exclusive_now, shared

Lock = Callable[[Path, str], AbstractContextManager[object]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def test_threads_exclude_one_another(file: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        with exclusive(file, "any text: https://example.org/"):
            inside.append(number)
            time.sleep(0.001)
            most.append(len(inside))
            inside.remove(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8


def test_two_names_do_not_wait_for_each_other(file: Path) -> None:
    with exclusive(file, "one"), exclusive(file, "two"), exclusive_now(file, "three"):
        pass


@pytest.mark.parametrize("holder", [exclusive, exclusive_now, shared])
def test_who_will_not_wait_is_told(file: Path, holder: Lock) -> None:
    with holder(file, "one"), pytest.raises(Busy), exclusive_now(file, "one"):
        pass
    with exclusive_now(file, "one"):
        pass


def test_any_number_share_a_lock(file: Path) -> None:
    with shared(file, "one"), shared(file, "one"):
        pass


@pytest.mark.parametrize(
    ("holder", "waiter"), [(exclusive, exclusive), (exclusive, shared), (shared, exclusive)]
)
def test_a_waiter_goes_on_when_the_last_holder_has_ended(
    file: Path, holder: Lock, waiter: Lock
) -> None:
    seen: list[str] = []

    def wait() -> None:
        with waiter(file, "one"):
            seen.append("waiter")

    thread = threading.Thread(target=wait)
    with holder(file, "one"):
        thread.start()
        time.sleep(0.05)
        seen.append("holder")
    thread.join()
    assert seen == ["holder", "waiter"]


def test_closing_one_descriptor_of_the_file_releases_no_other_lock(file: Path) -> None:
    with exclusive(file, "one"):
        with exclusive(file, "two"):
            pass
        file.read_bytes()
        with pytest.raises(Busy), exclusive_now(file, "one"):
            pass


def test_what_the_file_holds_does_not_matter(file: Path) -> None:
    file.write_bytes(b"process 1 on host")
    with exclusive(file, "one"):
        file.write_bytes(b"")
        with pytest.raises(Busy), exclusive_now(file, "one"):
            pass


def test_an_error_under_a_lock_releases_it(file: Path) -> None:
    with pytest.raises(ValueError), exclusive(file, "one"):
        raise ValueError
    with exclusive_now(file, "one"):
        pass


@pytest.mark.parametrize("lock", [exclusive, exclusive_now, shared])
def test_a_link_is_no_lock_file(file: Path, lock: Lock) -> None:
    file.symlink_to(file.with_name("elsewhere"))
    with pytest.raises(StoreError, match="cannot use"), lock(file, "one"):
        pass
    assert not file.with_name("elsewhere").exists()


def test_a_folder_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="missing"), exclusive(tmp_path / "missing" / "lock", "a"):
        pass

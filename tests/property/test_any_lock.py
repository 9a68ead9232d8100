"""Which names of locks exclude each other."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheeltree.store.locks import Busy, exclusive, exclusive_now


@given(st.lists(st.text(), unique=True, min_size=1, max_size=5))
def test_each_name_excludes_itself_and_no_other(names: list[str]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder, "lock")
        with exclusive(file, names[0]):
            with pytest.raises(Busy), exclusive_now(file, names[0]):
                pass
            for name in names[1:]:
                with exclusive_now(file, name):
                    pass

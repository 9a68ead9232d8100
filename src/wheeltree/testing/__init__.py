"""What authors of plugins test them with: no index, no store and no sandbox is needed.

Sample usage, with pytest::

    from wheeltree.testing import FakeWork, check_plugin, load_override

    def test_it_fetches_no_font() -> None:
        plugin = check_plugin(load_override("overrides/banner.py"))
        work = FakeWork(files={"setup.py": "fetch_font()"})
        plugin.prepare(work)
        assert work.files["setup.py"] == "pass"

Not done here: building. What a backend makes of the work is seen in a run.
"""

from wheeltree.testing.contracts import check_plugin
from wheeltree.testing.fakes import FakeWheel, FakeWork, fake_candidates, fake_package, fake_tree
from wheeltree.testing.loading import load_override

__all__ = [
    "FakeWheel",
    "FakeWork",
    "check_plugin",
    "fake_candidates",
    "fake_package",
    "fake_tree",
    "load_override",
]

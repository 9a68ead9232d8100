"""What users write in Python: how one package differs from others, and who hears of a run.

A plugin is a class derived from `PackagePlugin`, in `overrides/NAME.py` beside the settings file or
offered by an installed distribution (entry points `wheeltree.packages`). Its code runs in builder's
own process, since it is its user's; what it runs on a package's tree runs in the sandbox.

Not done here: settings, and anything that a declaration can say.
"""

from wheeltree.model.event import (
    Blocked,
    Built,
    Event,
    Failed,
    Finished,
    Notice,
    Prebuilt,
    Progress,
    Reused,
    Started,
    Summary,
)
from wheeltree.model.source import Candidate
from wheeltree.plugins.files import Files, WorkRefused
from wheeltree.plugins.observer import Observer
from wheeltree.plugins.package import PackagePlugin
from wheeltree.plugins.work import BuildWork, Package, SourceWork, Tree, Wheel, Work

__all__ = [
    "Blocked",
    "BuildWork",
    "Built",
    "Candidate",
    "Event",
    "Failed",
    "Files",
    "Finished",
    "Notice",
    "Observer",
    "Package",
    "PackagePlugin",
    "Prebuilt",
    "Progress",
    "Reused",
    "SourceWork",
    "Started",
    "Summary",
    "Tree",
    "Wheel",
    "Work",
    "WorkRefused",
]

"""Whatever the tree, a solution satisfies everything, and a failure means that there is none."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.unit import small_world

"""Rebuild a whole tree of Python wheels from source.

A plan is data (`planning`), building interprets it (`building`), a schedule decides when
(`scheduling`), a content-addressed store keeps what came out (`store`).

Non-goals: running a package index for the public, uploading, and installing into environments
other than the ones a build needs. pip and uv install from the wheelhouse.
"""

__version__ = "0.1.0"

"""From a candidate to a prepared source tree: fetch, verify, unpack, patch, read.

Nothing of a package is executed here; GNU patch runs where the caller's Runner runs it. Resolving,
building and storing are others' work.
"""

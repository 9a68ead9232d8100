"""From a candidate to a sealed source tree: fetch, verify, unpack, patch, read, seal.

Nothing of a package is executed here; GNU patch runs where the caller's Runner runs it. Resolving,
building and storing are others' work.
"""

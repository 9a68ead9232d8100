"""The command `builder`: parse, call, render; no algorithm.

`console` chooses how a run is shown. Non-goals: deciding anything about a build.
"""

"""This machine: its interpreters, its pip, its system packages, as facts that a plan can use.

Nothing here knows a plan, a store or a sandbox, and nothing is remembered: a fact that is dear has
a cheap stamp that its caller may file it under.
"""

"""Statements of how wheels were made: written, signed, and checked down to sources.

An in-toto statement with SLSA provenance says of one wheel what it was made from and how; an
envelope carries it with its signatures. Nothing here knows of stores and wheelhouses but the
folder that is checked.
"""

"""The nouns of wheeltree: frozen values without I/O.

Requirement, Version, SpecifierSet and Tag are `packaging`'s own, not wrapped. Nothing here reads a
file, starts a process or knows a setting's YAML.
"""

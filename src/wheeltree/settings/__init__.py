"""What the user says about packages: YAML in, typed values with their file and line out.

`load` reads, `schema` says what may be written, `evaluate` turns it into the recipe of one package.
Non-goals: reading requirements files, and options of the command line.
"""

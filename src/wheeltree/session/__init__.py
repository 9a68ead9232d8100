"""The only place that wires things: from what the user asked to a run, and to what it publishes.

Nothing here is passed down. It decides nothing about versions, builds or files; it reads what was
asked (`asked`), what the machine is (`machine`), runs planning and building (`bootstrap`), and
answers questions about earlier runs.
"""

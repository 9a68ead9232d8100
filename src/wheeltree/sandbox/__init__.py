"""Sandboxes: what a build sees of the machine, and the mechanisms that show it just that.

Nothing here knows wheels, hooks or settings: a job is a command, the folders it may see, an
environment and limits. Its outcome says how it ended, and what it tried to reach over the network.
"""

"""Sandboxes: what a build sees of the machine, and the mechanisms that show it just that.

Nothing here knows wheels, hooks or settings: a job is a command, the folders it may see and an
environment. Resources (memory, disk) are not limited here, and attempts to reach the network fail
without being named.
"""

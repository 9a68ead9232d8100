"""In which order a growing graph of tasks is worked on.

`schedule` decides and does no I/O; `runner` starts threads and knows no graph. Neither knows what
a task does.
"""

"""Signals as in a terminal: a CI may ignore some, and what a process ignores its children ignore."""

import signal

signal.signal(signal.SIGINT, signal.default_int_handler)
for each in (signal.SIGHUP, signal.SIGTERM):
    signal.signal(each, signal.SIG_DFL)

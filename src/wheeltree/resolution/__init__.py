"""Which versions go together: requirements in, one candidate for each project out.

Reads requirements files and index pages, and solves. It fetches no source, asks no build backend
and builds nothing: whatever a solve needs to know comes through `resolve.World`.
"""

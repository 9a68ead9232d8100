"""Small worlds that tests build themselves: projects, an index of them, and runs against it."""

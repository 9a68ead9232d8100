"""What is kept: the content-addressed store, and wheelhouses as views of it.

Two ideas: the `Store` (`local`) holds bytes by digest (`contents`), records by key (`records`) and
packed trees by digest (`trees`), and can be killed at any moment; a wheelhouse (`wheelhouse`,
`publishing`) is a view of some of its wheels that pip and uv install from, and can be made again.

Non-goals: knowing what a record means, deciding what to build, serving over a network.
"""

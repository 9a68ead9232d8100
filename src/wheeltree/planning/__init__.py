"""From requirements to an immutable plan, without knowing how a question is answered.

`planner` is written as if the world were known. What it does not know it raises as `Missing`
questions; `drive` has them answered, in parallel, and goes on. `answers` maps each question to the
service that knows. `lockfile` is the plan as a file.
"""

"""From a `BuildSpec` to an `Artifact`, in a straight line: `realise.py` is the page to read first.

    environment + install   the wheels that a build needs, unpacked once, merged once, seen at /env
    frontend                PEP 517 hooks, run in the sandbox
    wheel + repack          what came out: checked, then packed canonically
    diagnosis               what a failed build's log says

Not done here: deciding what to build, or when; fetching or preparing sources; publishing.
"""

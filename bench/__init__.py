"""The benchmarks of wheeltree: `python -m bench` compares it with Fromager, pip and uv.

Nothing of the product imports it. What each number means is in README.md beside this file.
"""

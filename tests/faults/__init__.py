"""Faults, put into builds of a small project on purpose: a build survives one if the project ends
as if it had not been.

`make faults` tries all of them and writes docs/faults.md; `tests/test_faults.py` tries a sample. A
module holds one kind of fault.
"""

"""Weights that were made elsewhere: read from a file without running anything in it, laid out as
ours, and accounted for to the last tensor.
"""

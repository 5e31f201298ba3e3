"""What needs no sampling: floors by dynamic programming, decision regions by half-plane
clipping.
"""

"""Sheets that set all reports side by side: each report computes its own panel, and one picture
shows them all.
"""

SLUGS = ("loss-curves", "attention-maps")  # in the order of their page

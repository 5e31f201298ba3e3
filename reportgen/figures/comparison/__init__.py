"""Sheets that set all reports side by side: each report computes its own panel, and one picture shows them all."""

from reportgen.figures.comparison.attention import AttentionMaps
from reportgen.figures.comparison.curves import LossCurves
from reportgen.figures.comparison.sheet import Sheet

SHEETS: dict[str, Sheet] = {sheet.slug: sheet for sheet in (LossCurves(), AttentionMaps())}

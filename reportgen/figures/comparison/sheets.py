"""Every sheet there is."""

from reportgen.figures.comparison.attention import AttentionMaps
from reportgen.figures.comparison.curves import LossCurves
from reportgen.figures.comparison.sheet import Sheet

SHEETS: dict[str, Sheet] = {sheet.slug: sheet for sheet in (LossCurves(), AttentionMaps())}

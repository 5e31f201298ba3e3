"""Every sheet there is."""

from reportgen.systems.sequence_rules.comparison.attention import AttentionMaps
from reportgen.systems.sequence_rules.comparison.curves import LossCurves
from reportgen.systems.sequence_rules.comparison.sheet import Sheet

SHEETS: dict[str, Sheet] = {sheet.slug: sheet for sheet in (LossCurves(), AttentionMaps())}

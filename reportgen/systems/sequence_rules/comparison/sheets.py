"""Every sheet there is."""

from typing import Any

from reportgen.systems.sequence_rules.comparison.attention import AttentionMaps
from reportgen.systems.sequence_rules.comparison.curves import LossCurves
from reportgen.systems.sequence_rules.comparison.sheet import Sheet

SHEETS: dict[str, Sheet[Any]] = {sheet.slug: sheet for sheet in (LossCurves(), AttentionMaps())}

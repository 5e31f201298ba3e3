"""What facts, pages and pictures say instead, of a network whose weights were given.

Nobody here knows what it was trained on. Where the configuration says which end of the text it was
not, tables are counted in the rest; otherwise they are counted in the whole text, and no part of it
is said to be held out.
"""

import re

from reportgen.core.config import Config
from reportgen.measure.given import not_held_out
from reportgen.systems.text.config import data_config

Instead = tuple[tuple[str, str], ...]  # patterns, and what stands for what they match, in order

ALWAYS: Instead = (
    (r"; some of its blocks train, some choose the displayed seed, some are held out\.", "."),
    (r"blocks that neither trained nor chose anything", "held-out blocks, which choose nothing"),
    (r"; it chose which seed is shown, so", "; they choose the smoothing of counts, so"),
    (r"The only seed of this training\.", "The network as it was given at each step."),
    (r"Training and validation loss;", "Loss on the rest of the text and on validation windows;"),
    (r"^train(?=  \d)", "rest of the text"),
)
END_IS_KNOWN: Instead = (
    (r"\bthe same training blocks\b", "the counted blocks"),
    (r"(?<!the )\btraining text\b", "the counted text"),
    (r"\btraining (blocks?|text)\b", r"counted \1"),
)
NOTHING_IS_KNOWN: Instead = (
    (r"(?<!the )\btraining text\b", "other windows of the text"),
    (r"\b(?:the )?training blocks['’]", "the whole text’s"),
    (r"\b(?:the )?(?:same )?training (?:blocks?|text)\b", "the whole text"),
    (r"\bheld-out windows themselves\b", "evaluated windows themselves"),
    (r"\bheld-out loss\b", "loss on these"),
    (r"\b(?:the )?held-out text\b", "the given text"),
    (r"\bheld-out(\s)(windows|blocks|passages|positions|tokens)\b", r"\2\1of the given text"),
    (r"\bHeld-out passages\b", "Passages of the given text"),
    (r"\bno validation window\b", "no other window"),
    (r"\bvalidation tokens\b", "tokens of other windows"),
    (r"\bvalidation (windows|blocks)\b", r"other \1"),
    (r"\bvalidation loss\b", "loss on other windows"),
    (r"\bValidation loss\b", "Loss on other windows"),
    (r"^validation(?=  \d)", "other windows"),
)


def as_given(config: Config, text: str) -> str:
    """A text about a network whose weights were given."""
    known = data_config(config).held_out_end is not None
    for pattern, instead in (*ALWAYS, *(END_IS_KNOWN if known else NOTHING_IS_KNOWN)):
        text = re.sub(pattern, instead, text)
    return text if known else not_held_out(text)

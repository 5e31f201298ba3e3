"""Verdicts that exclude each other: of one network, at one checkpoint, they are never both true."""

Said = tuple[str, str]  # a claim and a verdict

EXCLUSIONS: tuple[tuple[Said, Said], ...] = (
    # all inputs are those that are held out and the others
    (("solved", "holds"), ("generalises", "partly")),
    (("solved", "holds"), ("generalises", "fails")),
    (("solved", "holds"), ("seen_is_easier", "holds")),
    (("solved", "holds"), ("seen_is_easier", "partly")),
    # an answer that leads is the likeliest
    (("sure", "holds"), ("solved", "partly")),
    (("sure", "holds"), ("solved", "fails")),
    (("sure", "partly"), ("solved", "partly")),
    (("sure", "partly"), ("solved", "fails")),
    (("sure", "fails"), ("solved", "holds")),
)

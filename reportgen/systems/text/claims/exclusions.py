"""Verdicts that exclude each other: of one network, at one checkpoint, they are never both true."""

Said = tuple[str, str]  # a claim and a verdict

EXCLUSIONS: tuple[tuple[Said, Said], ...] = (
    # what does better than any table of one token uses more than one
    (("beats_every_pair_reader", "holds"), ("reads_further_back", "fails")),
    # pair counts are such a table, and so are token frequencies
    (("beats_pairs", "fails"), ("beats_every_pair_reader", "holds")),
    (("beats_frequencies", "fails"), ("beats_every_pair_reader", "holds")),
    # an induction head is a head that has a class
    (("has_an_induction_head", "holds"), ("most_heads_have_a_class", "fails")),
)

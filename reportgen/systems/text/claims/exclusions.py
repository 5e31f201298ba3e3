"""Verdicts that exclude each other: of one network, at one checkpoint, they are never both true."""

Said = tuple[str, str]  # a claim and a verdict

EXCLUSIONS: tuple[tuple[Said, Said], ...] = (
    # who is ahead of every reader of one token reads more than one
    (("beats_every_pair_reader", "holds"), ("reads_further_back", "fails")),
    # one of those readers has counted pairs, and one only tokens
    (("beats_pairs", "fails"), ("beats_every_pair_reader", "holds")),
    (("beats_frequencies", "fails"), ("beats_every_pair_reader", "holds")),
    # an induction head is a head that has a class
    (("has_an_induction_head", "holds"), ("most_heads_have_a_class", "fails")),
)

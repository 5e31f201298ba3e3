"""Verdicts that exclude each other: of one network, at one checkpoint, they are never both true."""

Said = tuple[str, str]  # a claim and a verdict

EXCLUSIONS: tuple[tuple[Said, Said], ...] = (
    # all inputs are those that are held out and the others
    (("solved", "holds"), ("generalises", "partly")),
    (("solved", "holds"), ("generalises", "fails")),
    (("solved", "holds"), ("seen_is_easier", "holds")),
    (("solved", "holds"), ("seen_is_easier", "partly")),
    # nothing is answered better than all of the inputs
    (("generalises", "holds"), ("seen_is_easier", "holds")),
    (("generalises", "holds"), ("seen_is_easier", "partly")),
    # of the seeds that fit, those that solve it are some
    (("seeds_agree", "holds"), ("fit_is_enough", "fails")),
)

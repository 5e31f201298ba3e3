"""Verdicts that exclude each other: of one network, at one checkpoint, they are never both true."""

Said = tuple[str, str]  # a claim and a verdict

EXCLUSIONS: tuple[tuple[Said, Said], ...] = (
    # who has an induction head does not do without one, and it is the head that matches prefixes
    (("has_induction_head", "holds"), ("solved_without_head", "holds")),
    (("has_induction_head", "holds"), ("solved_without_head", "partly")),
    (("has_induction_head", "holds"), ("matches_prefixes", "fails")),
    # what is not solved is not solved without a head
    (("solves_task", "fails"), ("solved_without_head", "holds")),
    (("solves_task", "fails"), ("solved_without_head", "partly")),
    # two parts do not both carry most of it, each more than the other
    (("path_through_keys", "holds"), ("path_through_queries", "holds")),
    (("path_through_keys", "partly"), ("path_through_queries", "partly")),
)

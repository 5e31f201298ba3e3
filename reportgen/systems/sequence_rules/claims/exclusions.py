"""Verdicts that exclude each other: of one network, at one checkpoint, they are never both true.

A test looks for them among all verdicts that are kept, of every seed, and on all pages.
"""

Said = tuple[str, str]  # a claim and a verdict

EXCLUSIONS: tuple[tuple[Said, Said], ...] = (
    # its loss cannot be the best from the last token and lie below it, or be the best possible
    (("stalls_at_bigram", "holds"), ("looks_back", "holds")),
    (("stalls_at_bigram", "holds"), ("near_the_floor", "holds")),
    # no mistake anywhere is none in the data, at no distance
    (("no_exceptions", "holds"), ("no_exceptions_in_data", "partly")),
    (("no_exceptions", "holds"), ("no_exceptions_in_data", "fails")),
    (("no_exceptions", "holds"), ("exceptions_far", "partly")),
    (("no_exceptions", "holds"), ("exceptions_far", "fails")),
    (("perfect_by_default", "holds"), ("perfect_in_data", "fails")),
    # what is idle is not needed, and what is not needed is not one of two that are
    (("attention_idle", "holds"), ("attention_needed", "holds")),
    (("attention_idle", "holds"), ("both_needed", "holds")),
    (("attention_needed", "fails"), ("both_needed", "holds")),
    (("ffn_needed", "fails"), ("both_needed", "holds")),
    (("attention_needed", "holds"), ("both_needed", "fails")),
    (("ffn_needed", "holds"), ("both_needed", "fails")),
    # most attention on the answer at every distance is most of it over all
    (("attention_reaches_far", "holds"), ("attention_finds_answer", "fails")),
    (("trace_answers", "fails"), ("trace_lands", "holds")),
    (("trace_answers", "fails"), ("trace_lands", "partly")),
    (("trace_answers", "partly"), ("trace_lands", "holds")),
    # where no answer is missed often, and none at any distance, few are missed in all
    (("every_answer", "holds"), ("learns_rule", "partly")),
    (("every_answer", "holds"), ("learns_rule", "fails")),
    (("far_answers", "holds"), ("learns_rule", "partly")),
    (("far_answers", "holds"), ("learns_rule", "fails")),
    # a first choice is wrong at most twice as often as what is drawn
    (("samples_obey", "holds"), ("learns_rule", "fails")),
)

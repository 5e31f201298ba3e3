"""What the pages may not say of each perturbed network, and what they have to go on saying, as
data: claims by name, with the reason in a word.

A claim belongs to whichever systems have one of this name; where a report does not ask it, nothing
is required.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# that a network does its task, by what it says
RIGHT = """
    learns_rule every_answer far_answers beats_previous_token samples_obey no_exceptions
    no_exceptions_in_data generated_text_obeys trace_answers trace_lands near_the_floor looks_back
    perfect_by_default perfect_in_data one_look_suffices one_point_a_token ffn_finishes seeds_agree
    solved generalises last_turns one_to_one fit_is_enough stays_solved
    solves_task solves_at_once uses_context solved_without_head follows_the_token
    demonstrations_continued has_induction_head
    beats_pairs beats_every_pair_reader beats_triples better_list gains_by_repeats learns_pairs
    names_predecessors writes_pairs
    sure looking_suffices copying_suffices answer_suffices key_suffices cosines_suffice
    key_is_enough
"""
# that a part of it does something for what it says
PARTS = """
    attention_needed ffn_needed positions_needed both_needed
    every_matrix_needed looks_by_place comes_straight mlp_adds_one first_brings last_brings
    layers_are_needed path_through_keys path_through_queries handed_on fetched_from_source
    reads_further_back attention_pushes_right feed_forward_speaks each_part_brings_nearer
    every_part_needed every_head_needed neurons_are_missed moved_early one_head_brings fetched_late
    attention_is_missed_more most_heads_have_a_class key_is_needed
"""
# what attention does, whatever comes of it
LOOKS = """
    attention_finds_answer prefers_latest later_scores_higher attention_reaches_far
    answer_scores_highest trigger_queries_opposed
    first_looks last_looks
    first_layer_looks_back matches_prefixes looks_at_copies
    looks_one_back heads_share_the_work looks_at_the_answer larger_wins
"""
# what the data, the rule and the sizes are, whatever the network is
DATA = """
    text_stays_open asks_to_look_back trigger_rarer_than_drawn
    holdout_is_corner
"""
TABLES = "classes_separable positions_ordered neighbours_alike kinds_together"
# sums and bounds that are true of every network of this architecture
ALWAYS = "logits_add_up all_parts_add_up sources_add_up only_the_last_token"
ATTENTION = """
    attention_needed every_head_needed attention_pushes_right attention_is_missed_more
    moved_early one_head_brings fetched_late fetched_from_source handed_on path_through_keys
    path_through_queries first_brings last_brings comes_straight layers_are_needed
    reads_further_back
"""
FORWARD = "ffn_needed ffn_finishes feed_forward_speaks neurons_are_missed"
POSITIONS = "positions_needed positions_ordered"
CERTAIN = """
    learns_rule every_answer far_answers beats_previous_token no_exceptions no_exceptions_in_data
    exceptions_far trace_answers trace_lands cells_match_rule no_foreign_cells
    solved generalises seen_is_easier last_turns one_to_one errors_spread solves_task
    solves_at_once demonstrations_continued names_followers perfect_by_default perfect_in_data
    one_look_suffices one_point_a_token seeds_agree
"""  # by the likeliest token alone, however likely it is

# of networks that answer the same inputs, or go on with repetitions, whatever they are tested on
SAME_INPUTS = set(
    """
    solved generalises last_turns one_to_one fit_is_enough stays_solved
    uses_context has_induction_head sure looking_suffices copying_suffices
    answer_suffices key_suffices cosines_suffice key_is_enough
    """.split()
)


@dataclass(frozen=True)
class Law:
    """What is required of the reports of one perturbation."""

    never: Mapping[str, str]  # reason -> claims that do not hold
    not_partly: Mapping[str, str]  # reason -> claims that do not even hold in part
    kept: Mapping[str, str]  # reason -> claims whose verdict is that of the unperturbed network

    @classmethod
    def of(
        cls,
        never: Mapping[str, str] | None = None,
        *,
        partly: Mapping[str, str] | None = None,
        kept: Mapping[str, str] | None = None,
    ) -> "Law":
        return cls(never or {}, partly or {}, kept or {})

    @property
    def claims(self) -> set[str]:
        """All that it speaks of."""
        named = (*self.never.values(), *self.not_partly.values(), *self.kept.values())
        return {name for names in named for name in names.split()}

    def broken(
        self, verdicts: Mapping[str, str], original: Mapping[str, str]
    ) -> list[tuple[str, str, str]]:
        """Claims of which something is said that is not allowed: the claim, what, and why not."""
        found = []
        for wrong, laws in ((("holds",), self.never), (("holds", "partly"), self.not_partly)):
            for reason, claims in laws.items():
                for name in claims.split():
                    if verdicts.get(name) in wrong:
                        found.append((name, verdicts[name], reason))
        for reason, claims in self.kept.items():
            for name in claims.split():
                if name in verdicts and name in original and verdicts[name] != original[name]:
                    found.append((name, f"{verdicts[name]}, not {original[name]}", reason))
        return found


LAWS: Mapping[str, Law] = {
    "constant output": Law.of(
        {"a head that is not missed has no class": "has_an_induction_head"},
        partly={
            "it always says the same": RIGHT
            + PARTS
            + "guesses_answers copies a_head_copies attention_is_fixed"
        },
        kept={
            "attention is as it was": LOOKS,
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "values zeroed": Law.of(
        {"attention brings nothing": "trace_lands far_answers solves_task solved both_needed"},
        partly={"attention brings nothing": ATTENTION + "copies a_head_copies uses_context"},
        kept={
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "attention spread evenly": Law.of(
        {"it looks at no place more than at another": LOOKS + "path_through_queries"},
        partly={
            "equal shares": """
                first_looks last_looks first_layer_looks_back matches_prefixes looks_at_copies
                looks_one_back has_an_induction_head queries_compose
                trigger_queries_opposed
            """
        },
        kept={"it is not about the network": DATA, "true of all of them": ALWAYS},
    ),
    "feed-forward layers zeroed": Law.of(
        {"they do nothing": "both_needed"},
        partly={"they do nothing": FORWARD},
        kept={"it is not about the network": DATA, "embeddings are as they were": TABLES},
    ),
    "first layer zeroed": Law.of(
        partly={"it does nothing": "first_brings keys_compose queries_compose handed_on"},
        kept={"it is not about the network": DATA, "embeddings are as they were": TABLES},
    ),
    "last layer zeroed": Law.of(
        partly={"it does nothing": "last_brings fetched_late last_turns path_through_keys"},
        kept={"it is not about the network": DATA, "embeddings are as they were": TABLES},
    ),
    "first head zeroed": Law.of(
        {"one head does nothing": "every_head_needed every_matrix_needed"},
        kept={"it is not about the network": DATA, "embeddings are as they were": TABLES},
    ),
    "first layer in the place of the last": Law.of(
        partly={"what stood first does nothing": "first_brings"},
        kept={
            "it is not about the network": DATA,
            "embeddings are as they were": TABLES,
            "true of all of them": ALWAYS,
        },
    ),
    "two embeddings swapped": Law.of(
        {"one answer is taken for another": "no_exceptions solved every_answer generalises"},
        kept={"it is not about the network": DATA, "true of all of them": ALWAYS},
    ),
    "all embeddings equal": Law.of(
        {  # in part an answer may score highest: at the one position that always does
            "it cannot tell tokens apart": RIGHT
            + TABLES.replace("positions_ordered", "answer_scores_highest")
        },
        partly={
            "it cannot tell tokens apart": """
                classes_separable prefers_latest neighbours_alike
                kinds_together reads_further_back solved solves_task learns_pairs one_to_one
                weights_match matches_prefixes looks_at_copies attention_pushes_right
            """
        },
        kept={"positions are as they were": "positions_ordered", "not about the network": DATA},
    ),
    "unembedding permuted": Law.of(
        {"it names the wrong token": RIGHT},
        kept={
            "attention is as it was": LOOKS,
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "unembedding rotated": Law.of(
        {"what is written is not what is read": RIGHT},
        kept={
            "attention is as it was": LOOKS,
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "an answer never given": Law.of(
        {"one answer is never given": "no_exceptions solved every_answer"},
        kept={
            "attention is as it was": LOOKS,
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "outputs a tenth as sure": Law.of(
        {"it is hardly sure of anything": "samples_obey near_the_floor sampling_is_free"},
        kept={
            "the likeliest token is the same": CERTAIN,
            "attention is as it was": LOOKS,
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "outputs ten times as sure": Law.of(
        kept={
            "the likeliest token is the same": CERTAIN,
            "attention is as it was": LOOKS,
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "positions reversed": Law.of(
        {"it was trained the other way round": "no_exceptions far_answers later_scores_higher"},
        kept={
            "tokens are as they were": "neighbours_alike kinds_together",
            "reversed is an order too": "positions_ordered",
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "positions all equal": Law.of(
        {"it cannot tell positions apart": "no_exceptions far_answers solved later_scores_higher"},
        partly={"it has none": POSITIONS + " looks_one_back first_layer_looks_back"},
        kept={
            "tokens are as they were": "neighbours_alike kinds_together",
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "positions around a circle": Law.of(
        {
            "it cannot tell positions apart": "no_exceptions far_answers later_scores_higher",
            "no order is left": "positions_ordered original_ladder original_later",
        },
        kept={
            "tokens are as they were": "neighbours_alike kinds_together",
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "attention to one position cut": Law.of(
        {"one position is not found": "no_exceptions answer_scores_highest later_scores_higher"},
        kept={"it is not about the network": DATA, "true of all of them": ALWAYS},
    ),
    "scores ten times as large": Law.of(
        kept={
            "the order of scores is the same": "later_scores_higher answer_scores_highest",
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "a last bit of noise": Law.of(
        kept={
            "nothing that counts has changed": " ".join(
                (RIGHT, PARTS, LOOKS, DATA, TABLES, ALWAYS, CERTAIN, FORWARD, POSITIONS)
            )
        },
    ),
    "outputs a billion times as sure": Law.of(
        {"nothing adds up to ten places": "logits_add_up all_parts_add_up"},
        kept={
            "the likeliest token is the same": CERTAIN,
            "attention is as it was": LOOKS,
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
        },
    ),
    "noise on the embedding": Law.of(
        kept={"not about the network": DATA, "true of all of them": ALWAYS}
    ),
    "noise on the unembedding": Law.of(
        kept={
            "attention is as it was": LOOKS,
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "noise on queries and keys": Law.of(
        kept={
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "noise on values": Law.of(
        kept={
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "noise on the feed-forward layers": Law.of(
        kept={
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "feed-forward layers a billion times as large": Law.of(
        {"nothing adds up to ten places": "sources_add_up"},
        kept={"attention of the first layer is as it was": "looks_one_back"},
    ),
    "weights before training": Law.of(
        {"nothing has been learnt": RIGHT},
        partly={"nothing has happened": "attention_first classes_part_first train_first"},
        kept={"it is not about the network": DATA, "true of all of them": ALWAYS},
    ),
    "training backwards": Law.of(
        {"what was learnt is lost": RIGHT + "attention_first classes_part_first stays_solved"},
        kept={"it is not about the network": DATA, "true of all of them": ALWAYS},
    ),
    "learnt and lost again": Law.of(
        {"what was learnt is lost": RIGHT + "attention_first classes_part_first stays_solved"},
        kept={"it is not about the network": DATA, "true of all of them": ALWAYS},
    ),
    "learnt at once": Law.of(
        {"all of it came at one checkpoint": "attention_first classes_part_first train_first"},
        kept={"the last checkpoint is the same": " ".join((CERTAIN, LOOKS, TABLES, ALWAYS, PARTS))},
    ),
    "training broken off": Law.of(
        {"one network is no sample": "seeds_agree fit_is_enough random_is_easier"},
        kept={"it is not about the network": DATA},
    ),
    "learnt in straight lines": Law.of(
        kept={"the last checkpoint is the same": " ".join((CERTAIN, LOOKS, TABLES, ALWAYS, PARTS))},
    ),
    "learnt in one leap": Law.of(
        kept={"the last checkpoint is the same": " ".join((CERTAIN, LOOKS, TABLES, ALWAYS, PARTS))},
    ),
    "a single seed": Law.of(
        {"one network is no sample": "seeds_agree perfect_by_default perfect_in_data"},
        kept={"it is the same network": " ".join((LOOKS, TABLES, ALWAYS, DATA, PARTS))},
    ),
    "every seed the same": Law.of(
        kept={
            "it is the same network": " ".join((LOOKS, TABLES, ALWAYS, DATA, PARTS, FORWARD)),
            "of one network": "solved generalises solves_task learns_rule no_exceptions",
        },
    ),
    "every seed another one": Law.of(
        {"not all that fit generalise": "fit_is_enough seeds_agree"},
        kept={"it is not about the network": "holdout_is_corner"},
    ),
    "another task": Law.of(  # repetitions are found whatever their period is
        {
            "it was trained on another": " ".join(set(RIGHT.split()) - SAME_INPUTS)
            + " attention_idle"
        },
        kept={"the inputs are the same, divided otherwise": "solved one_to_one last_turns"},
    ),
    "another task without attention": Law.of(
        {"it was trained on another": RIGHT + "both_needed attention_idle"},
        partly={"attention brings nothing": "attention_needed"},
    ),
    "an easier task, values three times as large": Law.of(  # short contexts it may answer all
        {"it depends on what it does not need": "attention_idle"}
    ),
    "constant output, and right so": Law.of(
        partly={"it always says the same": "looks_back " + PARTS + "ffn_finishes guesses_answers"},
    ),
    "queries, keys and values alike": Law.of(
        partly={"they are the same": "spaces_start_apart"},
        kept={
            "embeddings are as they were": TABLES,
            "it is not about the network": DATA,
            "true of all of them": ALWAYS,
        },
    ),
    "a task that reads two kinds": Law.of({"it was trained on another": RIGHT}),
    "a task that reads two kinds, all embeddings equal": Law.of(
        {"it cannot tell tokens apart": RIGHT + "read_kinds_separable classes_separable"},
        partly={"it cannot tell tokens apart": "read_kinds_separable classes_separable"},
    ),
    "a text in random order, and its frequencies": Law.of(
        partly={"it says the same whatever it reads": PARTS + "beats_every_pair_reader"},
    ),
    "a task with dead ends": Law.of({"it was trained on another": RIGHT + "text_stays_open"}),
    "as few held-out items as there can be": Law.of(
        kept={
            "every context is tried all the same": "no_exceptions no_exceptions_in_data",
            "it follows from the weights": TABLES + " later_scores_higher answer_scores_highest",
        },
    ),
}

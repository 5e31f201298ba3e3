"""What is said where the current token was not read before, on the sequences of `mistakes`."""

from dataclasses import replace

import numpy as np

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.systems.repeated_sequences.facts import mistakes
from reportgen.systems.repeated_sequences.view import Study

NEW = "positions whose token is new"
FIRST, READ = "the first token of the sequence", "another token that was read"


@fact("Possible tokens said where the token is new", better="high", tolerance=0.02)
def possible_after_new(study: Study) -> Fact:
    """Share of the positions whose token was not read before at which the network says a token that
    may come: one not read so far, as long as fewer were read than the longest period has, or from
    the shortest period on the first one again; parts by what it says. A random guess is uniform
    over the vocabulary.
    """
    found, (shortest, longest) = mistakes.answers(study), study.rule.period
    sequences, said = found.sequences, found.said
    position, new = np.arange(sequences.inputs.shape[1]), ~sequences.told
    first, current = said == sequences.inputs[:, :1], said == sequences.inputs
    read = mistakes.was_read(sequences, said)
    ways = {
        mistakes.UNREAD: ~read,
        FIRST: first & (position > 0),
        mistakes.CURRENT: current,
        READ: read & ~current & ~first,
    }
    parts = mistakes.most(found, ways, new, NEW)
    may = (~read & (position + 1 < longest)) | (first & (position + 1 >= shortest))
    vocabulary, count = len(study.tokens), position + 1  # different tokens were read
    many = np.where(count < longest, vocabulary - count, 0) + (count >= shortest)
    guess = float((many * new).sum() / new.sum() / vocabulary)
    return replace(
        found.sample.average(may, new, unit="percent", of=NEW, counted=True),
        baseline=Reference("a random guess", guess),
        parts=parts.parts,
        details=dict(parts.details)
        | dict(
            median_text=written(float(np.median(found.surely[new])), "share"),
            guess_text=written(guess, "percent"),
        ),
    )


@fact("Wrong after as many tokens as the longest period has", better="low", tolerance=0.05)
def wrong_at_longest(study: Study) -> Fact:
    """Share of the positions at which as many different tokens were read as the longest period has
    and the network does not say the first one, which alone can come.
    """
    found, (_, longest) = mistakes.answers(study), study.rule.period
    where = ~found.sequences.told & (np.arange(found.said.shape[1]) + 1 == longest)
    of = "positions at which as many different tokens were read as the longest period has"
    if not where.any():
        return missing(f"not defined: there are no {of}", unit="percent", of=of)
    wrong = found.said != found.sequences.targets
    return replace(
        found.sample.average(wrong, where, unit="percent", of=of, counted=True),
        details=dict(longest=written(longest, "count")),
    )

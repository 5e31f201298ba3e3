"""What the weights say without any input: which tokens an output's query would look at, and what it
would say of a token that it looks at.
"""

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.study import held
from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.measure.head_circuits import Circuits, copying, diagonal
from reportgen.measure.heads import heads
from reportgen.systems.input_to_output.facts.attention import head_name
from reportgen.systems.input_to_output.view import Study

NO_NUMBERS = "the tokens of an input are no numbers, so none of them is larger than another"
NOTHING_COMMON = "no token is one of an input and of an output, so there is nothing to copy"


@held
def scores(study: Study) -> dict[int, Float[np.ndarray, "place query key"]]:
    """For each head of the first layer: the score of the query that writes the first output, if it
    stands on a token (row), with each token (column) at each place of the input. Exact, since the
    first layer reads token and position alone.

    Rows are the tokens that may stand where that query is: all tokens of its place, or the token
    that is always there.
    """
    data, head = study.data, study.data.head
    queries, keys = query_tokens(study), key_tokens(study)
    pairs = [(place, q, k) for place in range(len(data.places)) for q in queries for k in keys]
    rows = np.tile(data.rows.inputs[0, :head], (len(pairs), 1))
    for row, (place, q, k) in zip(rows, pairs):
        row[-1] = q
        row[data.places[place]] = k
    # where the query stands on the place itself, it is the key's own token
    traced = study.trace_of(rows, keep=("attn_scores",))
    shape = (len(data.places), len(queries), len(keys))
    every = np.asarray(traced.attn_scores(layer=0).filled(np.nan))[:, :, head - 1]
    at = np.array([data.places[place] for place, *_ in pairs])
    found = np.take_along_axis(every, at[:, None, None], -1)[..., 0]
    return {i: found[:, i].reshape(shape) for i in range(found.shape[1])}


def query_tokens(study: Study) -> Int[np.ndarray, "_"]:
    """Ids of the tokens that may stand before the first output."""
    return np.unique(study.data.rows.inputs[:, study.data.head - 1])


def key_tokens(study: Study) -> Int[np.ndarray, "_"]:
    """Ids of the tokens that may stand in an input."""
    return np.unique(study.data.rows.inputs[:, study.data.places])


def both(study: Study) -> Int[np.ndarray, "_"]:
    """Ids of the tokens that stand in inputs and in outputs."""
    return np.intersect1d(key_tokens(study), study.data.answerable)


def _numeric(study: Study) -> bool:
    return all(isinstance(study.rule.vocabulary[int(i)], int) for i in key_tokens(study))


@fact("Larger numbers have higher scores", tolerance=0.02, needs=["attention"])
def larger_scores(study: Study) -> Fact:
    """Of all pairs of different numbers, at each place of the input but the query's own and for
    each token that the first output's query may stand on, the share in which the larger number has
    the higher score in the first layer, mean over heads; parts: by head.
    """
    if not _numeric(study):
        return absent(NO_NUMBERS)
    values = [int(study.rule.vocabulary[int(i)]) for i in key_tokens(study)]
    order = np.argsort(values)
    own = study.data.head - 1
    others = [i for i, at in enumerate(study.data.places) if at != own]
    if not others or len(order) < 2:
        return absent("there is no place of the input beside that of the query itself")
    low, high = np.triu_indices(len(order), 1)

    def share(each: np.ndarray) -> Fact:
        ranked = each[others][..., order]
        higher = ranked[..., high] > ranked[..., low]
        return Fact(
            float(higher.mean()),
            "percent",
            higher.size,
            "pairs of numbers, places and query tokens",
            exhaustive=True,
            counted=True,
            baseline=Reference("scores that know nothing of size", 0.5),
        )

    parts = tuple(
        (head_name(study, (0, i)), share(each)) for i, each in sorted(scores(study).items())
    )
    every = [part for _, part in parts]
    mean = float(np.mean([part.value for part in every]))
    return Fact(**vars(every[0]) | dict(value=mean, n=sum(p.n for p in every), parts=parts))


@held
def copied(study: Study) -> dict[tuple[int, int], Float[np.ndarray, "token answer"]]:
    """For each head: what a token that it looks at (row) adds to the logit of each possible answer
    (column), apart from a division by the length of the stream where there is normalization.
    """
    circuits = Circuits(study)
    rows, columns = key_tokens(study), study.data.answerable
    return {at: circuits.copied(at)[np.ix_(rows, columns)] for at in heads(study)}


@fact("Copying score", tolerance=0.02, needs=["attention"])
def copying_score(study: Study) -> Fact:
    """How much looking at a token raises that token, from -1 to 1: the sum of the eigenvalues of
    W_E W_V W_O W_U over the sum of their sizes, of the tokens that stand in inputs and in outputs;
    of the head where it is highest. Parts: by head.
    """
    tokens = both(study)
    if len(tokens) < 2:
        return absent(NOTHING_COMMON)
    circuits, made = Circuits(study), list[tuple[str, Fact]]()
    for at in heads(study):
        table = circuits.copied(at)[np.ix_(tokens, tokens)]
        best = int(diagonal(table).sum())
        made.append(
            (
                head_name(study, at),
                Fact(
                    copying(table),
                    "ratio",
                    len(tokens),
                    "eigenvalues",
                    exhaustive=True,
                    baseline=Reference("neither copying nor its opposite", 0.0),
                    details=dict(raised=f"{best} of {len(tokens)}", name=head_name(study, at)),
                ),
            )
        )
    highest = max(made, key=lambda part: part[1].value or 0.0)[1]
    return Fact(**vars(highest) | dict(parts=tuple(made)))


@fact("Tokens that looking at them raises most", tolerance=0.02, needs=["attention"])
def copied_right(study: Study) -> Fact:
    """Of the tokens that stand in inputs and in outputs, the share whose own logit grows more than
    any other's when a head looks at them; all heads of the last layer added up. Parts: by head.
    """
    tokens = both(study)
    if len(tokens) < 2:
        return absent(NOTHING_COMMON)
    circuits, last = Circuits(study), study.config.model.n_layers - 1
    tables = {at: circuits.copied(at)[np.ix_(tokens, tokens)] for at in heads(study)}

    def share(table: np.ndarray) -> Fact:
        return Fact(
            float(diagonal(table).mean()),
            "of",
            len(tokens),
            "tokens of inputs and outputs",
            exhaustive=True,
            counted=True,
            baseline=Reference("a guess among them", 1 / len(tokens)),
        )

    whole = np.sum([table for at, table in tables.items() if at[0] == last], 0)
    parts = tuple((head_name(study, at), share(table)) for at, table in tables.items())
    return Fact(**vars(share(whole)) | dict(parts=parts))

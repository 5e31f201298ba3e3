"""Every context tried one by one through networks of any depth: as the halves of a plain one, and
as brute force.
"""

from itertools import product

import numpy as np
import pytest
from conftest import committed

from reportgen.core.exact import enumerate as exhaustive
from reportgen.core.exact.halves import from_halves
from reportgen.core.exact.one_by_one import MOST_TOKENS, few_enough, one_by_one
from reportgen.core.study import Study

MOST = 1_000


@pytest.mark.parametrize("length", [2, 3, 4])
def test_of_a_plain_network_both_ways_count_the_same(learnt: Study, length: int) -> None:
    """Every count, every context that goes wrong, and the attention of the one head."""
    given = learnt.config.model, learnt.weights, learnt.data.reader, length, MOST
    found, wanted = one_by_one(*given), from_halves(*given)
    assert found.wrong.sum() == wanted.wrong.sum()
    for name, value in vars(wanted).items():
        if name in ("attention", "rivals_attention"):
            np.testing.assert_allclose(getattr(found, name), value, rtol=1e-5, err_msg=name)
        elif isinstance(value, np.ndarray):
            np.testing.assert_array_equal(getattr(found, name), value, err_msg=name)
    rows = lambda made: sorted(map(tuple, made.failing.contexts.tolist()))
    assert rows(found) == rows(wanted)


@pytest.mark.parametrize("run", ["deep_learnt", "deep_unlearnt"])
@pytest.mark.parametrize("length", [2, 4])
def test_of_a_deep_network_it_counts_what_brute_force_counts(run: str, length: int) -> None:
    """All contexts that end in a trigger with an even number before it, by the rule in plain
    Python, and the attention of every head of every layer on the answer.
    """
    study = committed(run)
    plus, tokens = study.trigger, range(len(study.tokens))
    contexts = [
        c
        for c in product(tokens, repeat=length)
        if c[-1] == plus and any(t != plus and t % 2 == 0 for t in c)
    ]
    trace = study.trace_of(np.array(contexts))
    said = trace.logits[:, -1].argmax(-1)
    wrong, attention = 0, np.zeros(study.config.model.n_layers * study.config.model.n_heads)
    heads = trace.pattern()[:, :, :, -1].reshape(len(contexts), len(attention), length)
    for i, context in enumerate(contexts):
        at = max(p for p, t in enumerate(context) if t != plus and t % 2 == 0)
        wrong += said[i] != context[at]
        attention += heads[i, :, at]
    found = exhaustive.check(study.config.model, study.weights, study.data.reader, length)
    assert found.everything
    assert (found.contexts.sum(), found.wrong.sum()) == (len(contexts), wrong)
    np.testing.assert_allclose(found.attention.sum((1, 2)), attention, rtol=1e-5)
    assert len(found.failing.contexts) == wrong


def test_too_many_are_not_tried() -> None:
    """At the length at which the tokens of all contexts are more than allowed, those of the data
    are listed instead.
    """
    study = committed("deep_learnt")
    reads, vocabulary = study.data.reader, len(study.tokens)
    longest = max(n for n in range(2, 12) if vocabulary ** (n - 1) * n <= MOST_TOKENS)
    assert few_enough(reads, longest)
    assert not few_enough(reads, longest + 1)

"""What is at fault where it errs, against one forward pass a context with everything forced by
hand.
"""

import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from conftest import committed
from pagework import kept

from reportgen.core.interventions import run
from reportgen.core.study import study_of
from reportgen.measure.network_lines import says_of
from reportgen.measure.programs import function_of
from reportgen.systems.repeated_sequences.facts import at_fault, mistakes
from reportgen.systems.repeated_sequences.facts.copies import followed
from reportgen.systems.repeated_sequences.facts.replaced import FIRST, LOOKS


@pytest.mark.parametrize("name", ["repeats_learnt", "repeats_unlearnt"])
def test_every_wrong_answer_by_itself(name: str) -> None:
    study = committed(name)
    found, m = mistakes.answers(study), study.config.model
    last, copy = m.n_layers - 1, followed(study).details["copy"]
    places = np.argwhere(found.wrong)
    some = places[np.isin(places[:, 0], np.unique(places[:, 0])[: at_fault.MOST])]
    right, alike, share = 0, 0, list[float]()
    checked = some[:: max(1, len(some) // 60)]
    again = at_fault.with_mistakes(study)
    row_of = {int(s): i for i, s in enumerate(again.chosen)}
    for s, p in checked:
        row = found.sequences.inputs[s]
        target = found.sequences.targets[s, p]
        before = [i for i in range(p) if row[i] == row[p]]
        own = run(m, study.weights, row[None, : p + 1], keep=[("pattern", last)])
        assert own.logits[0, -1].argmax() == found.said[s, p] != target
        pattern = own.kept["pattern", last].copy()
        share.append(float(pattern[0, :, -1][:, row[: p + 1] == target].sum(1).mean()))
        assert again.attended[row_of[s], p] == pytest.approx(share[-1], abs=1e-5)
        pattern[0, :, -1] = np.eye(p + 1)[before[0 if copy == "first" else -1] + 1]
        said = run(m, study.weights, row[None, : p + 1], replace={("pattern", last): pattern})
        cured = said.logits[0, -1].argmax()
        assert again.replaced[LOOKS[copy]][row_of[s], p] == cured
        right += cured == target
        if last:
            one_back = np.eye(p + 1, k=-1)
            one_back[0, 0] = 1
            first = np.broadcast_to(one_back, (1, m.n_heads, p + 1, p + 1))
            said = run(m, study.weights, row[None, : p + 1], replace={("pattern", 0): first})
            alike += said.logits[0, -1].argmax() == found.said[s, p]
    if len(checked) == len(some):
        assert at_fault.put_right(study).value == pytest.approx(right / len(some))
        parts = dict(at_fault.errs_alike(study).parts)
        assert parts[FIRST].value == pytest.approx(alike / len(some))
        assert at_fault.put_right(study).n == len(some)


def test_attention_as_on_average_is_the_mean_over_validation_sequences() -> None:
    study = committed("repeats_learnt")
    m, usual = study.config.model, study.data.validation.inputs
    mean = run(m, study.weights, usual, keep=[("pattern", 0)]).kept["pattern", 0].mean(0)
    again = at_fault.first_drawn(study)
    said = run(
        m,
        study.weights,
        again.sequences.inputs,
        replace={("pattern", 0): np.broadcast_to(mean, (at_fault.SOME, *mean.shape))},
    ).logits.argmax(-1)
    assert (again.replaced[at_fault.MEAN[0]] == said).mean() > 0.999  # sums in another order


def test_a_network_that_attends_by_position_alone_errs_alike() -> None:
    """Without queries in its first layer, it looks everywhere alike; so the mean is what it does,
    and the claim has something to fail on.
    """
    study = committed("repeats_learnt")
    parameters = study.run.parameters | {"W_Q": study.run.parameters["W_Q"].copy()}
    parameters["W_Q"][:, :, 0] = 0
    other = study_of(study.config, replace(study.run, parameters=parameters))
    found = at_fault.errs_alike(other)
    assert found.details["kind"] == at_fault.MEAN[0]
    assert found.value == 1
    assert (at_fault.errs_alike(study).value or 1) < 0.9


def test_a_network_without_mistakes_has_nothing_at_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    study = study_of(committed("repeats_learnt").config, committed("repeats_learnt").run)
    found = mistakes.answers(study)
    said = np.where(found.sequences.told, found.sequences.targets, found.said)
    monkeypatch.setattr(mistakes, "answers", lambda study: replace(found, said=said))
    for name in ("put_right", "errs_alike"):
        fact = getattr(at_fault, name)(study)
        assert fact.value is None
        assert fact.words == "not defined: there are no wrong answers in this sample"


def test_the_whole_network_in_lines_says_what_it_says() -> None:
    """All positions of the sequences, new tokens included."""
    for name in ("repeats_learnt", "repeats_unlearnt"):
        study = committed(name)
        fact = at_fault.written_out_differs(study)
        assert (fact.value, fact.n) == (0, at_fault.SOME * study.config.model.n_ctx)


def test_ten_contexts_are_foretold_from_the_page() -> None:
    """The lines as the page prints them, on contexts drawn at random of which four go wrong."""
    study = committed("repeats_learnt")
    page = (kept("repeats_learnt") / "walkthrough" / "07-how-it-works.md").read_text("utf-8")
    printed = re.findall(r'<pre class="rg-program"[^>]*><code>(.*?)</code>', page, re.DOTALL)
    few, whole = (unescape(lines).splitlines() for lines in printed)
    says, answer, names = says_of(whole), function_of(few), list(study.tokens)
    found, rng = mistakes.answers(study), np.random.default_rng(7)
    told = found.sequences.told
    for where, count in ((found.wrong, 4), (told & ~found.wrong, 4), (~told, 2)):
        places = np.argwhere(where)
        for s, p in places[rng.choice(len(places), count, replace=False)]:
            read = [names[t] for t in found.sequences.inputs[s, : p + 1]]
            said = names[found.said[s, p]]
            assert says(read, names, study.weights)[-1] == said
            if told[s, p]:
                assert (answer(read) == said) is not bool(found.wrong[s, p])

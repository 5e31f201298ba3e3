"""When did what happen? Onsets of the phases, read from the history of validation measurements."""

import numpy as np

from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.measure.onset import halfway, onset, settled
from reportgen.systems.sequence_rules.facts.attention import MOST
from reportgen.systems.sequence_rules.facts.embeddings import TRAINED, one_class, two_classes
from reportgen.systems.sequence_rules.facts.errors import LEARNT, SEEN, blind
from reportgen.systems.sequence_rules.facts.losses import readers
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study


@fact("Loss falls below counting tokens", tolerance=0, over="training")
def onset_below_unigram(study: Study) -> Fact:
    """First checkpoint from which the validation loss stays, three times in a row, below that of a
    predictor that only counts tokens.
    """
    return onset(
        study,
        study.history("validation_loss") < readers(study, study.data.validation_windows)[0].mean(),
    )


@fact("Loss falls below the best from the last token", tolerance=0, over="training")
def onset_below_bigram(study: Study) -> Fact:
    """First checkpoint from which the validation loss stays, three times in a row, below that of
    the best predictor that knows only the last token.
    """
    return onset(
        study,
        study.history("validation_loss") < readers(study, study.data.validation_windows)[1].mean(),
    )


@fact("Attention settles", tolerance=0, over="training", needs=["one_layer", "held"])
def onset_attention(study: Study) -> Fact:
    """First checkpoint from which attention on the answer, mean over heads, stays above one half,
    three times in a row.
    """
    return settled(study, "attention_on_answer", lambda share: share > MOST)


@fact("Error halves", tolerance=0, over="training")
def onset_half(study: Study) -> Fact:
    """First checkpoint from which the rule error, answer in view, stays below half of what a guess
    without looking back scores, three times in a row.
    """
    return settled(study, "error_visible", lambda error: error < blind(study).value / 2)


@fact("Error settles", tolerance=0, over="training")
def onset_rule(study: Study) -> Fact:
    """First checkpoint from which the rule error, answer in view, stays below 5 %, three times in a
    row.
    """
    return settled(study, "error_visible", lambda error: error < LEARNT)


def _halfway(study: Study, name: str, *, falls: bool) -> Fact:
    if not study.run.defined(name):
        return absent("no place of a validation window asks for it")
    return halfway(study, study.history(name), falls=falls)


@fact("Attention is halfway", tolerance=0, over="training", needs=["one_layer", "held"])
def halfway_attention(study: Study) -> Fact:
    """First checkpoint from which attention on the answer, mean over heads, is past the middle
    between its first value and its highest, three times in a row.
    """
    return _halfway(study, "attention_on_answer", falls=False)


@fact("Error is halfway", tolerance=0, over="training")
def halfway_error(study: Study) -> Fact:
    """First checkpoint from which the rule error, answer in view, is past the middle between its
    first value and its lowest, three times in a row.
    """
    return _halfway(study, "error_visible", falls=True)


@fact("Classes separate", tolerance=0, over="training", needs=["classes"])
def onset_separable(study: Study) -> Fact:
    """First checkpoint from which a line parts the token embeddings of one class of answers from
    those of all other tokens, a trigger left out, three times in a row.
    """
    from reportgen.core.exact.separation import separable, separable_each

    if lacking := one_class(study):
        return absent(lacking)
    answers, others = two_classes(study)
    tables = study.run.weights(study.seed, slice(None))["W_E"]
    a, b = tables[:, answers], tables[:, others]
    if tables.shape[-1] == 2:
        return onset(study, separable_each(a, b))
    return onset(study, np.array([separable(*clouds) for clouds in zip(a, b)]))


@fact("Error before training", tolerance=0.003, over="training")
def start_error(study: Study) -> Fact:
    """Rule error of the untrained network on held-out windows, answer in view; beside it what a
    random token would score.
    """
    if study.run.steps[0]:
        return absent(TRAINED)
    start = study.at(int(study.run.steps[0]))
    windows = study.data.holdout_windows
    share = windows.mean(windows.allowed, windows.visible).mean() if windows.visible.any() else 1.0
    details = dict(uniform=float(1 - share), blind=blind(study).value)
    return holdout(study).average(
        windows.broken(start.answers),
        windows.visible,
        unit="percent",
        of=SEEN,
        counted=True,
        baseline=Reference("a token drawn at random", float(1 - share)),
        details=details,
    )


@fact("Trigger's share of the text", tolerance=1e-6, needs=["trigger"])
def trigger_share(study: Study) -> Fact:
    """How often the next token is the trigger, over all windows that training can draw; beside it
    its chance where the rule leaves the token free.
    """
    table = study.data.automaton
    free = table.law[~table.constrained, study.trigger]
    return Fact(
        float(study.floors.shares[study.trigger]),
        "share",
        study.config.model.n_ctx,
        "positions of every window that can be drawn",
        exhaustive=True,
        baseline=Reference("its probability at a free position", float(free.max())),
    )


@fact("Numbers in the network", tolerance=0)
def sizes(study: Study) -> Fact:
    """How many numbers the network consists of, counted in its weights, beside those of the
    configuration.
    """
    w, m = study.weights, study.config.model
    found = dict(
        vocabulary=len(w["W_E"]),
        window=len(w["W_pos"]) if m.position_weights else m.n_ctx,
        d_model=w["W_E"].shape[1],
        layers=w["W_Q"].shape[0],
        heads=w["W_Q"].shape[1],
        d_head=w["W_Q"].shape[3],
        d_mlp=w["W_in"].shape[2] if m.d_mlp else 0,
    )
    asked = dict(
        vocabulary=len(study.tokens),
        window=m.n_ctx,
        d_model=m.d_model,
        layers=m.n_layers,
        heads=m.n_heads,
        d_head=m.d_head,
        d_mlp=m.d_mlp,
    )
    details = found | dict(differing=[name for name in found if found[name] != asked[name]])
    total = sum(values.size for values in w.values())
    return Fact(
        float(total),
        "count",
        len(w),
        "tables of weights",
        exhaustive=True,
        baseline=Reference("the configuration", float(study.config.parameters)),
        details=details,
    )

"""Which tokens the rule asks for, and after which."""

import numpy as np
from jaxtyping import Bool

from reportgen.core.exact.hard_attention import holding
from reportgen.core.study import held
from reportgen.systems.sequence_rules.facts.errors import answer_tokens
from reportgen.systems.sequence_rules.view import Study


def answer_class(study: Study) -> np.ndarray:
    """For each token id, does it belong to a class of which the rule demands tokens; the trigger
    never does.
    """
    classes = [study.classes[t] for t in study.tokens]
    demanded = {classes[a] for a in answer_tokens(study)}
    return np.array([c in demanded and i != study.trigger for i, c in enumerate(classes)])


@held
def answer_stands(study: Study) -> Bool[np.ndarray, "token position"]:
    """Where each token can stand as the one answer after a full window; nowhere, for a token that
    is never the answer.
    """
    cases = holding(study.data.automaton, study.config.model.n_ctx)
    where = np.zeros((len(study.tokens), study.config.model.n_ctx), dtype=bool)
    where[cases.answer, cases.position] = True
    return where


def mean_where(values: np.ndarray, where: Bool[np.ndarray, "token position"]) -> np.ndarray:
    """The mean of values [token, position, ...] of each token over its own positions; zeros for a
    token that has none.
    """
    share = where / np.maximum(where.sum(1, keepdims=True), 1)
    return np.asarray(np.einsum("tp,tpe->te", share, values))


def not_the_latest(study: Study) -> str:
    """Why it makes no sense to ask for the latest token of the answer's class; empty where the rule
    asks for just that.
    """
    windows, alike = study.data.holdout_windows, answer_class(study)
    others = ~alike & (np.arange(len(alike)) != (-1 if study.trigger is None else study.trigger))
    if not others.any():
        return "in this rule tokens of every kind can be the answer"
    positions = np.where(alike[windows.inputs], np.arange(windows.inputs.shape[1]), -1)
    latest = np.maximum.accumulate(positions, 1)
    return (
        ""
        if (latest == windows.source)[windows.held].all()
        else "in this rule the answer is not always the latest token of its kind"
    )


def constraining(study: Study) -> np.ndarray:
    """Ids of the tokens after which the rule can ask for a token that an earlier position holds."""
    table = study.data.automaton
    constrained = (table.constrained & (table.lag >= 0))[table.successor.clip(0)] & (
        table.successor >= 0
    )
    return np.flatnonzero(constrained.any(0))

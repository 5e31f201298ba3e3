"""What is computed once has an owner, and goes with it."""

import gc
import weakref
from collections.abc import Iterator

import numpy as np
import pytest

from reportgen.core.scope import Key, Scope
from reportgen.core.study import Study, study_of

NUMBERS = Key[np.ndarray]("numbers")


def test_a_thing_is_made_once_and_again_after_it_was_let_go() -> None:
    scope, made = Scope(), []

    def make() -> np.ndarray:
        made.append(1)
        return np.zeros(3)

    assert scope.once(NUMBERS, make) is scope.once(NUMBERS, make)
    assert len(made) == 1
    assert scope.has(NUMBERS)
    scope.let_go()
    assert not scope.has(NUMBERS)
    scope.once(NUMBERS, make)
    assert len(made) == 2


def test_two_keys_of_one_name_are_two_and_a_family_is_told_apart_by_its_values() -> None:
    """Modules choose names without looking at one another."""
    scope, other = Scope(), Key[str]("numbers")
    scope.put(NUMBERS, np.zeros(3))
    assert scope.once(other, lambda: "mine") == "mine"
    assert scope.once(other.of(1), lambda: "one") == "one"
    assert scope.once(other.of(2), lambda: "two") == "two"
    assert scope.once(other.of(1), lambda: "three") == "one"


def test_the_outermost_block_lets_go() -> None:
    scope = Scope()
    with scope:
        with scope:
            scope.put(NUMBERS, np.zeros(3))
        assert scope.has(NUMBERS)
    assert not scope.has(NUMBERS)


def test_an_error_lets_go_too() -> None:
    scope = Scope()

    def broken() -> None:
        with scope:
            scope.put(NUMBERS, np.zeros(3))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert not scope.has(NUMBERS)


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Without a garbage collection: what is held may not hold the study."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collection")
def test_a_study_lets_go_of_what_was_traced_in_its_block(learnt: Study) -> None:
    study = study_of(learnt.config, learnt.run)
    with study.at(0) as there:
        traced = weakref.ref(there.holdout.logits.base)
        weights = weakref.ref(there.weights["W_E"])
        assert traced() is not None
    assert there.step == 0
    assert traced() is None
    assert weights() is None


@pytest.mark.usefixtures("no_collection")
def test_what_was_traced_goes_with_the_last_study_of_the_place(learnt: Study) -> None:
    """Two studies of one place share what was traced; a third one made later begins anew."""
    study = study_of(learnt.config, learnt.run)
    first, second = study.at(0), study.at(0)
    held = weakref.ref(first.scope)
    assert first.holdout is second.holdout
    assert first.showing(1).holdout is second.holdout
    assert first.calling(first.tokens).holdout is second.holdout
    assert first.of_seed(1).holdout is not second.holdout
    del first
    assert held() is not None
    del second
    assert held() is None


def test_what_belongs_to_the_run_outlives_the_places(learnt: Study) -> None:
    """Answers of all seeds are asked for again and again, and are small."""
    study = study_of(learnt.config, learnt.run)
    with study.of_seed(1) as other:
        answers = other.answers
    assert study.of_seed(1).answers is answers
    assert study.of_seed(0).answers is not answers
    assert study.data is study.at(0).data


def test_verdicts_over_seeds_hold_one_seed_at_a_time(
    learnt: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a seed is measured, the traces of the seeds before it are gone, and so are those of the
    study itself.
    """
    from reportgen.core import study as studies
    from reportgen.core.exact import enumerate as contexts
    from reportgen.measure.measure import measure

    monkeypatch.setattr(contexts, "MOST", 1_000_000)
    study = study_of(learnt.config, learnt.run.only([0, 1, 2]))
    held: list[weakref.ref] = []
    most = 0
    trace_of = studies.Study.trace_of

    def watched(self: Study, tokens: np.ndarray, *, keep=None):
        nonlocal most
        made = trace_of(self, tokens, keep=keep)
        if keep is not None and "pattern" in keep and len(tokens) == len(self.data.evaluated):
            held.append(weakref.ref(made))
            most = max(most, sum(ref() is not None for ref in held))
        return made

    monkeypatch.setattr(studies.Study, "trace_of", watched)
    measure(study)
    assert len(held) == len(study.run.seeds)
    assert most == 1

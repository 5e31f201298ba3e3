"""An activation is computed when it is asked for, or the question raises; it is never a silent
hole.
"""

import inspect
from importlib.util import find_spec

import numpy as np
import pytest
from conftest import CHECKED
from deepnets import SHAPES, config_of, tokens_of, weights_of
from jaxtyping import TypeCheckError

from reportgen.core import model as models
from reportgen.core.recording import ACTIVATIONS, HEADS, LAYERED, softmax
from reportgen.core.study import Study
from reportgen.core.trace import Trace, trace
from reportgen.errors import TraceError

every = pytest.mark.parametrize("name", SHAPES)


def traced(name: str, keep: list[str] | None = None) -> Trace:
    weights = {k: w[None] for k, w in weights_of(name).items()}
    return trace(config_of(name).model, weights, tokens_of(name), keep=keep).at(0)


def asked(found: Trace, name: str) -> np.ndarray:
    return getattr(found, name)() if name in LAYERED else getattr(found, name)


def test_a_trace_has_every_activation_and_no_other() -> None:
    """What a pass can record is what a trace can be asked for."""
    public = {name for name, _ in inspect.getmembers(Trace) if not name.startswith("_")}
    assert public == {*ACTIVATIONS, "at", "tokens", "future", "probabilities"}


@every
def test_no_activation_has_a_hole(name: str) -> None:
    """Every number of every activation is one, in networks without layers, without an MLP, with and
    without all else.
    """
    found = traced(name)
    for activation in ACTIVATIONS:
        assert np.isfinite(np.ma.compressed(asked(found, activation))).all(), activation


@every
def test_axes_are_those_that_the_types_name(name: str) -> None:
    """An axis that is not named stays, in order: sequence, layer, head, and then those of the
    type.
    """
    found, m = traced(name), config_of(name).model
    sequences, length = found.tokens.shape
    sizes = dict(
        sequence=sequences, layer=m.n_layers, head=m.n_heads, position=length, query=length,
        key=length, d_model=m.d_model, d_head=m.d_head, d_mlp=m.d_mlp, token=found.logits.shape[-1],
    )  # fmt: skip
    for activation in ACTIVATIONS:
        member = inspect.getattr_static(Trace, activation)
        function = member.fget if isinstance(member, property) else member
        named = inspect.signature(function).return_annotation.dim_str.split()
        own = [axis for axis in named if not axis.startswith("*")]
        shape = lambda axes: tuple(sizes[axis] for axis in axes)
        if activation not in LAYERED:
            assert asked(found, activation).shape == shape(own), activation
            continue
        ask, heads = getattr(found, activation), ["head"] * (activation in HEADS)
        assert ask().shape == shape(["sequence", "layer", *heads, *own]), activation
        for layer in range(m.n_layers):
            assert ask(layer=layer).shape == shape(["sequence", *heads, *own]), activation
            np.testing.assert_array_equal(ask(layer=layer), ask()[:, layer])
            for head in range(m.n_heads if heads else 0):
                np.testing.assert_array_equal(ask(layer=layer, head=head), ask()[:, layer, head])
                np.testing.assert_array_equal(ask(head=head), ask()[:, :, head])


def test_types_of_arrays_are_checked_in_these_tests() -> None:
    """Whole numbers where the type says floats raise: the list of what is checked names modules
    that there are.
    """
    found = traced("normalized", keep=["q"])
    whole = found._recording["q"].astype(int)
    found._recording._made["q"] = whole
    with pytest.raises(TypeCheckError, match=r"Float\[ndarray, '\*axes position d_head'\]"):
        found.q()
    for name in CHECKED:
        assert find_spec(name), name


def test_what_was_not_asked_for_raises_and_says_how_to_ask() -> None:
    found = traced("normalized", keep=["pattern", "logits"])
    assert found.pattern(layer=0).shape[0] == len(found.tokens)
    with pytest.raises(TraceError) as error:
        found.q(layer=0)
    assert (
        str(error.value)
        == f"q was not asked for when these {len(found.tokens)} sequences were traced, only"
        " pos_embed, pattern, logits; ask for it by name, trace_of(tokens, keep=['q']), or add"
        " it to `kept` of the data"
    )


def test_what_no_activation_is_called_raises() -> None:
    with pytest.raises(TraceError) as error:
        traced("normalized", keep=["patterns"])
    assert str(error.value).startswith(
        "no activation is called 'patterns' (did you mean 'pattern'?); known: embed, pos_embed, "
    )


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (dict(layer=2), "q has no layer 2; this network has 2, counted from 0"),
        (dict(layer=0, head=7), "q has no head 7; this network has 1, counted from 0"),
        (dict(layer=-3), "q has no layer -3; this network has 2, counted from 0"),
    ],
)
def test_a_layer_or_head_that_is_not_there_raises(place: dict[str, int], words: str) -> None:
    with pytest.raises(TraceError) as error:
        traced("normalized").q(**place)
    assert str(error.value) == words


def test_a_network_without_layers_has_none() -> None:
    with pytest.raises(TraceError, match="^pattern has no layer 0; this network has none$"):
        traced("no_layer").pattern(layer=0)


def test_what_the_causal_mask_hides_is_masked(learnt: Study) -> None:
    """Exactly the future, and the pattern is the softmax of what is not masked."""
    scores, future = learnt.trace.attn_scores(), learnt.trace.future
    assert future.tolist() == [[key > query for key in range(8)] for query in range(8)]
    assert (scores.mask == future).all()
    assert np.isfinite(scores.compressed()).all()
    np.testing.assert_allclose(softmax(scores.filled(-np.inf)), learnt.trace.pattern(), atol=1e-12)
    assert (learnt.trace.pattern()[..., future] == 0).all()
    with pytest.raises(ValueError, match="read-only"):
        scores[0] = 0


def test_a_pass_is_made_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """None before; one for all that are kept together; else one for each that is asked for."""
    passes, forward = [], models.forward

    def counted(*given, **more):
        passes.append(1)
        return forward(*given, **more)

    monkeypatch.setattr(models, "forward", counted)
    found = traced("normalized", keep=["pattern", "logits"])
    assert not passes
    for _ in range(2):
        assert found.pattern().size
        assert found.logits.size
    assert len(passes) == 1
    found = traced("normalized")
    for _ in range(2):
        assert found.pattern().size
        assert found.logits.size
    assert len(passes) == 3


def test_only_what_is_asked_for_is_held(learnt: Study) -> None:
    """Of thousands of sequences the rest would be several times as much."""
    found = learnt.trace_of(learnt.data.evaluated, keep=["logits"])
    held = lambda: sum(array.nbytes for array in found._recording._made.values())
    assert held() == 0
    assert found.logits.size
    assert held() == found.logits.nbytes + found.pos_embed.nbytes

"""One network of a report: a seed at a checkpoint."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from reportgen.api.edits import Where, ablated, patched
from reportgen.api.predictions import Comparison, Prediction
from reportgen.api.sequences import Tokens, ids_of
from reportgen.core.study import Study
from reportgen.core.trace import Trace

if TYPE_CHECKING:
    from transformer_lens import HookedTransformer


class Network:
    """One network of a report: a seed at a checkpoint.

    Wherever tokens are asked for: `"0 1 2 +"`, names between blanks (of a report on a text, the
    text itself); a list of names and ids; a list of such lists, of one length; or an array of ids.
    A network reads at most `model.n_ctx` tokens at a time, and any fewer.
    """

    def __init__(self, study: Study) -> None:
        self._study = study

    def __repr__(self) -> str:
        return f"<Network {self._study.config.name}, seed {self.seed}, step {self.step:,}>"

    @property
    def seed(self) -> int:
        """The seed it was trained from."""
        return self._study.run.seeds[self._study.seed]

    @property
    def step(self) -> int:
        """The training step it is of."""
        return self._study.step

    @property
    def tokens(self) -> tuple[str, ...]:
        """The name of each token, in the order of ids."""
        return self._study.rule.tokens.names

    @cached_property
    def weights(self) -> Mapping[str, np.ndarray]:
        """Its weights in float64, named and laid out as TransformerLens does, with a layer axis
        first where each layer has its own.
        """
        weights = self._study.run.weights(self._study.seed, self._study.checkpoint)
        for array in weights.values():
            array.flags.writeable = False
        return MappingProxyType({name: weights[name] for name in self._study.config.shapes})

    def trace(self, tokens: Tokens) -> Trace:
        """Every activation on these tokens by the field's names, in float64; all arrays begin with
        the axis of sequences, also of a single one.
        """
        return self._study.trace_of(ids_of(self._study.config, tokens))

    def predict(self, tokens: Tokens) -> Prediction:
        """What it expects after each of these tokens."""
        trace = self.trace(tokens)
        return Prediction(trace.tokens, self.tokens, trace.logits)

    def ablate(
        self,
        component: str,
        kind: str = "zero",
        *,
        tokens: Tokens | None = None,
        layer: int | None = None,
        head: int | None = None,
        positions: int | Sequence[int] | None = None,
        draw: int = 0,
    ) -> Comparison:
        """What changes when a part of it is silenced.

        `component` is "attention", "ffn", "tokens" or "positions", in all layers or in one; of
        attention also one head. `kind`: "zero", it adds nothing; "mean", its mean over all that the
        report evaluates, position by position (of positions: over all positions); "resample", what
        it adds in another sequence, chosen at random; each `draw` is another choice. Without tokens
        it is silenced on all that the report evaluates, as the facts on ablations do. Both passes
        are in float32.
        """
        read = None if tokens is None else ids_of(self._study.config, tokens)
        return ablated(self._study, read, component, kind, Where(layer, head, positions), draw)

    def patch(
        self,
        tokens: Tokens,
        source: Tokens,
        activation: str,
        *,
        layer: int | None = None,
        head: int | None = None,
        positions: int | Sequence[int] | None = None,
    ) -> Comparison:
        """What changes on `tokens` when an activation is taken from the pass on `source`: one
        sequence, or as many as are patched, of the same length.

        `activation` is a name of `trace`, such as "resid_pre" or "z"; a network of several layers
        needs the `layer`. Without `head` and `positions` all of it is taken; of scores and patterns
        a position is that of the query. Both passes are in float32.
        """
        config = self._study.config
        ids, other = ids_of(config, tokens), ids_of(config, source, "source")
        return patched(self._study, ids, other, activation, Where(layer, head, positions))

    def to_transformer_lens(self) -> "HookedTransformer":
        """The same network as a HookedTransformer in float64; needs the extra `lens`.

        What TransformerLens always has and this network lacks is filled so that it changes nothing.
        Errors: RunError for a network without residual connections, which TransformerLens does not
        have; ReportError where it is not installed.
        """
        from reportgen.core.hooked import hooked
        from reportgen.errors import ReportError

        try:
            return hooked(self._study.config, dict(self.weights))
        except ModuleNotFoundError as error:
            raise ReportError(
                f"TransformerLens cannot be imported ({error}); `pip install"
                " 'reportgen[lens]'` installs it"
            ) from error

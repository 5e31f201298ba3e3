"""A report as a value: what was measured of a network, the network itself, and its figures."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from reportgen.api.facts import Claims, Facts
from reportgen.api.measured import Measured
from reportgen.api.network import Network
from reportgen.api.pictures import (
    Picture,
    demonstrated,
    drawn,
    figure_asked,
    following,
    shown,
)
from reportgen.api.predictions import Comparison, Prediction
from reportgen.api.sequences import Tokens, ids_of
from reportgen.api.tables import table
from reportgen.core.study import Study
from reportgen.core.trace import Trace
from reportgen.errors import UsageError

if TYPE_CHECKING:
    from transformer_lens import HookedTransformer


class Report:
    """A report: its facts and claims, its networks, its figures.

    `reportgen.open`, `reportgen.train` and `reportgen.study` make one. What is asked of the report
    itself is asked of the displayed seed at the report's checkpoint.
    """

    def __init__(self, study: Study, measured: Measured, *, trained: bool = True) -> None:
        self._study, self._measured, self._trained = study, measured, trained

    def __repr__(self) -> str:
        return f"<Report {self.name}, seed {self.seed}, step {self.step:,}>"

    def _repr_html_(self) -> str:
        told = [
            ("task", self._study.config.summary),
            (
                "network",
                f"seed {self.seed} of"
                f" {len(self.seeds)}, step {self.step:,}, {self._study.config.parameters:,}"
                " parameters",
            ),
            ("facts", len(self.facts)),
            ("claims", len(self.claims)),
            ("figures", ", ".join(self.figures)),
        ]
        return table(("", ""), told, self.title)

    @property
    def name(self) -> str:
        """What its configuration is called."""
        return self._study.config.name

    @property
    def title(self) -> str:
        """What its pages are called."""
        return self._study.config.title

    @cached_property
    def config(self) -> Mapping[str, object]:
        """Its configuration as plain values, as the file would say it."""
        return MappingProxyType(self._study.config.as_dict())

    @property
    def tokens(self) -> tuple[str, ...]:
        """The name of each token, in the order of ids."""
        return self._study.rule.tokens.names

    @property
    def seed(self) -> int:
        """The displayed seed: the lowest validation loss at the end."""
        return self.seeds[self._study.seed]

    @property
    def seeds(self) -> tuple[int, ...]:
        """All seeds that were trained."""
        return self._study.run.seeds

    @property
    def step(self) -> int:
        """The checkpoint that the report is of."""
        return self._study.step

    @property
    def steps(self) -> tuple[int, ...]:
        """All checkpoints."""
        return tuple(self._study.run.steps.tolist())

    @property
    def facts(self) -> Facts:
        """Every measured fact by name."""
        return self._measured.facts

    @property
    def claims(self) -> Claims:
        """Every claim by name, with its verdict."""
        return self._measured.claims

    @cached_property
    def figures(self) -> Mapping[str, str]:
        """The title of each figure by its slug."""
        known = shown(self._study, trained=self._trained)
        return MappingProxyType({slug: told.title for slug, told in known.items()})

    def network(self, *, step: int | None = None, seed: int | None = None) -> Network:
        """One of its networks: by default the displayed seed at the report's checkpoint.

        Errors: RunError for a step that is no checkpoint; UsageError for a seed there is not.
        """
        return Network(self._at(step, seed))

    def _at(self, step: int | None, seed: int | None) -> Study:
        study = self._study if step is None else self._study.at(step)
        if seed is None:
            return study
        if seed not in self.seeds:
            raise UsageError(
                f"seed: got {seed}, allowed: {', '.join(map(str, self.seeds))}, the seeds of"
                f" {self.name}"
            )
        return study.of_seed(self.seeds.index(seed))

    def trace(self, tokens: Tokens) -> Trace:
        """Every activation of the displayed network on these tokens (`Network.trace`)."""
        return self.network().trace(tokens)

    def predict(self, tokens: Tokens) -> Prediction:
        """What the displayed network expects after each of these tokens."""
        return self.network().predict(tokens)

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
        """What changes when a part of the displayed network is silenced (`Network.ablate`)."""
        where = dict(layer=layer, head=head)
        return self.network().ablate(
            component, kind, tokens=tokens, positions=positions, draw=draw, **where
        )

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
        """What changes when an activation is taken from another pass (`Network.patch`)."""
        where = dict(layer=layer, head=head)
        return self.network().patch(tokens, source, activation, positions=positions, **where)

    def figure(
        self,
        slug: str,
        *,
        tokens: Tokens | None = None,
        demonstration: int = 1,
        step: int | None = None,
        seed: int | None = None,
    ) -> Picture:
        """A figure, drawn now: of the report's own demonstration, or of one sequence of tokens.

        Of a film the frame of the checkpoint. A figure of a text takes the last token for what came
        after the one before it. Errors: UsageError for a figure that the report cannot have, for
        tokens where it shows no sequence or shows the whole training, and for a sequence that is
        none of its system.
        """
        study = self._at(step, seed)
        elsewhere = (study.seed, study.checkpoint) != (self._study.seed, self._study.checkpoint)
        told = figure_asked(
            study, slug, trained=self._trained, tokens=tokens is not None, elsewhere=elsewhere
        )
        if tokens is None:
            return drawn(demonstrated(study, demonstration), told)
        ids = ids_of(self._study.config, tokens)
        names = tuple(self.tokens[i] for i in ids[0])
        return drawn(following(study, slug, ids), told, names)

    def to_transformer_lens(self) -> "HookedTransformer":
        """The displayed network as a HookedTransformer (`Network.to_transformer_lens`)."""
        return self.network().to_transformer_lens()

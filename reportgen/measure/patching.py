"""Two inputs that differ in one declared feature, and what happens when a part of one run is put
into the other: what the systems with patching share.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from reportgen.core.recording import Site
from reportgen.core.study import Study
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact
from reportgen.measure.head_circuits import Circuits
from reportgen.measure.kept_paths import read_by

if TYPE_CHECKING:
    from reportgen.core.interventions import Pass

LEAST = 1.0  # logits by which the two runs have to differ in their answers, or the pair is skipped
WAYS = ("denoising", "noising")


@dataclass(frozen=True)
class Pairs:
    """Sequences of one length and a position in each whose next token is compared; what stands
    behind it is not read.
    """

    feature: str
    clean: np.ndarray  # [pair, position] ids
    corrupt: np.ndarray
    last: np.ndarray  # [pair] the position whose next token is compared
    right: np.ndarray  # [pair] what comes next in the clean one
    wrong: np.ndarray  # and what would in the corrupt one
    positions: Mapping[str, np.ndarray]  # [pair, position] which positions are called so
    sample: Sample  # what the pairs come from

    def difference(self, logits: np.ndarray) -> np.ndarray:
        """Logit of the clean answer less that of the corrupt one at the last position, [pair]."""
        at = logits[np.arange(len(self.last)), self.last]
        return np.asarray(
            np.take_along_axis(at, self.right[:, None], 1)[:, 0]
            - np.take_along_axis(at, self.wrong[:, None], 1)[:, 0]
        )


@dataclass(frozen=True)
class Patching:
    """One network on the pairs of one feature."""

    study: Study
    pairs: Pairs

    @cached_property
    def sites(self) -> list[Site]:
        """All steps that can be taken over."""
        layers = range(self.study.config.model.n_layers)
        return [
            *((name, layer) for layer in layers for name in ("resid_pre", "q", "k", "v", "z")),
            ("resid_post", len(layers) - 1),
        ]

    @cached_property
    def usual(self) -> "tuple[Pass, Pass]":
        """The clean and the corrupt run as they are."""
        return self._run(self.pairs.clean, keep=self.sites), self._run(
            self.pairs.corrupt, keep=self.sites
        )

    def _run(
        self,
        tokens: np.ndarray,
        *,
        keep: Collection[Site] = (),
        replace: Mapping[Site, np.ndarray] | None = None,
    ) -> "Pass":
        from reportgen.core.interventions import run

        return run(self.study.config.model, self.study.weights, tokens, keep=keep, replace=replace)

    def effect(
        self,
        way: str,
        edits: Callable[
            [Mapping[Site, np.ndarray], Mapping[Site, np.ndarray]], Mapping[Site, np.ndarray]
        ],
    ) -> np.ndarray:
        """Effect [pair] of replacing in one run what `edits`(its steps, the other's) says; NaN
        where the two runs answer too much alike.

        denoising: the corrupt run gets clean parts, (patched - corrupt) / (clean - corrupt);
        noising: the clean run gets corrupt ones, (clean - patched) / (clean - corrupt).
        """
        clean, corrupt = self.usual
        base, other, tokens = (
            (corrupt, clean, self.pairs.corrupt)
            if way == "denoising"
            else (clean, corrupt, self.pairs.clean)
        )
        patched = self.pairs.difference(
            self._run(tokens, replace=edits(base.kept, other.kept)).logits
        )
        whole = self.pairs.difference(clean.logits) - self.pairs.difference(corrupt.logits)
        moved = patched - self.pairs.difference(base.logits)
        return np.where(
            np.abs(whole) < LEAST,
            np.nan,
            (moved if way == "denoising" else -moved) / np.where(whole == 0, 1, whole),
        )

    def stream(self, way: str, site: Site, where: np.ndarray) -> np.ndarray:
        """Effect of the stream at a step, at the positions `where` [pair, position]."""
        return self.effect(
            way, lambda base, other: {site: np.where(where[..., None], other[site], base[site])}
        )

    def head(self, way: str, layer: int, head: int, where: np.ndarray) -> np.ndarray:
        """Effect of what one head mixes, at some positions."""
        chosen = (
            where[:, None, :, None]
            & (np.arange(self.study.config.model.n_heads) == head)[:, None, None]
        )
        return self.effect(
            way,
            lambda base, other: {
                ("z", layer): np.where(chosen, other["z", layer], base["z", layer])
            },
        )

    def path(self, way: str, first: int, second: int, letter: str) -> np.ndarray:
        """Effect of what the heads of one layer write, on the way to the queries (q), keys (k) or
        values (v) of a later one alone.
        """
        return self.effect(
            way,
            lambda base, other: {
                (letter, second): self._reached(base, other, first, second, letter)
            },
        )

    def _reached(
        self,
        base: Mapping[Site, np.ndarray],
        other: Mapping[Site, np.ndarray],
        first: int,
        second: int,
        letter: str,
    ) -> np.ndarray:
        """q, k or v of a layer, had the heads of an earlier one written what they wrote in the
        other run.
        """
        written = np.einsum(
            "bhpe,hed->bpd",
            other["z", first].astype(float) - base["z", first],
            Circuits(self.study).out(first),
        )
        return read_by(
            self.study, second, letter, base["resid_pre", second].astype(float) + written
        )


def averaged(effects: np.ndarray, pairs: Pairs) -> Fact:
    """The mean effect over pairs, as a fact; pairs whose runs answer alike are left out and
    counted.
    """
    kept = np.isfinite(effects)
    fact = pairs.sample.average(
        np.nan_to_num(effects)[:, None], kept[:, None], unit="share", of="answers"
    )
    return replace(fact, details=dict(skipped=int((~kept).sum()), pairs=len(effects)))

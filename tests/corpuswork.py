"""Texts that a test writes, as a fresh process reads them."""

from pathlib import Path

from reportgen.rules.corpus import Corpus, corpus
from reportgen.rules.pieces import digest
from reportgen.rules.segments import Unit

CONFIG = """name: mine
rule: {name: text, file: text.txt, size: SIZE, unit: UNIT}
data: {seed: 0, block: BLOCK, validation: 0.1, holdout: HOLDOUT}
model: {n_layers: 0, n_heads: 1, d_model: 4, d_head: 4, d_mlp: 0, n_ctx: 8,
        output_projection: false, residual: true, normalization: none, positions: none}
training: {narrower: NARROWER, steps: 10, batch: 4, lr: 0.01, seeds: 1, checkpoint_every: 5,
           show: lowest_validation_loss}
report: {outline: zero_layer, demonstrations: 1}
"""


def text_of(tmp_path: Path, text: str | bytes, name: str = "text.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(path: Path | None, unit: Unit, size: int, folder: Path | None = None) -> Corpus:
    """A text as a fresh process reads it."""
    corpus.cache_clear()
    return corpus(path, unit, size, digest(path), folder)


def spelled(found: Corpus) -> list[str]:
    return [found.tokens[i] for i in found.ids]

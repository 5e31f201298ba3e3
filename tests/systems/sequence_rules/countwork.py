"""Every context counted in a headless browser, and by force: a forward pass in double precision for
each of them.
"""

import shutil
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from places import CONFIGS, ROOT

from reportgen.core import config as configs
from reportgen.core.config.sections import ModelConfig
from reportgen.core.model import forward
from reportgen.core.recording import Weights
from reportgen.rules.automaton import Automaton
from reportgen.rules.reader import Reader

MODULES = ROOT / "docs" / "assets" / "live"
PLAIN = configs.load(CONFIGS / "plus_last_even.yaml").model
BARE = '<!doctype html><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,">'
# the question is kept in the page, so that several counts need one transfer
COUNT = """async (given) => {
  const rows = (packed) => packed && {...packed, rows: Int32Array.from(packed.rows)};
  const weights = {};
  for (const name in given.weights) weights[name] = Float32Array.from(given.weights[name]);
  const question = {...given, weights, table: rows(given.table), reader: rows(given.reader)};
  const worker = new Worker("live/count-worker.js", {type: "module"}), shares = [];
  const begun = performance.now();
  return await new Promise((done, failed) => {
    worker.onmessage = ({data}) => {
      if (data.kind === "progress") return shares.push(data.share);
      worker.terminate();
      done({...data, shares, seconds: (performance.now() - begun) / 1000});
    };
    worker.onerror = (event) => failed(new Error(event.message));
    worker.postMessage(question);
  });
}"""


@dataclass(frozen=True)
class Parts:
    """What a part of the network does instead of what it learnt."""

    attention: str = "trained"
    ffn: bool = True
    positions: bool = True


TRAINED = Parts()
NETWORKS = dict(
    plain={},
    two_heads=dict(n_heads=2, d_head=1),
    wide=dict(n_heads=2, d_head=3, d_model=4, output_projection=True),
    no_residual=dict(residual=False),
    no_mlp=dict(d_mlp=0),
    biases=dict(attention_biases=True, output_projection=True, n_heads=2),
    biases_alone=dict(attention_biases=True),
    keys_only=dict(positions="attention"),
    no_positions=dict(positions="none"),
)
REPLACED = dict(
    no_attention=Parts("none"),
    uniform=Parts("uniform"),
    answer=Parts("answer"),
    no_ffn=Parts(ffn=False),
    no_positions=Parts(positions=False),
    all_at_once=Parts("uniform", ffn=False, positions=False),
)
STREAM = dict(n_heads=2, d_head=2, d_model=4, d_mlp=6, output_projection=True)
DEEP = dict(
    normalized=STREAM | dict(normalization="LN", attention_biases=True),
    two_layers=STREAM | dict(n_layers=2),
)


def served_modules(folder: Path) -> Path:
    """The modules, and an empty page."""
    shutil.copytree(MODULES, folder / "live")
    (folder / "bare.html").write_text(BARE, encoding="utf-8")
    return folder


def question(
    model: ModelConfig,
    weights: Weights,
    table: Automaton,
    length: int,
    reads: Reader | None = None,
    parts: Parts = TRAINED,
) -> dict[str, Any]:
    """What the worker is given: all contexts, or those of a reader."""
    flat = {name: np.asarray(w, np.float32).ravel().tolist() for name, w in weights.items()}
    return dict(
        model=model.model_dump(),
        weights=flat,
        table=of_table(table),
        reader=None if reads is None else dict(rows=of_reader(reads, length)),
        length=length,
        everything=reads is None,
        replaced=vars(parts),
    )


def of_table(table: Automaton) -> dict[str, Any]:
    """The states of a rule as rows: successors, lag, and which demand (-1: none)."""
    sets: dict[tuple[int, ...], int] = {}
    demand = np.full(len(table.law), -1)
    for state in np.flatnonzero(table.constrained):
        allowed = tuple(np.flatnonzero(table.allowed[state]).tolist())
        demand[state] = sets.setdefault(allowed, len(sets))
    rows = np.column_stack([table.successor, table.lag, demand])
    return dict(rows=rows.ravel().tolist(), demands=list(map(list, sets)))


def of_reader(reads: Reader, length: int) -> list[int]:
    """The nodes that so many tokens lead to as rows: successors, is the next token known, and a
    state of the rule; -1 where it was not read further.
    """
    vocabulary, nodes = reads.table.law.shape[1], {reads.start}
    after: dict[int, list[int]] = {}
    for _ in range(length):
        for node in nodes - set(after):
            row = reads.step(np.full(vocabulary, node), np.arange(vocabulary))
            after[node] = row.tolist()
        nodes = {node for row in after.values() for node in row} - {0}
    every = np.arange(max(nodes) + 1)
    rows = [after.get(int(node), [-1] * vocabulary) for node in every]
    told = np.column_stack([rows, reads.tells(every), reads.one_of(every)])
    return told.ravel().astype(int).tolist()


Contexts = tuple[np.ndarray, np.ndarray]  # tokens [context, position] and the rule's states


def all_contexts(table: Automaton, length: int) -> Contexts:
    """All contexts in which a position holds the one right answer."""
    contexts = np.array(list(product(range(table.law.shape[1]), repeat=length)))
    states = np.zeros(len(contexts), dtype=np.int64)
    for column in contexts.T:
        states = table.successor[states, column]
    single = table.constrained & (table.lag >= 0) & (table.allowed.sum(1) == 1)
    return contexts[single[states]], states[single[states]]


def contexts_of_data(reads: Reader, length: int) -> Contexts:
    """All contexts that a window of the data can hold and that tell what comes next."""
    contexts = np.array(list(product(range(reads.table.law.shape[1]), repeat=length)))
    nodes = reads.read(contexts)[:, -1]
    told = (nodes > 0) & reads.tells(nodes)
    return contexts[told], reads.one_of(nodes[told])


def by_force(
    model: ModelConfig, weights: Weights, table: Automaton, given: Contexts, parts: Parts
) -> tuple[np.ndarray, np.ndarray]:
    """Counts [lag, answer] of contexts, and of those that go wrong: each through the forward
    pass in double precision, with parts replaced.
    """
    contexts, states = given
    length, vocabulary = contexts.shape[1], table.law.shape[1]
    lag, allowed = table.lag[states], table.allowed[states]
    lag = np.where(lag < length, lag, -1)
    held = np.flatnonzero(lag >= 0)

    def step(name: str, layer: int, value: torch.Tensor) -> torch.Tensor:
        silent = dict(attn_out=parts.attention == "none", mlp_out=not parts.ffn)
        if (silent | dict(pos_embed=not parts.positions)).get(name):
            return torch.zeros_like(value)
        if name == "pattern" and parts.attention == "uniform":
            even = torch.ones(length, length, dtype=value.dtype).tril()
            return (even / even.sum(-1, keepdim=True)).expand(value.shape)
        if name == "pattern" and parts.attention == "answer":
            value = value.clone()
            value[0, held, :, -1] = 0
            value[0, held, :, -1, length - 1 - lag[held]] = 1
        return value

    p = {name: torch.from_numpy(np.asarray(w, np.float64))[None] for name, w in weights.items()}
    with torch.no_grad():
        logits = forward(model, p, torch.from_numpy(contexts)[None], step)[0, :, -1].numpy()
    wrong = ~allowed[np.arange(len(contexts)), logits.argmax(-1)]
    row = np.where(lag < 0, length, lag)
    answer = np.where(allowed.sum(1) == 1, allowed.argmax(1), vocabulary)
    edges = np.arange(length + 2), np.arange(vocabulary + 2)
    made: Any = lambda kept: np.histogram2d(row[kept], answer[kept], bins=edges)[0]
    return made(wrong | True), made(wrong)


def random_weights(model: ModelConfig, vocabulary: int, seed: int, *, size: float = 1.0) -> Weights:
    """Weights of any network, single precision, from N(0, size^2)."""
    rng, m = np.random.default_rng(seed), model
    joined, stream = (m.n_layers, m.n_heads, m.d_model, m.d_head), (m.n_layers, m.d_model)
    shapes: dict[str, tuple[int, ...]] = dict(W_E=(vocabulary, m.d_model))
    shapes |= dict(W_U=(m.d_model, vocabulary), b_U=(vocabulary,), W_Q=joined, W_K=joined)
    shapes |= dict(W_V=joined)
    if m.positions != "none":
        shapes |= dict(W_pos=(m.n_ctx, m.d_model))
    if m.output_projection:
        shapes |= dict(W_O=(m.n_layers, m.n_heads, m.d_head, m.d_model))
    if m.attention_biases:
        shapes |= dict.fromkeys(("b_Q", "b_K", "b_V"), (m.n_layers, m.n_heads, m.d_head))
        shapes |= dict(b_O=stream)
    if m.d_mlp:
        shapes |= dict(W_in=(*stream, m.d_mlp), b_in=(m.n_layers, m.d_mlp))
        shapes |= dict(W_out=(m.n_layers, m.d_mlp, m.d_model), b_out=stream)
    if m.normalization == "LN":
        shapes |= dict.fromkeys(("ln1_w", "ln1_b", "ln2_w", "ln2_b"), stream)
        shapes |= dict.fromkeys(("ln_final_w", "ln_final_b"), (m.d_model,))
    drawn = {name: rng.normal(size=shape) * size for name, shape in shapes.items()}
    return {name: w.astype(np.float32).astype(np.float64) for name, w in drawn.items()}

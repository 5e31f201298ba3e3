"""The network in the reader's browser is the one of the report: every activation of every kind of
network that can be built, on hundreds of contexts, within 1e-5 of the trace.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import committed
from livework import opened, placed

from reportgen.core.recording import ACTIVATIONS, SCALES
from reportgen.core.study import Study
from reportgen.core.trace import trace

pytestmark = pytest.mark.browser
NEAR = 1e-5
CONTEXTS, LENGTHS = 200, 12  # at least so many, of so many lengths
RUNS = (
    "learnt",
    "unlearnt",
    "inputs_learnt",
    "inputs_eight",
    "repeats_learnt",
    "text_learnt",
    "one_layer_learnt",
    "full_learnt",
    "deep_learnt",
)
ACTIVATED = """async ({name, values}) => {
  const { activated } = await import("./live/activation.js");
  return values.map(activated(name));
}"""
COMPARE = """async ({seed, checkpoint}) => {
  const { Network } = await import("./live/network.js");
  const { forward } = await import("./live/forward.js");
  const net = await Network.load("run/live.json"), weights = (await net.seed(seed))[checkpoint];
  const { sequences, layout } = await (await fetch("run/expected.json")).json();
  const expected = new Float64Array(await (await fetch("run/expected.bin")).arrayBuffer());
  const flat = (x) => typeof x === "number" ? [x] : Array.from(x).flatMap(flat);
  const worst = {};
  let at = 0;
  for (const tokens of sequences) {
    const found = forward(net.model, weights, tokens);
    for (const { name, layer } of layout) {
      for (const value of flat(layer === null ? found[name] : found.layers[layer][name])) {
        const off = value === expected[at] ? 0 : Math.abs(value - expected[at]);
        worst[name] = Math.max(worst[name] ?? 0, Number.isNaN(off) ? Infinity : off);
        at++;
      }
    }
  }
  return { worst, compared: at, wanted: expected.length };
}"""


def expected(study: Study, seed: int, checkpoint: int, folder: Path) -> None:
    """What the trace says of some random contexts, short and long, in the order of COMPARE."""
    m, vocabulary = study.config.model, len(study.tokens)
    rng, rows = np.random.default_rng(5), list[np.ndarray]()
    per_layer = [
        n for n in ACTIVATIONS if n not in ("embed", "pos_embed", "logits", "ln_final_scale")
    ]
    lacks = lambda n: (
        (n.startswith("mlp") and not m.d_mlp)
        or (n in SCALES and (m.normalization != "LN" or (n == "ln2_scale" and not m.d_mlp)))
    )
    outer = ["embed", *(["pos_embed"] if m.position_weights else []), "logits"]
    layout: list[dict[str, Any]] = [dict(name=n, layer=None) for n in outer]
    layout += [dict(name=n, layer=i) for i in range(m.n_layers) for n in per_layer if not lacks(n)]
    weights = {k: w[None] for k, w in study.run.weights(seed, checkpoint).items()}
    lengths = np.unique(np.linspace(1, m.n_ctx, LENGTHS).round().astype(int))
    batches = [
        rng.integers(0, vocabulary, (-(-CONTEXTS // len(lengths)), length)) for length in lengths
    ]
    for batch in batches:
        seen, values = trace(m, weights, batch).at(0), list[np.ndarray]()
        for entry in layout:
            name, layer = entry["name"], entry["layer"]
            value = getattr(seen, name)
            value = value(layer=layer) if callable(value) else value
            value = np.ma.filled(value, -np.inf) if np.ma.isMaskedArray(value) else value
            alike = name == "pos_embed"  # whatever the sequence
            values.append(np.array([value] * len(batch)) if alike else np.asarray(value))
        rows += [value[i].astype(float).ravel() for i in range(len(batch)) for value in values]
    (folder / "expected.bin").write_bytes(np.concatenate(rows).tobytes())
    told = dict(sequences=[row for batch in batches for row in batch.tolist()], layout=layout)
    (folder / "expected.json").write_text(json.dumps(told), encoding="utf-8")


def compared(chromium: Any, address: str, seed: int, checkpoint: int) -> dict[str, Any]:
    page = opened(chromium, address)
    found = page.evaluate(COMPARE, dict(seed=seed, checkpoint=checkpoint))
    assert page.wrong == []
    page.close()
    return found


@pytest.mark.parametrize("name", RUNS)
def test_every_system(
    name: str, tmp_path: Path, chromium: Any, served: Callable[[Path], str]
) -> None:
    study = committed(name)
    placed(study, tmp_path)
    checkpoint = len(study.run.steps) // 2
    expected(study, study.seed, checkpoint, tmp_path / "run")
    about = json.loads((tmp_path / "run" / "live.json").read_text(encoding="utf-8"))
    at = about["seeds"][0]["steps"].index(int(study.run.steps[checkpoint]))
    found = compared(chromium, served(tmp_path), 0, at)
    assert found["compared"] == found["wanted"] > CONTEXTS
    assert {n: off for n, off in found["worst"].items() if not off < NEAR} == {}


@pytest.mark.parametrize("name", ["relu", "gelu", "gelu_new"])
def test_every_activation_function(
    name: str, tmp_path: Path, chromium: Any, served: Callable[[Path], str]
) -> None:
    """What the page's neurons give, beside what those of the report give in double precision; also
    where the error function changes from one formula to the other, and far out.
    """
    import torch

    from reportgen.core.model import activated

    placed("deep_learnt", tmp_path)
    values = np.concatenate([np.linspace(-10, 10, 4001), [2.5 * 2**0.5, -2.5 * 2**0.5, 40, -40]])
    model = committed("deep_learnt").config.model.model_copy(update=dict(activation=name))
    page = opened(chromium, served(tmp_path))
    found = page.evaluate(ACTIVATED, dict(name=name, values=values.tolist()))
    page.close()
    np.testing.assert_allclose(found, activated(model, torch.from_numpy(values)), atol=1e-13)

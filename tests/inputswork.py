"""Answered inputs in tests: the committed runs, and a forward pass in plain NumPy."""

from collections.abc import Mapping
from typing import Any

import numpy as np

RUNS = ("inputs_learnt", "inputs_unlearnt")


def normalized(x: np.ndarray, gain: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Layer normalization of one vector."""
    centred = x - sum(x) / len(x)
    return centred / np.sqrt(sum(centred**2) / len(x) + 1e-5) * gain + bias


def by_hand(
    w: Mapping[str, np.ndarray],
    row: np.ndarray,
    looks: Mapping[tuple[int, int], Mapping[int, float]] | None = None,
    mlp: Mapping[tuple[int, int], np.ndarray] | None = None,
) -> dict[str, Any]:
    """Logits [position][token] and patterns of one row by loops over positions, for networks with
    one head.

    `looks` {(layer, query): {key: share}} stands in the place of attention there, `mlp` {(layer,
    position): vector} in that of what the feed-forward layer adds.
    """
    stream = [w["W_E"][token] + w["W_pos"][i] for i, token in enumerate(row)]
    patterns, mids, ends = {}, {}, {}
    for layer in range(len(w["W_Q"])):
        read = [normalized(x, w["ln1_w"][layer], w["ln1_b"][layer]) for x in stream]
        q, k, v = ([x @ w[f"W_{n}"][layer, 0] + w[f"b_{n}"][layer, 0] for x in read] for n in "QKV")
        mid = []
        for i in range(len(row)):
            scores = np.array([q[i] @ k[j] / np.sqrt(len(k[j])) for j in range(i + 1)])
            shares = np.exp(scores - max(scores)) / sum(np.exp(scores - max(scores)))
            given = (looks or {}).get((layer, i))
            shares = (
                shares if given is None else np.array([given.get(j, 0.0) for j in range(i + 1)])
            )
            patterns[layer, i] = shares
            mid.append(
                stream[i]
                + sum(a * v[j] for j, a in enumerate(shares)) @ w["W_O"][layer, 0]
                + w["b_O"][layer]
            )
        mids[layer] = mid
        stream = []
        for i, x in enumerate(mid):
            pre = (
                normalized(x, w["ln2_w"][layer], w["ln2_b"][layer]) @ w["W_in"][layer]
                + w["b_in"][layer]
            )
            out = np.array([max(0.0, n) for n in pre]) @ w["W_out"][layer] + w["b_out"][layer]
            stream.append(x + (mlp or {}).get((layer, i), out))
        ends[layer] = stream
    logits = [normalized(x, w["ln_final_w"], w["ln_final_b"]) @ w["W_U"] + w["b_U"] for x in stream]
    return dict(logits=np.array(logits), patterns=patterns, mids=mids, ends=ends)

// Parts of the network replaced, as steps of the forward pass.
import { asItIs } from "./forward.js";
import { softmax } from "./vectors.js";

/** @import { Step, Weights } from "./forward.js" */
/** @import { Network } from "./network.js" */

/**
 * @typedef {"trained" | "none" | "uniform" | "answer" | "typical"} Attention
 * @typedef {{attention: Attention, ffn: boolean, positions: boolean}} Switches
 */

/** What attention can be replaced with, and what a reader calls it. */
export const ATTENTION = {
  trained: "as trained",
  none: "none",
  uniform: "the same for all",
  answer: "only the answer",
  typical: "only the answer, one point for each token",
};

/**
 * The ways of attention with which every context can be tried.
 * @type {readonly Attention[]}
 */
export const COUNTABLE = ["trained", "none", "uniform", "answer"];

/** @type {Switches} */
export const TRAINED = { attention: "trained", ffn: true, positions: true };

/**
 * The ways that fit a network: what the rule needs of attention can only be put there where a
 * position holds the answer.
 * @param {Network} net
 * @returns {Attention[]}
 */
export function ways(net) {
  if (!net.model.n_layers) return ["trained"];
  const holds = net.about.stands !== null;
  const typical =
    holds &&
    net.model.n_layers === 1 &&
    net.model.n_heads === 1 &&
    net.model.normalization === "none";
  return [
    "trained",
    "none",
    "uniform",
    ...(holds ? /** @type {Attention[]} */ (["answer"]) : []),
    ...(typical ? /** @type {Attention[]} */ (["typical"]) : []),
  ];
}

/**
 * For each token the mean of what it hands over at the positions where it can be the answer.
 * @param {Network} net
 * @param {Weights} w
 * @returns {Float64Array[]}
 */
function points(net, w) {
  const { d_model: d, d_head: e, n_ctx, positions, attention_biases } = net.model;
  return /** @type {number[][]} */ (net.about.stands).map((shares, token) => {
    const out = new Float64Array(e);
    for (let p = 0; p < n_ctx; p++)
      if (shares[p])
        for (let c = 0; c < e; c++) {
          let value = attention_biases ? w.b_V[c] : 0;
          for (let r = 0; r < d; r++)
            value +=
              (w.W_E[token * d + r] + (positions === "stream" ? w.W_pos[p * d + r] : 0)) *
              w.W_V[r * e + c];
          out[c] += shares[p] * value;
        }
    return out;
  });
}

/**
 * The step that puts the replacements in place.
 * @param {Network} net
 * @param {Weights} w
 * @param {Switches} switches
 * @param {number[]} tokens
 * @returns {Step}
 */
export function replacing(net, w, switches, tokens) {
  const { attention, ffn, positions } = switches;
  if (attention === "trained" && ffn && positions) return asItIs;
  const demands = net.rule.demands(tokens);
  const typical = attention === "typical" ? points(net, w) : null;
  const zero = (/** @type {Float64Array[]} */ rows) =>
    rows.map((row) => new Float64Array(row.length));
  return (name, layer, value) => {
    if (name === "pos_embed" && !positions) return zero(value);
    if (name === "attn_out" && attention === "none") return zero(value);
    if (name === "mlp_out" && !ffn) return zero(value);
    if (name === "pattern" && attention === "uniform")
      return value.map((/** @type {Float64Array[]} */ rows) =>
        rows.map((row, i) => softmax(row.map((_, j) => (j > i ? -Infinity : 0)))),
      );
    if (name === "pattern" && (attention === "answer" || typical))
      return value.map((/** @type {Float64Array[]} */ rows) =>
        rows.map((row, i) => {
          const source = demands[i]?.source;
          return source === null || source === undefined
            ? row
            : row.map((_, j) => Number(j === source));
        }),
      );
    if (name === "z" && typical)
      return value.map((/** @type {Float64Array[]} */ rows) =>
        rows.map((row, i) => {
          const source = demands[i]?.source;
          return source === null || source === undefined ? row : typical[tokens[source]];
        }),
      );
    return value;
  };
}

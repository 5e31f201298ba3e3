// The network itself: a forward pass over one sequence, with every activation by the name that
// TransformerLens gives it. It mirrors reportgen/core/model.py line by line; a test compares the
// two on every kind of network.

import { activated } from "./activation.js";
import { turned } from "./rotary.js";
import { affine, dot, softmax, sum } from "./vectors.js";

/**
 * @typedef {Float64Array[]} Rows one vector for each position
 * @typedef {{n_layers: number, n_heads: number, d_model: number, d_head: number, d_mlp: number,
 *   n_ctx: number, output_projection: boolean, residual: boolean, normalization: "none" | "LN",
 *   activation: "relu" | "gelu" | "gelu_new", positions: "stream" | "attention" | "rotary" |
 *   "none", rotary_base: number, attention_biases: boolean}} Model
 * @typedef {Record<string, Float32Array>} Weights each flat, in the order of its shape
 * @typedef {{resid_pre: Rows, q: Rows[], k: Rows[], v: Rows[], attn_scores: Rows[], pattern:
 *   Rows[], z: Rows[], attn_out: Rows, resid_mid: Rows, mlp_pre: Rows, mlp_post: Rows, mlp_out:
 *   Rows, resid_post: Rows, ln1_scale: Rows, ln2_scale: Rows}} Layer of q to z the first index is
 *   the head
 * @typedef {{embed: Rows, pos_embed: Rows, layers: Layer[], ln_final_scale: Rows, resid_final:
 *   Rows, logits: Rows, probabilities: Rows}} Activations
 * @typedef {(name: string, layer: number, value: any) => any} Step may record an activation, or
 *   return another in its place
 */

const EPSILON = 1e-5; // added to the variance in layer normalization

/** @type {Step} The step that neither records nor replaces. */
export const asItIs = (name, layer, value) => value;

/**
 * Layer normalization of every position; what the centred stream is divided by goes through the
 * step.
 * @param {Step} step
 * @param {Rows} rows
 * @param {string} name
 * @param {number} layer
 * @param {Weights} w
 * @param {number} from
 */
function normalized(step, rows, name, layer, w, from) {
  const mean = (/** @type {Float64Array} */ x) => x.reduce((a, b) => a + b, 0) / x.length;
  const centred = rows.map((row) => {
    const middle = mean(row);
    return row.map((x) => x - middle);
  });
  const scale = step(
    `${name}_scale`,
    layer,
    centred.map((row) => Float64Array.of(Math.sqrt(mean(row.map((x) => x * x)) + EPSILON))),
  );
  const gain = w[`${name}_w`];
  const bias = w[`${name}_b`];
  return centred.map((row, i) =>
    row.map((x, j) => (x / scale[i][0]) * gain[from + j] + bias[from + j]),
  );
}

/**
 * What the heads of a layer give.
 * @param {Model} m
 * @param {Weights} w
 * @param {number} layer
 * @param {Step} step
 * @param {Rows} read
 * @param {Rows | null} positions
 */
function attention(m, w, layer, step, read, positions) {
  const heads = [...Array(m.n_heads).keys()];
  const d = m.d_model;
  const e = m.d_head;
  const placed = positions ? read.map((row, i) => sum(row, positions[i])) : read;
  const projected = (/** @type {string} */ name, /** @type {Rows} */ rows) =>
    step(
      name.toLowerCase(),
      layer,
      heads.map((h) => {
        const at = layer * m.n_heads + h;
        return rows.map((row) =>
          affine(
            row,
            w[`W_${name}`],
            at * d * e,
            e,
            m.attention_biases ? w[`b_${name}`] : undefined,
            at * e,
          ),
        );
      }),
    );
  const placing = (/** @type {Rows[]} */ each) =>
    m.positions === "rotary" ? each.map((rows) => turned(m, rows)) : each;
  const q = placing(projected("Q", placed));
  const k = placing(projected("K", placed));
  const v = projected("V", read);
  const scale = 1 / Math.sqrt(e);
  const scores = step(
    "attn_scores",
    layer,
    heads.map((h) =>
      q[h].map((/** @type {Float64Array} */ query, /** @type {number} */ i) =>
        Float64Array.from(k[h], (/** @type {Float64Array} */ key, /** @type {number} */ j) =>
          j > i ? -Infinity : dot(query, key) * scale,
        ),
      ),
    ),
  );
  const pattern = step(
    "pattern",
    layer,
    scores.map((/** @type {Rows} */ rows) => rows.map(softmax)),
  );
  const z = step(
    "z",
    layer,
    heads.map((h) =>
      pattern[h].map((/** @type {Float64Array} */ shares) => {
        const out = new Float64Array(e);
        shares.forEach((share, j) => {
          if (share) for (let c = 0; c < e; c++) out[c] += share * v[h][j][c];
        });
        return out;
      }),
    ),
  );
  return step(
    "attn_out",
    layer,
    read.map((_, i) => {
      const joined = new Float64Array(m.n_heads * e);
      heads.forEach((h) => joined.set(z[h][i], h * e));
      const out = m.output_projection
        ? affine(joined, w.W_O, layer * joined.length * d, d)
        : joined;
      if (m.attention_biases) for (let c = 0; c < d; c++) out[c] += w.b_O[layer * d + c];
      return out;
    }),
  );
}

/**
 * What the MLP of a layer gives.
 * @param {Model} m
 * @param {Weights} w
 * @param {number} layer
 * @param {Step} step
 * @param {Rows} read
 */
function mlp(m, w, layer, step, read) {
  const pre = step(
    "mlp_pre",
    layer,
    read.map((row) =>
      affine(row, w.W_in, layer * m.d_model * m.d_mlp, m.d_mlp, w.b_in, layer * m.d_mlp),
    ),
  );
  const post = step(
    "mlp_post",
    layer,
    pre.map((/** @type {Float64Array} */ row) => row.map(activated(m.activation))),
  );
  return step(
    "mlp_out",
    layer,
    post.map((/** @type {Float64Array} */ row) =>
      affine(row, w.W_out, layer * m.d_mlp * m.d_model, m.d_model, w.b_out, layer * m.d_model),
    ),
  );
}

/**
 * The logits that a vector of the last layer's stream is read as.
 * @param {Model} m
 * @param {Weights} w
 * @param {Float64Array} point
 */
export function readOut(m, w, point) {
  const vector =
    m.normalization === "LN" ? normalized(asItIs, [point], "ln_final", 0, w, 0)[0] : point;
  return affine(vector, w.W_U, 0, w.b_U.length, w.b_U);
}

/**
 * Everything that happens to a sequence of token ids.
 * @param {Model} m
 * @param {Weights} w
 * @param {number[]} tokens
 * @param {Step} [step]
 * @returns {Activations}
 */
export function forward(m, w, tokens, step = asItIs) {
  const d = m.d_model;
  const kept = /** @type {any} */ ({ layers: [] });
  const told = (
    /** @type {string} */ name,
    /** @type {number} */ layer,
    /** @type {any} */ value,
  ) => {
    const given = step(name, layer, value);
    if (["embed", "pos_embed", "ln_final_scale", "logits"].includes(name)) kept[name] = given;
    else (kept.layers[layer] ??= {})[name] = given;
    return given;
  };
  const row = (/** @type {Float32Array} */ flat, /** @type {number} */ i) =>
    Float64Array.from(flat.subarray(i * d, (i + 1) * d));
  let resid = told(
    "embed",
    0,
    tokens.map((t) => row(w.W_E, t)),
  );
  let positions =
    m.positions === "stream" || m.positions === "attention"
      ? told(
          "pos_embed",
          0,
          tokens.map((_, i) => row(w.W_pos, i)),
        )
      : null;
  if (positions && m.positions === "stream") {
    resid = resid.map((/** @type {Float64Array} */ x, /** @type {number} */ i) =>
      sum(x, positions[i]),
    );
    positions = null;
  }
  for (let layer = 0; layer < m.n_layers; layer++) {
    const with_ = (/** @type {Rows} */ added) =>
      m.residual
        ? resid.map((/** @type {Float64Array} */ x, /** @type {number} */ i) => sum(x, added[i]))
        : added;
    const read = (/** @type {string} */ name) =>
      m.normalization === "LN" ? normalized(told, resid, name, layer, w, layer * d) : resid;
    resid = told("resid_pre", layer, resid);
    const attn_out = attention(m, w, layer, told, read("ln1"), positions);
    resid = told("resid_mid", layer, with_(attn_out));
    if (m.d_mlp) resid = with_(mlp(m, w, layer, told, read("ln2")));
    resid = told("resid_post", layer, resid);
  }
  kept.resid_final = resid;
  const last = m.normalization === "LN" ? normalized(told, resid, "ln_final", 0, w, 0) : resid;
  kept.logits = told(
    "logits",
    0,
    last.map((/** @type {Float64Array} */ x) => affine(x, w.W_U, 0, w.b_U.length, w.b_U)),
  );
  kept.probabilities = kept.logits.map(softmax);
  return kept;
}

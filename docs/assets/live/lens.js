// What each depth would say if the network ended there, and what each part adds to the first
// choice.
import { el, few, table } from "./dom.js";
import { readOut } from "./forward.js";
import { affine, softmax } from "./vectors.js";

/** @import { View } from "./view.js" */

/** @typedef {{name: string, vector: Float64Array}} Part */

const MOST = 12; // parts that are listed

/**
 * The stream at each depth, and the parts that add up to its end where nothing but sums lies
 * between.
 * @param {View} view
 * @returns {{depths: Part[], parts: Part[]}}
 */
export function along(view) {
  const { net, f, focus: i } = view;
  const m = net.model;
  const depths = /** @type {Part[]} */ ([]);
  const parts = [{ name: "token", vector: f.embed[i] }];
  if (m.positions === "stream") parts.push({ name: "position", vector: f.pos_embed[i] });
  f.layers.forEach((layer, n) => {
    const of = m.n_layers > 1 ? ` of layer ${n}` : "";
    const heads = m.n_heads > 1 ? "heads" : "head";
    if (!n) depths.push({ name: "at the start", vector: layer.resid_pre[i] });
    depths.push({ name: `after the ${heads}${of}`, vector: layer.resid_mid[i] });
    for (let h = 0; h < m.n_heads; h++)
      parts.push({
        name: m.n_heads > 1 || of ? `head ${n}.${h}` : "head",
        vector: handed(view, n, h),
      });
    if (m.attention_biases)
      parts.push({
        name: `output bias${of}`,
        vector: Float64Array.from(view.w.b_O.subarray(n * m.d_model, (n + 1) * m.d_model)),
      });
    if (m.d_mlp) {
      depths.push({ name: `after the feed-forward layer${of}`, vector: layer.resid_post[i] });
      parts.push({ name: `feed-forward layer${of}`, vector: layer.mlp_out[i] });
    }
  });
  return { depths, parts: m.residual ? parts : [] };
}

/**
 * What one head adds to the stream at the position in focus.
 * @param {View} view
 * @param {number} layer
 * @param {number} head
 */
function handed(view, layer, head) {
  const m = view.net.model;
  const z = view.f.layers[layer].z[head][view.focus];
  if (view.state.attention === "none") return new Float64Array(m.d_model);
  return m.output_projection
    ? affine(z, view.w.W_O, (layer * m.n_heads + head) * m.d_head * m.d_model, m.d_model)
    : Float64Array.from({ length: m.d_model }, (_, c) =>
        Math.floor(c / m.d_head) === head ? z[c % m.d_head] : 0,
      );
}

/**
 * What each part adds to the logit of a token above the mean of all tokens; with layer
 * normalization by the scale that the whole stream is divided by.
 * @param {View} view
 * @param {Part[]} parts
 * @param {number} token
 */
export function contributions(view, parts, token) {
  const { net, w, f, focus } = view;
  const m = net.model;
  const vocabulary = net.tokens.length;
  const scale = m.normalization === "LN" ? f.ln_final_scale[focus][0] : 1;
  return parts.map(({ name, vector }) => {
    const middle = m.normalization === "LN" ? vector.reduce((a, b) => a + b, 0) / m.d_model : 0;
    const direction = vector.map((x, c) =>
      m.normalization === "LN" ? ((x - middle) / scale) * w.ln_final_w[c] : x,
    );
    const logits = affine(direction, w.W_U, 0, vocabulary);
    return { name, value: logits[token] - logits.reduce((a, b) => a + b, 0) / vocabulary };
  });
}

/** Both tables, behind a fold. */
export class Lens {
  /** @param {Element} host */
  constructor(host) {
    const fold = el(host, "details", { class: "rg-live-lens" });
    this.summary = el(fold, "summary", {}, "Depth by depth, and part by part");
    const both = el(fold, "div", { class: "rg-live-two" });
    this.depths = el(both, "table");
    this.parts = el(both, "table");
    this.fold = fold;
    fold.addEventListener("toggle", () => {
      if (this.view) this.draw(this.view);
    });
  }

  /** @param {View} view */
  draw(view) {
    this.view = view;
    if (!this.fold.open) return;
    const { depths, parts } = along(view);
    const { net, w } = view;
    const likeliest = depths.map(({ name, vector }) => {
      const chances = softmax(readOut(net.model, w, vector));
      const best = [...chances.keys()].sort((a, b) => chances[b] - chances[a]).slice(0, 3);
      return [name, ...best.map((id) => `${net.tokens[id]} ${chances[id].toFixed(2)}`)];
    });
    const heads = ["", "first", "second", "third"];
    table(this.depths, heads, likeliest, `Read out at each depth, position ${view.focus}`);
    const added = contributions(view, parts, view.first)
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
      .slice(0, MOST);
    const lines = added.map(({ name, value }) => [name, few(value)]);
    const token = net.tokens[view.first];
    const caption = `What each part adds to the score of ${token}, above the mean of all tokens`;
    table(this.parts, ["", "logits"], lines, caption);
  }
}

// The two ends of a network of one layer as functions: what the last query reads of every token at
// every position, and the output over the stream. As reportgen/core/readout.py and
// core/exact/certain.py, in double precision throughout.

/** @import { Model, Weights } from "./forward.js" */

/**
 * @typedef {{attention: "trained" | "none" | "uniform" | "answer", ffn: boolean, positions:
 *   boolean}} Replaced which parts do what they learnt: `none` adds nothing, `uniform` spreads
 *   attention evenly, `answer` puts all of the last query's on the position that holds the answer,
 *   if one does
 * @typedef {{scores: Float64Array[], values: Float64Array}} Head scores [last token][token * length
 *   + position] of the last query, and [(token * length + position) * d_model + i] what a value
 *   adds to the stream
 */

/**
 * Is a network two such functions: one layer without layer normalization, neurons that are on or
 * off, and scores of two points of the stream.
 * @param {Model} m
 */
export const plain = (m) =>
  m.n_layers === 1 &&
  m.normalization === "none" &&
  (m.activation === "relu" || !m.d_mlp) &&
  m.positions !== "rotary";

/** Before the last query attends: the stream at its position for every token, and its heads. */
export class Lattice {
  /**
   * @param {Model} m
   * @param {Weights} w
   * @param {number} length
   * @param {Replaced} replaced
   */
  constructor(m, w, length, replaced) {
    const d = m.d_model;
    const e = m.d_head;
    const vocabulary = w.b_U.length;
    const placed = replaced.positions && m.positions !== "none";
    /**
     * A token at a position: with its position embedding where that is added.
     * @param {number} token
     * @param {number} position
     * @param {boolean} added
     */
    const point = (token, position, added) =>
      Float64Array.from(
        { length: d },
        (_, i) => w.W_E[token * d + i] + (added ? w.W_pos[position * d + i] : 0),
      );
    /**
     * A point through W_Q, W_K or W_V of a head.
     * @param {string} name
     * @param {number} head
     * @param {Float64Array} x
     */
    const projected = (name, head, x) =>
      Float64Array.from({ length: e }, (_, c) => {
        let out = m.attention_biases ? w[`b_${name}`][head * e + c] : 0;
        for (let r = 0; r < d; r++) out += x[r] * w[`W_${name}`][(head * d + r) * e + c];
        return out;
      });
    /**
     * What z of a head adds to attn_out.
     * @param {number} head
     * @param {Float64Array} z
     */
    const handed = (head, z) =>
      Float64Array.from({ length: d }, (_, i) => {
        if (!m.output_projection) return i >= head * e && i < (head + 1) * e ? z[i - head * e] : 0;
        let out = 0;
        for (let c = 0; c < e; c++) out += z[c] * w.W_O[(head * e + c) * d + i];
        return out;
      });
    const inStream = placed && m.positions === "stream";
    this.length = length;
    this.bias = Float64Array.from({ length: d }, (_, i) =>
      m.attention_biases && replaced.attention !== "none" ? w.b_O[i] : 0,
    );
    /** Of every token as the last one: what attention is added to. */
    this.before = Array.from({ length: vocabulary }, (_, last) =>
      m.residual ? point(last, length - 1, inStream) : new Float64Array(d),
    );
    /** @type {Head[]} */
    this.heads = Array.from(
      { length: replaced.attention === "none" ? 0 : m.n_heads },
      (_, head) => {
        /** @type {Float64Array[]} */
        const keys = [];
        const values = new Float64Array(vocabulary * length * d);
        for (let token = 0; token < vocabulary; token++)
          for (let position = 0; position < length; position++) {
            keys.push(projected("K", head, point(token, position, placed)));
            values.set(
              handed(head, projected("V", head, point(token, position, inStream))),
              (token * length + position) * d,
            );
          }
        const scores = this.before.map((_, last) => {
          const query = projected("Q", head, point(last, length - 1, placed));
          return Float64Array.from(keys, (key) =>
            replaced.attention === "uniform"
              ? 0
              : query.reduce((sum, x, i) => sum + x * key[i], 0) / Math.sqrt(e),
          );
        });
        return { scores, values };
      },
    );
  }

  /**
   * The stream after attention if all of it is on one position.
   * @param {number} last
   * @param {number} token
   * @param {number} position
   * @returns {Float64Array}
   */
  onOne(last, token, position) {
    const d = this.bias.length;
    const out = this.before[last].map((x, i) => x + this.bias[i]);
    for (const { values } of this.heads)
      for (let i = 0; i < d; i++) out[i] += values[(token * this.length + position) * d + i];
    return out;
  }

  /**
   * The stream after attention at the last position of a context.
   * @param {ArrayLike<number>} context
   * @returns {Float64Array}
   */
  after(context) {
    const d = this.bias.length;
    const last = context[this.length - 1];
    const out = this.before[last].map((x, i) => x + this.bias[i]);
    for (const { scores, values } of this.heads) {
      let top = -Infinity;
      let mass = 0;
      const sum = new Float64Array(d);
      for (let p = 0; p < this.length; p++)
        top = Math.max(top, scores[last][context[p] * this.length + p]);
      for (let p = 0; p < this.length; p++) {
        const at = context[p] * this.length + p;
        const share = Math.exp(scores[last][at] - top);
        mass += share;
        for (let i = 0; i < d; i++) sum[i] += share * values[at * d + i];
      }
      for (let i = 0; i < d; i++) out[i] += sum[i] / mass;
    }
    return out;
  }
}

/**
 * What the network does with a point of the stream after its attention: MLP, residual connection if
 * there is one, unembedding.
 */
export class Readout {
  /**
   * @param {Model} m
   * @param {Weights} w
   * @param {boolean} ffn does the MLP do what it learnt, or add nothing
   */
  constructor(m, w, ffn) {
    const d = m.d_model;
    const vocabulary = w.b_U.length;
    const direct = !m.d_mlp || m.residual;
    this.d = d;
    this.vocabulary = vocabulary;
    this.units = ffn ? m.d_mlp : 0;
    this.b_in = Float64Array.from({ length: this.units }, (_, u) => w.b_in[u]);
    this.W_in = Float64Array.from(
      { length: this.units * d },
      (_, i) => w.W_in[(i % d) * m.d_mlp + Math.floor(i / d)],
    ); // [unit][d_model]
    /**
     * Something of the stream's width through the unembedding.
     * @param {Float32Array} rows
     * @param {number} from
     */
    const unembedded = (rows, from) =>
      Float64Array.from({ length: vocabulary }, (_, token) => {
        let out = 0;
        for (let i = 0; i < d; i++) out += rows[from + i] * w.W_U[i * vocabulary + token];
        return out;
      });
    this.push = new Float64Array(this.units * vocabulary); // W_out W_U [unit][token]
    for (let u = 0; u < this.units; u++) this.push.set(unembedded(w.W_out, u * d), u * vocabulary);
    // without residual the point itself is not read out
    this.W_U = direct ? Float64Array.from(w.W_U) : new Float64Array(w.W_U.length);
    this.constant = this.units
      ? unembedded(w.b_out, 0).map((x, token) => x + w.b_U[token])
      : Float64Array.from(w.b_U);
    this.point = new Float64Array(d);
    this.logits = new Float64Array(vocabulary);
  }

  /**
   * The most likely next token at `this.point`, the first of equals; its logits are left in
   * `this.logits`.
   */
  choose() {
    const { d, units, vocabulary, W_in, b_in, push, W_U, constant, point, logits } = this;
    for (let t = 0; t < vocabulary; t++) logits[t] = constant[t];
    for (let i = 0; i < d; i++)
      for (let t = 0, x = point[i]; t < vocabulary; t++) logits[t] += x * W_U[i * vocabulary + t];
    for (let u = 0; u < units; u++) {
      let input = b_in[u];
      for (let i = 0; i < d; i++) input += W_in[u * d + i] * point[i];
      if (input > 0)
        for (let t = 0, from = u * vocabulary; t < vocabulary; t++)
          logits[t] += input * push[from + t];
    }
    let best = 0;
    for (let t = 1; t < vocabulary; t++) if (logits[t] > logits[best]) best = t;
    return best;
  }

  /**
   * Of a point far from the origin by no more than `far` along each axis: the largest sum of
   * magnitudes that a logit is made of.
   * @param {ArrayLike<number>} far
   */
  largest(far) {
    let most = 0;
    const inputs = Array.from(this.b_in, (b, u) =>
      Array.from({ length: this.d }, (_, i) => Math.abs(this.W_in[u * this.d + i]) * far[i]).reduce(
        (a, c) => a + c,
        Math.abs(b),
      ),
    );
    for (let t = 0; t < this.vocabulary; t++) {
      let sum = Math.abs(this.constant[t]);
      for (let i = 0; i < this.d; i++) sum += far[i] * Math.abs(this.W_U[i * this.vocabulary + t]);
      inputs.forEach((input, u) => {
        sum += input * Math.abs(this.push[u * this.vocabulary + t]);
      });
      most = Math.max(most, sum);
    }
    return most;
  }
}

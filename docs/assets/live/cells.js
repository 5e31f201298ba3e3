// The plane in which the end of a path is shown, and the cells of it in which each token is the
// first choice: exact, since logits are linear.
import { affine, dot } from "./vectors.js";

/** @import { Model, Weights } from "./forward.js" */

/**
 * @typedef {{origin: Float64Array, axes: [Float64Array, Float64Array], whole: boolean}} Basis a
 *   plane in the stream; whole if it is all of it
 */

/**
 * The plane that is shown: the stream itself if it has two dimensions, the line if one, else the
 * plane in which what the unembedding reads varies most.
 * @param {Model} m
 * @param {Weights} w
 * @param {Float64Array} end
 * @returns {Basis}
 */
export function basis(m, w, end) {
  const d = m.d_model;
  const unit = (/** @type {number} */ i) =>
    Float64Array.from({ length: d }, (_, j) => Number(i === j));
  if (d <= 2)
    return {
      origin: new Float64Array(d),
      axes: [unit(0), d === 2 ? unit(1) : new Float64Array(d)],
      whole: true,
    };
  const vocabulary = w.b_U.length;
  const rows = Array.from({ length: d }, (_, i) =>
    Float64Array.from(w.W_U.subarray(i * vocabulary, (i + 1) * vocabulary)),
  );
  for (const row of rows) {
    const mean = row.reduce((a, b) => a + b, 0) / vocabulary;
    row.forEach((x, i) => {
      row[i] = x - mean;
    });
  }
  const spread = rows.map((a) => Float64Array.from(rows, (b) => dot(a, b)));
  const first = principal(spread, []);
  const second = principal(spread, [first]);
  return { origin: end, axes: [first, second], whole: false };
}

/**
 * The logits over a plane, which are linear: how each grows along both axes, and its level at the
 * origin.
 * @param {Weights} w
 * @param {Basis} b
 */
export function overPlane(w, b) {
  const vocabulary = w.b_U.length;
  return {
    slopes: b.axes.map((axis) => affine(axis, w.W_U, 0, vocabulary)),
    level: affine(b.origin, w.W_U, 0, vocabulary, w.b_U),
  };
}

/**
 * The direction in which a matrix stretches most, at right angles to others; by repeated
 * multiplication.
 * @param {Float64Array[]} matrix
 * @param {Float64Array[]} others
 */
function principal(matrix, others) {
  let v = Float64Array.from(matrix, (_, i) => 1 + (i % 3) / 10);
  for (let round = 0; round < 200; round++) {
    for (const other of others) {
      const share = dot(v, other);
      v = v.map((x, i) => x - share * other[i]);
    }
    const next = Float64Array.from(matrix, (row) => dot(row, v));
    const size = Math.sqrt(dot(next, next)) || 1;
    v = next.map((x) => x / size);
  }
  for (const other of others) {
    const share = dot(v, other);
    v = v.map((x, i) => x - share * other[i]);
  }
  const size = Math.sqrt(dot(v, v)) || 1;
  return v.map((x) => x / size);
}

/**
 * The cell of every token that can be the first choice: the box, cut by one half-plane for each
 * rival.
 * @param {Float64Array[]} slopes of each logit along both axes
 * @param {ArrayLike<number>} level of each logit at the origin
 * @param {number[]} box left, right, bottom, top
 */
export function cells(slopes, level, [x0, x1, y0, y1]) {
  const found = [];
  for (let t = 0; t < level.length; t++) {
    /** @type {number[][]} */
    let shape = [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
    ];
    for (let u = 0; u < level.length && shape.length; u++) {
      if (u === t) continue;
      const lead = (/** @type {number[]} */ p) =>
        (slopes[0][t] - slopes[0][u]) * p[0] +
        (slopes[1][t] - slopes[1][u]) * p[1] +
        level[t] -
        level[u];
      shape = shape.flatMap((a, i) => {
        const b = shape[(i + 1) % shape.length];
        const fa = lead(a);
        const fb = lead(b);
        const kept = fa >= 0 ? [a] : [];
        if (fa >= 0 !== fb >= 0)
          kept.push([0, 1].map((d) => a[d] + (fa / (fa - fb)) * (b[d] - a[d])));
        return kept;
      });
    }
    if (shape.length > 2) found.push({ token: t, shape });
  }
  return found;
}

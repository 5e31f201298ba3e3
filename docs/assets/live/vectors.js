// Sums, products and shares of vectors, in double precision.

/** The sum of two vectors, or of as many as there are. @param {...ArrayLike<number>} parts */
export function sum(...parts) {
  const out = Float64Array.from(parts[0]);
  for (const part of parts.slice(1)) for (let i = 0; i < out.length; i++) out[i] += part[i];
  return out;
}

/**
 * The inner product.
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
export function dot(a, b) {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}

/** Shares that add up to 1; a score of -Infinity gets nothing. @param {ArrayLike<number>} scores */
export function softmax(scores) {
  let top = -Infinity;
  let total = 0;
  for (let i = 0; i < scores.length; i++) top = Math.max(top, scores[i]);
  const out = new Float64Array(scores.length);
  for (let i = 0; i < scores.length; i++) total += out[i] = Math.exp(scores[i] - top);
  for (let i = 0; i < scores.length; i++) out[i] /= total;
  return out;
}

/**
 * A vector through a matrix that lies in a flat array, and a bias if there is one.
 * @param {ArrayLike<number>} x
 * @param {Float32Array} flat
 * @param {number} from where the matrix begins
 * @param {number} columns
 * @param {Float32Array} [bias]
 * @param {number} [at] where the bias begins
 */
export function affine(x, flat, from, columns, bias, at = 0) {
  const out = new Float64Array(columns);
  if (bias) for (let c = 0; c < columns; c++) out[c] = bias[at + c];
  for (let r = 0; r < x.length; r++) {
    const value = x[r];
    const row = from + r * columns;
    if (value) for (let c = 0; c < columns; c++) out[c] += value * flat[row + c];
  }
  return out;
}

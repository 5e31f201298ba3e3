// What a neuron gives for what it gets: the functions of reportgen/core/model.py (`activated`).

/**
 * The error function: its power series near 0, and the continued fraction of its complement from
 * there on (Abramowitz and Stegun, 7.1.6 and 7.1.14). Wrong by less than 1e-14.
 * @param {number} x
 */
export function erf(x) {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x); // 1 - erf(6) is below 1e-16
  const square = x * x;
  if (size < 2.5) {
    let term = x;
    let total = x;
    for (let n = 1; Math.abs(term) > 1e-17; n++) {
      term *= (2 * square) / (2 * n + 1);
      total += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * total;
  }
  let fraction = size;
  for (let n = 60; n > 0; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-square) / (fraction * Math.sqrt(Math.PI)));
}

/** @type {Record<string, (x: number) => number>} */
const FUNCTIONS = {
  relu: (x) => Math.max(x, 0),
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  gelu_new: (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

/**
 * The function of a network's neurons.
 * @param {string} name
 */
export function activated(name) {
  return FUNCTIONS[name];
}

// Where attention leads from one last token, for all second halves of a context at a time.
import { CannotCount } from "./exhaustive.js";

/** @import { Lattice } from "./readout.js" */

const APART = 600; // scores farther apart than that have exponentials whose sum means nothing

/**
 * What every sequence at some positions adds to the last query's softmax, in counting order.
 * @param {Float64Array} exp [token * length + position]
 * @param {Float64Array} values
 * @param {number} length
 * @param {number} vocabulary
 * @param {number} d
 * @param {number} from
 * @param {number} to positions
 */
function weighed(exp, values, length, vocabulary, d, from, to) {
  let mass = new Float64Array(1);
  let sums = Array.from({ length: d }, () => new Float64Array(1));
  for (let position = from; position < to; position++) {
    const added = Float64Array.from({ length: vocabulary }, (_, t) => exp[t * length + position]);
    /**
     * @param {Float64Array} old
     * @param {(token: number) => number} of
     */
    const longer = (old, of) => {
      const each = added.map((_, t) => of(t));
      const out = new Float64Array(old.length * vocabulary);
      for (let i = 0, at = 0; i < old.length; i++)
        for (let t = 0; t < vocabulary; t++) out[at++] = old[i] + each[t];
      return out;
    };
    sums = sums.map((sum, i) =>
      longer(sum, (t) => added[t] * values[(t * length + position) * d + i]),
    );
    mass = longer(mass, (t) => added[t]);
  }
  return { mass, sums };
}

/**
 * The points of the stream to which attention leads from one last token, for all second halves of a
 * context at a time.
 */
export class HalfPoints {
  /**
   * @param {Lattice} lattice
   * @param {number} last
   * @param {number} half tokens of the second half
   */
  constructor(lattice, last, half) {
    const { length } = lattice;
    const vocabulary = lattice.before.length;
    const d = lattice.bias.length;
    const end = length - 1;
    this.before = lattice.before[last].map((x, i) => x + lattice.bias[i]);
    this.heads = lattice.heads.map(({ scores, values }) => {
      const top = scores[last].reduce((a, b) => Math.max(a, b), -Infinity);
      const own = last * length + end;
      if (!(top - scores[last][own] < APART))
        throw new CannotCount(
          "the attention scores of this network lie too far apart to be summed in halves",
        );
      const exp = scores[last].map((score) => Math.exp(score - top));
      const second = weighed(exp, values, length, vocabulary, d, end - half, end);
      return {
        first: weighed(exp, values, length, vocabulary, d, 0, end - half),
        mass: second.mass.map((x) => x + exp[own]),
        sums: second.sums.map((sum, i) => sum.map((x) => x + exp[own] * values[own * d + i])),
      };
    });
    this.shares = new Float64Array(this.heads[0].mass.length);
    /** One array for each axis of the stream. */
    this.row = Array.from({ length: d }, () => new Float64Array(this.shares.length));
  }

  /** Find the points with one first half. @param {number} index */
  fill(index) {
    const shares = this.shares;
    this.row.forEach((axis, i) => axis.fill(this.before[i]));
    for (const { first, mass, sums } of this.heads) {
      const begun = first.mass[index];
      for (let j = 0; j < shares.length; j++) shares[j] = 1 / (begun + mass[j]);
      for (let i = 0; i < this.row.length; i++) {
        const axis = this.row[i];
        const sum = sums[i];
        const start = first.sums[i][index];
        for (let j = 0; j < shares.length; j++) axis[j] += (start + sum[j]) * shares[j];
      }
    }
  }
}

/**
 * The lowest and the highest point, axis by axis, that attention can lead to: what a head hands
 * over lies between its values.
 * @param {Lattice} lattice
 * @param {number[]} lasts
 * @returns {[Float64Array, Float64Array]}
 */
export function box(lattice, lasts) {
  const d = lattice.bias.length;
  /** @param {(a: number, b: number) => number} of */
  const corner = (of) =>
    Float64Array.from({ length: d }, (_, i) =>
      lattice.heads.reduce(
        (sum, { values }) => {
          let found = values[i];
          for (let at = i; at < values.length; at += d) found = of(found, values[at]);
          return sum + found;
        },
        lattice.bias[i] + lasts.map((last) => lattice.before[last][i]).reduce(of),
      ),
    );
  return [corner(Math.min), corner(Math.max)];
}

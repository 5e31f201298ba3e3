// Where in the plane the most likely next token is certain without a look at the point itself. As
// reportgen/core/exact/certain.py.

/** @import { Readout } from "./readout.js" */

const SIDE = 512; // cells of the grid along each axis: the table of them stays in the cache
const WIDER = 1 + 1e-6; // a cell is taken a little larger than it is, since points are rounded
// of the largest sum that a logit can be made of: far more than rounding changes
const ROUNDED = 1e-12;
const UNCERTAIN = -1;
const UNSEEN = -2;

/**
 * A grid over a box of the plane, and the token that leads throughout each cell, found when a first
 * point falls into it.
 */
export class Certain {
  /**
   * @param {Readout} read of two dimensions
   * @param {ArrayLike<number>} low
   * @param {ArrayLike<number>} high corners of the box
   */
  constructor(read, low, high) {
    this.read = read;
    const size = [0, 1].map((i) => (Math.max(high[i] - low[i], 1e-9) * WIDER) / SIDE);
    this.x = low[0];
    this.y = low[1];
    this.width = size[0];
    this.height = size[1];
    this.across = 1 / this.width;
    this.up = 1 / this.height;
    this.half = size.map((each) => (each / 2) * WIDER);
    this.least =
      ROUNDED *
      read.largest([0, 1].map((i) => Math.max(Math.abs(low[i]), Math.abs(high[i])) + size[i]));
    this.leads = new Int16Array(SIDE * SIDE).fill(UNSEEN);
  }

  /**
   * The most likely next token at a point of the box.
   * @param {number} x
   * @param {number} y
   */
  choose(x, y) {
    const column = Math.max(0, Math.min(SIDE - 1, ((x - this.x) * this.across) | 0));
    const row = Math.max(0, Math.min(SIDE - 1, ((y - this.y) * this.up) | 0));
    const cell = column * SIDE + row;
    let found = this.leads[cell];
    if (found === UNSEEN)
      found = this.leads[cell] = this.leading(
        this.x + (column + 0.5) * this.width,
        this.y + (row + 0.5) * this.height,
      );
    if (found !== UNCERTAIN) return found;
    this.read.point[0] = x;
    this.read.point[1] = y;
    return this.read.choose();
  }

  /**
   * The token ahead of all others throughout the cell around a point, or UNCERTAIN.
   *
   * A logit is linear where no hidden unit switches; a unit that may switch inside of the cell
   * changes by no more than its input does. Both together bound how far a lead can shrink (derived
   * here).
   * @param {number} x
   * @param {number} y
   */
  leading(x, y) {
    const { vocabulary, units, W_in, b_in, push, W_U, point, logits } = this.read;
    const [across, up] = this.half;
    point[0] = x;
    point[1] = y;
    const first = this.read.choose();
    for (let t = 0; t < vocabulary; t++) {
      if (t === first) continue;
      let shrinks = 0;
      let right = W_U[first] - W_U[t];
      let upwards = W_U[vocabulary + first] - W_U[vocabulary + t];
      for (let u = 0; u < units; u++) {
        const a = W_in[2 * u];
        const b = W_in[2 * u + 1];
        const input = b_in[u] + a * x + b * y;
        const moves = Math.abs(a) * across + Math.abs(b) * up;
        if (input < -moves) continue;
        const ahead = push[u * vocabulary + first] - push[u * vocabulary + t];
        if (input <= moves) shrinks += moves * Math.abs(ahead);
        else {
          right += a * ahead;
          upwards += b * ahead;
        }
      }
      if (
        !(
          logits[first] - logits[t] - shrinks - Math.abs(right) * across - Math.abs(upwards) * up >
          this.least
        )
      )
        return UNCERTAIN;
    }
    return first;
  }
}

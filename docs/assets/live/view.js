// What all panels show: one state, and the one forward pass for it.
import { keyOf } from "./address.js";
import { basis, overPlane } from "./cells.js";
import { forward } from "./forward.js";
import { Plane } from "./plane.js";
import { replacing } from "./switches.js";
import { softmax } from "./vectors.js";

/** @import { State } from "./address.js" */
/** @import { Activations, Layer, Weights } from "./forward.js" */
/** @import { Network } from "./network.js" */
/** @import { Playground } from "./playground.js" */
/** @import { Demand } from "./rule.js" */

/**
 * @typedef {object} History of every checkpoint
 * @property {(boolean | null)[]} right is the position in focus answered as the rule demands
 * @property {Float64Array[][]} paths of the position in focus
 */

/**
 * @typedef {object} View
 * @property {Network} net
 * @property {State} state
 * @property {Weights} w
 * @property {Activations} f
 * @property {(Demand | null)[]} demands after each position
 * @property {number} focus the position that is looked at
 * @property {Demand | null} wanted after the position in focus
 * @property {ArrayLike<number> | null} attention of the position in focus to each one
 * @property {ArrayLike<number> | null} scores
 * @property {Float64Array} chances of each token to come next
 * @property {number} first the most likely token
 * @property {Float64Array[]} path of the position in focus
 * @property {History | null} history
 */

const WORK = 6e7; // multiplications over all checkpoints of a sequence: some tenths of a second

/** One forward pass, with everything that the panels show of it. @param {Playground} board */
export function look(board) {
  const { net, state, small } = board;
  const w = board.weights[state.checkpoint];
  const f = forward(net.model, w, state.tokens, replacing(net, w, state, state.tokens));
  const demands = net.rule.demands(state.tokens);
  const last = state.tokens.length - 1;
  const focus = Math.min(board.hovered ?? state.focus ?? last, last);
  const path = pathOf(f, focus);
  const layer = f.layers[state.layer];
  const point = Plane.fits(net.model) && !small ? state.point : null;
  const chances = point
    ? softmax(moved(net, w, path[path.length - 1], point))
    : f.probabilities[focus];
  /** @type {View} */
  const view = {
    net,
    state,
    w,
    f,
    demands,
    focus,
    wanted: demands[focus],
    attention: layer ? attention(layer, state, focus) : null,
    scores: layer && state.head >= 0 ? layer.attn_scores[state.head][focus] : null,
    chances,
    first: largest(chances),
    path,
    history: small ? null : board.past.at(board, focus),
  };
  return view;
}

/** Where the largest number stands. @param {Float64Array} numbers */
export const largest = (numbers) => numbers.indexOf(Math.max(...numbers));

/**
 * The logits at the point that the end of the path was moved to.
 * @param {Network} net
 * @param {Weights} w
 * @param {Float64Array} end
 * @param {[number, number]} point
 */
function moved(net, w, end, point) {
  const { slopes, level } = overPlane(w, basis(net.model, w, end));
  return level.map((x, t) => x + point[0] * slopes[0][t] + point[1] * slopes[1][t]);
}

/**
 * The stream at a position: its start, and after every part.
 * @param {Activations} f
 * @param {number} i
 */
function pathOf(f, i) {
  if (!f.layers.length) return [f.resid_final[i]];
  const after = (/** @type {Layer} */ layer) =>
    layer.mlp_out ? [layer.resid_mid[i], layer.resid_post[i]] : [layer.resid_mid[i]];
  return [f.layers[0].resid_pre[i], ...f.layers.flatMap(after)];
}

/**
 * What the query in focus gives each key: of one head or the mean of all; or these shares times the
 * lengths of the values, as shares again.
 * @param {Layer} layer
 * @param {State} state
 * @param {number} focus
 */
function attention(layer, { head, weighted, attention }, focus) {
  const out = new Float64Array(focus + 1);
  if (attention === "none") return out;
  const heads = head < 0 ? layer.pattern.map((_, h) => h) : [head];
  for (const h of heads) {
    const row = layer.pattern[h][focus];
    const given = out.map((_, j) => (weighted ? row[j] * Math.hypot(...layer.v[h][j]) : row[j]));
    const total = weighted ? given.reduce((a, b) => a + b, 0) || 1 : 1;
    given.forEach((x, j) => {
      out[j] += x / total / heads.length;
    });
  }
  return out;
}

/** The same sequence at every checkpoint; its passes are kept until something else is asked for. */
export class Past {
  constructor() {
    /** @type {Weights[]} */
    this.weights = [];
    this.key = "";
    /** @type {Activations[]} */
    this.passes = [];
  }

  /**
   * What became of a position, where that takes no longer than a blink; else null.
   * @param {Playground} board
   * @param {number} focus
   * @returns {History | null}
   */
  at({ net, state, weights }, focus) {
    const { tokens } = state;
    if (weights.length * net.about.parameters * tokens.length > WORK) return null;
    const key = keyOf(state);
    if (key !== this.key || weights !== this.weights) {
      const pass = (/** @type {Weights} */ w) =>
        forward(net.model, w, tokens, replacing(net, w, state, tokens));
      this.passes = weights.map(pass);
      this.key = key;
      this.weights = weights;
    }
    const wanted = net.rule.demands(tokens)[focus];
    const right = (/** @type {Activations} */ { logits }) =>
      wanted ? wanted.allowed.includes(largest(logits[focus])) : null;
    return { paths: this.passes.map((f) => pathOf(f, focus)), right: this.passes.map(right) };
  }
}

// The plane of the residual stream: the path of the position in focus over the cells of the tokens,
// which are exact, and a point that can be dragged.
import { el } from "./dom.js";
import { dot } from "./forward.js";

/** @import { Model, Weights } from "./forward.js" */
/** @import { Playground, View } from "./playground.js" */

/**
 * @typedef {{origin: Float64Array, axes: [Float64Array, Float64Array], whole: boolean}} Basis a
 *   plane in the stream; whole if it is all of it
 */

const WIDE = 520;
const TALL = 380;
const LEAST = 1500; // pixels; a smaller cell has no name
const STEP = 0.05; // of the width: how far an arrow key moves the point

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

/** The plane. */
export class Plane {
  /** Can it be drawn: with layer normalization no cell has straight edges. @param {Model} m */
  static fits(m) {
    return m.normalization === "none" && m.n_layers > 0;
  }

  /**
   * @param {Element} host
   * @param {Playground} board
   */
  constructor(host, board) {
    this.board = board;
    this.title = el(host, "h3");
    this.picture = el(host, "svg", {
      class: "rg-live-plane",
      viewBox: `0 0 ${WIDE} ${TALL}`,
      role: "group",
      "aria-label":
        "The plane, cut into the cells of the tokens; the end of the path can be moved with the arrow keys, Escape lets it go",
    });
    this.note = el(host, "p", { class: "rg-small" });
    // made once, so that it keeps the focus and the pointer while everything around it is drawn
    // again
    this.grip = el(this.picture, "g", { class: "rg-live-end", tabindex: "0", role: "button" });
    this.dots = [
      el(this.grip, "circle", { r: 16, class: "rg-live-grip" }),
      el(this.grip, "circle", { r: 7 }),
    ];
    this.dragging = false;
    this.box = [-1, 1, -1, 1];
    this.framed = "";
    /** @type {number[]} */
    this.end = [0, 0];
    this.picture.addEventListener("pointerdown", (/** @type {PointerEvent} */ e) => {
      if (!(/** @type {Element} */ (e.target).closest(".rg-live-end"))) return;
      e.preventDefault();
      this.dragging = true;
      this.picture.setPointerCapture(e.pointerId);
    });
    this.picture.addEventListener("pointermove", (/** @type {PointerEvent} */ e) => {
      if (this.dragging) this.move(e);
    });
    for (const name of ["pointerup", "pointercancel"])
      this.picture.addEventListener(name, () => {
        this.dragging = false;
      });
    this.picture.addEventListener("keydown", (/** @type {KeyboardEvent} */ e) => this.key(e));
  }

  /** @param {PointerEvent} e */
  move(e) {
    const r = this.picture.getBoundingClientRect();
    const [x0, x1, y0, y1] = this.box;
    const x = x0 + (x1 - x0) * Math.max(0, Math.min(1, (e.clientX - r.left) / r.width));
    const y = y1 - (y1 - y0) * Math.max(0, Math.min(1, (e.clientY - r.top) / r.height));
    this.board.set({ point: [x, y] });
  }

  /** @param {KeyboardEvent} e */
  key(e) {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[
      e.key
    ];
    if (!by || !(/** @type {Element} */ (e.target).closest(".rg-live-end"))) return;
    e.preventDefault();
    const size = STEP * (this.box[1] - this.box[0]);
    this.board.set({ point: [this.end[0] + by[0] * size, this.end[1] + by[1] * size] });
  }

  /**
   * A part of the picture below the point that is dragged.
   * @param {string} name
   * @param {Record<string, unknown>} attributes
   * @param {string} [text]
   */
  under(name, attributes, text) {
    this.picture.insertBefore(el(this.picture, name, attributes, text), this.grip);
  }

  /**
   * Where a vector lies.
   * @param {Basis} b
   * @param {ArrayLike<number>} vector
   */
  at(b, vector) {
    const moved = Float64Array.from(vector, (x, i) => x - b.origin[i]);
    return [dot(moved, b.axes[0]), dot(moved, b.axes[1])];
  }

  /**
   * The part of the plane that is shown: it holds the path at every step of training, so that a
   * step moves the point and not the frame.
   * @param {number[][]} spots
   */
  frame(spots) {
    const range = (/** @type {number} */ axis) => {
      const values = spots.map((spot) => spot[axis]);
      const low = Math.min(0, ...values);
      const high = Math.max(0, ...values);
      const room = 0.14 * (high - low) + 0.3;
      return [low - room, high + room];
    };
    return [...range(0), ...range(1)];
  }

  /** @param {View} view */
  draw(view) {
    const { net, w, path, state } = view;
    const b = basis(net.model, w, path[path.length - 1]);
    const spots = path.map((vector) => this.at(b, vector));
    const before = b.whole ? (view.history?.paths ?? []) : [];
    const key = `${state.tokens} ${view.focus} ${state.seed} ${state.attention} ${state.ffn} ${state.positions} ${b.whole ? "" : state.checkpoint}`;
    if (key !== this.framed) {
      this.framed = key;
      this.box = this.frame([...spots, ...before.flat().map((vector) => this.at(b, vector))]);
    }
    const [x0, x1, y0, y1] = this.box;
    const X = (/** @type {number} */ x) => (WIDE * (x - x0)) / (x1 - x0);
    const Y = (/** @type {number} */ y) => TALL - (TALL * (y - y0)) / (y1 - y0);
    const vocabulary = net.tokens.length;
    const slope = (/** @type {Float64Array} */ axis) =>
      Float64Array.from({ length: vocabulary }, (_, t) =>
        axis.reduce((total, a, i) => total + a * w.W_U[i * vocabulary + t], 0),
      );
    const level = Float64Array.from(
      { length: vocabulary },
      (_, t) =>
        w.b_U[t] + b.origin.reduce((total, a, i) => total + a * w.W_U[i * vocabulary + t], 0),
    );
    this.end = state.point ?? spots[spots.length - 1];
    while (this.picture.firstChild !== this.grip) this.picture.firstChild.remove();
    this.drawCells(view, cells([slope(b.axes[0]), slope(b.axes[1])], level, this.box), X, Y);
    if (before.length > 1)
      this.under("path", {
        class: "rg-live-trail",
        d: before
          .slice(0, state.checkpoint + 1)
          .map((p, i) => {
            const [x, y] = this.at(b, p[p.length - 1]);
            return `${i ? "L" : "M"}${X(x)} ${Y(y)}`;
          })
          .join(""),
      });
    for (let i = 0; i + 1 < spots.length; i++)
      this.under("path", {
        class: i % 2 ? "rg-live-by-ffn" : "rg-live-by-attention",
        d: `M${X(spots[i][0])} ${Y(spots[i][1])}L${X(spots[i + 1][0])} ${Y(spots[i + 1][1])}`,
      });
    spots
      .slice(0, -1)
      .forEach(([x, y]) =>
        this.under("circle", { class: "rg-live-stop", cx: X(x), cy: Y(y), r: 4.5 }),
      );
    for (const dot of this.dots) {
      dot.setAttribute("cx", String(X(this.end[0])));
      dot.setAttribute("cy", String(Y(this.end[1])));
    }
    this.grip.setAttribute(
      "aria-label",
      `the end of the path, in the cell of ${net.tokens[view.first]}; drag it or use the arrow keys`,
    );
    this.title.textContent = `Where position ${view.focus} goes`;
    this.note.textContent = `${b.whole ? "The residual stream" : `A plane through the end of the path, of ${net.model.d_model} dimensions the two in which the unembedding differs most; what lies outside of it is projected`}. Black: its start. Violet: attention. Orange: the feed-forward layer. Cells: the first choice at each point. ${state.point ? "You moved the end; Escape lets it go." : "Drag the end to see what the network would say there."}`;
  }

  /**
   * @param {View} view
   * @param {{token: number, shape: number[][]}[]} found
   * @param {(x: number) => number} X
   * @param {(y: number) => number} Y
   */
  drawCells(view, found, X, Y) {
    for (const { token, shape } of found)
      this.under("polygon", {
        points: shape.map(([x, y]) => `${X(x).toFixed(1)},${Y(y).toFixed(1)}`).join(" "),
        class: "rg-live-cell",
        style: `--hue:${Math.round(360 * ((token * 0.382) % 1))}`,
        "data-wanted": String(Boolean(view.wanted?.allowed.includes(token))),
      });
    for (const { token, shape } of found) {
      const spots = shape.map(([x, y]) => [X(x), Y(y)]);
      const middle = [0, 1].map((d) => spots.reduce((total, p) => total + p[d], 0) / spots.length);
      const area =
        Math.abs(
          spots.reduce((total, p, i) => {
            const next = spots[(i + 1) % spots.length];
            return total + p[0] * next[1] - next[0] * p[1];
          }, 0),
        ) / 2;
      if (area > LEAST)
        this.under("text", { x: middle[0], y: middle[1] + 5 }, view.net.tokens[token]);
    }
  }
}

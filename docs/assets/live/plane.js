// The plane of the residual stream: the path of the position in focus over the cells of the tokens,
// which are exact, and a point that can be dragged.
import { keyOf } from "./address.js";
import { basis, cells, overPlane } from "./cells.js";
import { el } from "./dom.js";
import { dot } from "./vectors.js";

/** @import { Basis } from "./cells.js" */
/** @import { Model } from "./forward.js" */
/** @import { Playground } from "./playground.js" */
/** @import { View } from "./view.js" */

const WIDE = 520;
const TALL = 380;
const LEAST = 1500; // pixels; a smaller cell has no name
const CALLED =
  "The plane, cut into the cells of the tokens; the end of the path can be moved with the arrow " +
  "keys, Escape lets it go";
const STEP = 0.05; // of the width: how far an arrow key moves the point

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
      "aria-label": CALLED,
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
    const key = `${keyOf(state)} ${view.focus} ${state.seed} ${b.whole ? "" : state.checkpoint}`;
    if (key !== this.framed) {
      this.framed = key;
      this.box = this.frame([...spots, ...before.flat().map((vector) => this.at(b, vector))]);
    }
    this.end = state.point ?? spots[spots.length - 1];
    while (this.picture.firstChild !== this.grip) this.picture.firstChild.remove();
    const { slopes, level } = overPlane(w, b);
    this.drawCells(view, cells(slopes, level, this.box));
    const ends = before.slice(0, state.checkpoint + 1).map((each) => each[each.length - 1]);
    if (before.length > 1)
      this.line(
        "rg-live-trail",
        ends.map((vector) => this.at(b, vector)),
      );
    this.drawPath(spots);
    const cell = `the end of the path, in the cell of ${net.tokens[view.first]}`;
    this.grip.setAttribute("aria-label", `${cell}; drag it or use the arrow keys`);
    this.title.textContent = `Where position ${view.focus} goes`;
    this.note.textContent = caption(b, state.point !== null, before.length > 1, net.rule.exists);
  }

  /** Where a spot of the plane lies in the picture. @param {number[]} spot */
  pixel([x, y]) {
    const [x0, x1, y0, y1] = this.box;
    return [(WIDE * (x - x0)) / (x1 - x0), TALL - (TALL * (y - y0)) / (y1 - y0)];
  }

  /**
   * @param {string} name
   * @param {number[][]} spots
   */
  line(name, spots) {
    const points = spots.map((spot) => this.pixel(spot).join(" "));
    this.under("path", { class: name, d: `M${points.join("L")}` });
  }

  /** The path, part by part, and the point that can be dragged. @param {number[][]} spots */
  drawPath(spots) {
    for (let i = 0; i + 1 < spots.length; i++)
      this.line(i % 2 ? "rg-live-by-ffn" : "rg-live-by-attention", spots.slice(i, i + 2));
    for (const spot of spots.slice(0, -1)) {
      const [cx, cy] = this.pixel(spot);
      this.under("circle", { class: "rg-live-stop", cx, cy, r: 4.5 });
    }
    const [cx, cy] = this.pixel(this.end);
    for (const dot of this.dots) {
      dot.setAttribute("cx", String(cx));
      dot.setAttribute("cy", String(cy));
    }
  }

  /**
   * @param {View} view
   * @param {{token: number, shape: number[][]}[]} found
   */
  drawCells(view, found) {
    const shown = found.map(({ token, shape }) => ({
      token,
      spots: shape.map((spot) => this.pixel(spot)),
    }));
    for (const { token, spots } of shown)
      this.under("polygon", {
        points: spots.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" "),
        class: "rg-live-cell",
        style: `--hue:${Math.round(360 * ((token * 0.382) % 1))}`,
        "data-wanted": String(Boolean(view.wanted?.allowed.includes(token))),
      });
    for (const { token, spots } of shown) {
      if (area(spots) <= LEAST) continue;
      const [x, y] = [0, 1].map((d) => spots.reduce((sum, p) => sum + p[d], 0) / spots.length);
      this.under("text", { x, y: y + 5 }, view.net.tokens[token]);
    }
  }
}

/** The area of a polygon. @param {number[][]} spots */
function area(spots) {
  const twice = spots.reduce((sum, [x, y], i) => {
    const [onX, onY] = spots[(i + 1) % spots.length];
    return sum + x * onY - onX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

/**
 * What is seen.
 * @param {Basis} b
 * @param {boolean} moved
 * @param {boolean} trail is there one
 * @param {boolean} ruled is there a rule
 */
function caption(b, moved, trail, ruled) {
  const plane = b.whole
    ? "The residual stream"
    : `A plane through the end of the path, of ${b.origin.length} dimensions the two in which ` +
      "the unembedding differs most; what lies outside of it is projected";
  const drag = moved
    ? "You moved the end; Escape lets it go."
    : "Drag the end to see what the network would say there.";
  return (
    `${plane}. Dots: its start and its turns. Violet: attention. Orange: the feed-forward layer. ` +
    `Cells: the first choice at each point${ruled ? ", outlined what the rule demands" : ""}. ` +
    `${trail ? "Grey: where the end was at the steps before. " : ""}${drag}`
  );
}

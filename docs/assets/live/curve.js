// The learning curve over the slider that moves through training, and at which steps this sequence
// was answered rightly.
import { el, percent, whole } from "./dom.js";

/** @import { Seed } from "./network.js" */
/** @import { Playground } from "./playground.js" */
/** @import { View } from "./view.js" */

const WIDE = 600;
const TALL = 64;
const FATES =
  "The band is about this sequence alone: low where the first choice was right at that step of " +
  "training, high where it was wrong, empty where the rule demands nothing.";

/** Curve and slider. */
export class Curve {
  /**
   * @param {Element} host
   * @param {Playground} board
   */
  constructor(host, board) {
    this.board = board;
    const id = `rg-live-step-${Math.random().toString(36).slice(2)}`;
    this.title = el(host, "h3", {}, `Training: ${board.net.about.error_name}`);
    this.picture = el(host, "svg", {
      class: "rg-live-curve",
      viewBox: `0 0 ${WIDE} ${TALL}`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    });
    this.fates = el(host, "svg", {
      class: "rg-live-fates",
      viewBox: `0 0 ${WIDE} 6`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    });
    if (board.net.rule.exists) el(host, "p", { class: "rg-small" }, FATES);
    this.label = el(host, "label", { for: id });
    this.slider = el(host, "input", { type: "range", id, min: 0, step: 1 });
    this.slider.addEventListener("input", () =>
      board.set({ checkpoint: Number(this.slider.value), point: null }),
    );
    this.some = el(host, "p", { class: "rg-small" });
    this.shown = -1;
  }

  /**
   * @param {number} i
   * @param {number} count
   */
  x(i, count) {
    return count < 2 ? WIDE / 2 : 4 + ((WIDE - 8) * i) / (count - 1);
  }

  /**
   * The curve of a seed; drawn again when another seed is chosen.
   * @param {Seed} seed
   * @param {number} index
   */
  build(seed, index) {
    this.shown = index;
    this.picture.replaceChildren();
    const count = seed.steps.length;
    const measured = seed.error.some((value) => value !== null);
    const values = measured ? seed.error : seed.loss;
    const top = measured ? 1 : Math.max(...values.map((value) => value ?? 0), 1e-9);
    const line = values.map((value, i) => {
      if (value === null) return "";
      const onward = i && values[i - 1] !== null ? "L" : "M";
      return `${onward}${this.x(i, count)} ${TALL - 4 - (TALL - 8) * Math.min(1, value / top)}`;
    });
    el(this.picture, "path", { d: `M4 ${TALL - 4}H${WIDE - 4}`, class: "rg-live-axis" });
    el(this.picture, "path", { d: line.join(""), class: "rg-live-line" });
    this.cursor = el(this.picture, "path", { class: "rg-live-cursor" });
    this.slider.max = count - 1;
    const { checkpoints } = this.board.net.about;
    this.some.textContent =
      count < checkpoints ? `This page has ${count} of ${checkpoints} checkpoints.` : "";
    this.some.hidden = count >= checkpoints;
  }

  /** @param {View} view */
  draw(view) {
    const seed = view.net.about.seeds[view.state.seed];
    const at = view.state.checkpoint;
    const count = seed.steps.length;
    if (this.shown !== view.state.seed) this.build(seed, view.state.seed);
    this.slider.value = String(at);
    const error = seed.error[at];
    const loss = seed.loss[at];
    const step = `Step ${whole(seed.steps[at])} of ${whole(seed.steps[count - 1])}`;
    const wrong = error === null ? "" : `: ${view.net.about.error_name} ${percent(error)}`;
    const nats = loss === null ? "" : `, validation loss ${loss.toFixed(3)} nats`;
    const told = `${step}${wrong}${nats}`;
    this.label.textContent = told;
    this.slider.setAttribute("aria-valuetext", told);
    this.cursor.setAttribute("d", `M${this.x(at, count)} 0V${TALL}`);
    this.fates.replaceChildren();
    view.history?.right.forEach((right, i) => {
      if (right === null) return;
      const left = i ? (this.x(i - 1, count) + this.x(i, count)) / 2 : 0;
      const wide = (i < count - 1 ? (this.x(i, count) + this.x(i + 1, count)) / 2 : WIDE) - left;
      el(this.fates, "rect", {
        x: left,
        y: right ? 3 : 0,
        width: wide,
        height: right ? 3 : 6,
        class: right ? "rg-live-right" : "rg-live-wrong",
      });
    });
  }
}

// Probabilities of the next token, one bar for each token; of many tokens the likeliest ones.
import { el } from "./dom.js";

/** @import { Playground } from "./playground.js" */
/** @import { View } from "./view.js" */

const ALL = 24; // tokens up to which each has a bar, in their own order
const MOST = 12; // of more tokens

/** The bars. */
export class Bars {
  /**
   * @param {Element} host
   * @param {Playground} board
   */
  constructor(host, board) {
    this.board = board;
    this.title = el(host, "h3");
    this.list = el(host, "div", { class: "rg-live-bars" });
  }

  /** @param {View} view */
  draw(view) {
    const { net, chances } = view;
    const many = net.tokens.length > ALL;
    let ids = net.tokens.map((_, i) => i);
    if (many) ids = ids.sort((a, b) => chances[b] - chances[a]).slice(0, MOST);
    const of = `: the ${MOST} likeliest of ${net.tokens.length} tokens`;
    const title = `What comes after position ${view.focus}`;
    this.title.textContent = `${title}${many ? of : ""}`;
    while (this.list.children.length < ids.length) {
      const row = el(this.list, "div", { class: "rg-live-bar" });
      el(row, "b");
      el(el(row, "span", { class: "rg-live-track" }), "i");
      el(row, "span", { class: "rg-live-value" });
    }
    ids.forEach((id, i) => {
      const row = /** @type {HTMLElement} */ (this.list.children[i]);
      const [name, track, value] = row.children;
      row.dataset.wanted = String(Boolean(view.wanted?.allowed.includes(id)));
      name.textContent = net.tokens[id];
      /** @type {HTMLElement} */ (track.firstElementChild).style.width = `${100 * chances[id]}%`;
      value.textContent = chances[id] < 0.0005 ? "0" : chances[id].toFixed(3).replace(/^0/, "");
    });
  }
}

// What a reader can take away: a link, the picture, the numbers, the weights, and Python.
import { button, download, el } from "./dom.js";
import { Plane } from "./plane.js";
import { python } from "./words.js";

/** @import { Playground } from "./playground.js" */
/** @import { View } from "./view.js" */

const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "font-size",
  "font-family",
  "text-anchor",
]; // of the picture, which the page's style sheet gives it

/** The row of what can be taken away. */
export class Takeaway {
  /**
   * @param {Element} host
   * @param {Playground} board
   */
  constructor(host, board) {
    const { net } = board;
    const row = el(host, "div", { class: "rg-live-choices" });
    button(row, "Copy link", async () => {
      await navigator.clipboard?.writeText(location.href).catch(() => {});
      board.entry.say("The address of this page shows exactly this.");
    });
    if (Plane.fits(net.model)) button(row, "Save the plane, SVG", () => savePlane(board));
    button(row, "Save the numbers, JSON", () => saveNumbers(board));
    const weights = new URL(net.about.seeds[0].file, net.url).href;
    const name = `${net.about.name}-weights.bin`;
    el(row, "a", { href: weights, download: name }, "Weights, float32");
    const fold = el(host, "details");
    el(fold, "summary", {}, "The same numbers in Python");
    this.code = el(el(fold, "pre"), "code");
  }

  /** @param {View} view */
  draw({ net, state }) {
    this.code.textContent = python(net, state);
  }
}

/** Every activation of what is shown. @param {Playground} board */
function saveNumbers({ net, state, view }) {
  const plain = (/** @type {string} */ _, /** @type {unknown} */ value) =>
    value instanceof Float64Array
      ? Array.from(value, (x) => (Number.isFinite(x) ? x : null))
      : value;
  const tokens = state.tokens.map((id) => net.tokens[id]);
  const numbers = { address: location.href, tokens, activations: view?.f };
  download(`${net.about.name}.json`, JSON.stringify(numbers, plain), "application/json");
}

/** The picture of the plane with its colours as they are on the page. @param {Playground} board */
function savePlane({ host, net }) {
  const picture = /** @type {SVGElement} */ (host.querySelector(".rg-live-plane"));
  const copy = /** @type {SVGElement} */ (picture.cloneNode(true));
  const from = [...picture.querySelectorAll("*")];
  [...copy.querySelectorAll("*")].forEach((node, i) => {
    const style = getComputedStyle(from[i]);
    for (const name of STYLES) node.setAttribute(name, style.getPropertyValue(name));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const text = new XMLSerializer().serializeToString(copy);
  download(`${net.about.name}-plane.svg`, text, "image/svg+xml");
}

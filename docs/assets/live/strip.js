// The sequence as a row of tokens: what the rule says of each, what the query in focus attends to,
// and what the network would write next.
import { button, el, few, percent } from "./dom.js";
import { fateOf } from "./rule.js";
import { largest } from "./view.js";

/** @import { Network } from "./network.js" */
/** @import { Playground } from "./playground.js" */
/** @import { View } from "./view.js" */

// tokens up to which arcs are drawn; longer sequences show attention as a tint alone
const ARCS = 16;
const HEATED = 0.25; // a larger share tints so much that small print over it has to be ink
const LEAST = 0.01; // a smaller share has no arc
const WORDS = { free: "", obeyed: "✓", broken: "✗" };

/** How the row is read. @param {Network} net */
function key({ model, rule }) {
  const attention = model.n_layers
    ? "Numbers and arcs: the attention of the framed position. "
    : "";
  const fate = "✓ obeys the rule after the tokens before it, ✗ breaks it. ";
  const marks = rule.exists ? `${fate}Underlined twice: holds the answer. ` : "";
  return `${attention}${marks}Dashed, at the end: what the network would write next.`;
}

/** The row of tokens. */
export class Strip {
  /**
   * @param {Element} host
   * @param {Playground} board
   */
  constructor(host, board) {
    this.board = board;
    this.host = el(host, "div", { class: "rg-live-strip" });
    if (!board.small) el(host, "p", { class: "rg-small" }, key(board.net));
    this.tokens = "";
    /**
     * @type {{made: HTMLButtonElement, heat: HTMLElement, name: HTMLElement, mark: HTMLElement,
     *   share: HTMLElement}[]}
     */
    this.buttons = [];
    /** @type {{said: HTMLElement, name: HTMLElement, mark: HTMLElement}} */
    this.said = { said: this.host, name: this.host, mark: this.host };
    /** @type {SVGElement | null} */
    this.arcs = null;
  }

  /** One button for each token; made again when the sequence is another. @param {View} view */
  build(view) {
    const { board } = this;
    const { tokens } = board.state;
    const many = tokens.length > ARCS;
    this.host.replaceChildren();
    this.host.classList.toggle("rg-live-many", many);
    this.arcs = many
      ? null
      : el(this.host, "svg", {
          viewBox: `0 0 ${tokens.length + 1} 1`,
          preserveAspectRatio: "none",
          "aria-hidden": "true",
        });
    const row = el(this.host, "div", {
      class: "rg-live-row",
      role: "group",
      "aria-label": "The sequence; each token is a button that locks its position",
      style: many ? "" : `grid-template-columns:repeat(${tokens.length + 1},minmax(0,1fr))`,
    });
    this.buttons = tokens.map((token, i) => {
      const made = button(row, "", () => board.lock(i), {
        class: "rg-live-token",
        draggable: "true",
      });
      const parts = {
        heat: el(made, "span", { class: "rg-live-heat" }),
        name: el(made, "span", { class: "rg-live-name" }, view.net.tokens[token]),
        mark: el(made, "small"),
        share: el(made, "small", { class: "rg-live-share" }),
      };
      made.addEventListener("pointerenter", () => board.hover(i));
      made.addEventListener("pointerleave", () => board.hover(null));
      made.addEventListener("focus", () => board.hover(i));
      made.addEventListener("blur", () => board.hover(null));
      made.addEventListener("keydown", (/** @type {KeyboardEvent} */ e) => this.key(e, i));
      made.addEventListener("dragstart", (/** @type {DragEvent} */ e) =>
        e.dataTransfer?.setData("text/plain", `at ${i}`),
      );
      made.addEventListener("dragover", (/** @type {DragEvent} */ e) => e.preventDefault());
      made.addEventListener("drop", (/** @type {DragEvent} */ e) => {
        e.preventDefault();
        board.dropped(e.dataTransfer?.getData("text/plain") ?? "", i);
      });
      return { made, ...parts };
    });
    const said = el(row, "div", { class: "rg-live-token rg-live-said" });
    this.said = {
      said,
      name: el(said, "span", { class: "rg-live-name" }),
      mark: el(said, "small"),
    };
  }

  /**
   * @param {KeyboardEvent} e
   * @param {number} i
   */
  key(e, i) {
    const to = { ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: this.buttons.length - 1 }[
      e.key
    ];
    if (to !== undefined) {
      e.preventDefault();
      this.buttons[Math.max(0, Math.min(this.buttons.length - 1, to))].made.focus();
    }
    if (e.key === "Delete" || e.key === "Backspace") {
      e.preventDefault();
      this.board.remove(i);
      this.buttons[Math.min(i, this.buttons.length - 1)]?.made.focus();
    }
  }

  /** @param {View} view */
  draw(view) {
    const key = view.state.tokens.join();
    if (key !== this.tokens) {
      this.tokens = key;
      this.build(view);
    }
    const { net, state, demands, focus } = view;
    this.buttons.forEach(({ made, heat, mark, share }, i) => {
      const fate = fateOf(i ? demands[i - 1] : null, state.tokens[i]);
      const given = view.attention && i <= focus ? view.attention[i] : null;
      const score = view.scores && i <= focus ? few(view.scores[i]) : null;
      made.dataset.mark = fate;
      made.dataset.source = String(demands[focus]?.source === i);
      made.setAttribute("aria-pressed", String(i === state.focus));
      made.classList.toggle("rg-live-focus", i === focus);
      heat.style.opacity = String(0.6 * (given ?? 0));
      made.dataset.heated = String((given ?? 0) > HEATED);
      mark.textContent = WORDS[fate];
      share.textContent = given === null ? "" : given.toFixed(2).replace(/^0/, "");
      const scored = score === null ? "" : `, score ${score}`;
      const told =
        given === null
          ? ""
          : `position ${focus} gives it ${given.toFixed(3)} of its attention${scored}`;
      const name = `${net.tokens[state.tokens[i]]}, position ${i}, ${fate}`;
      made.setAttribute("aria-label", told ? `${name}; ${told}` : name);
      made.title = told;
    });
    this.drawSaid(view);
    this.drawArcs(view);
  }

  /** @param {View} view */
  drawSaid({ net, f, demands, chances, focus }) {
    const last = demands.length - 1;
    // the last position, whichever is looked at; its point may have been moved
    const after = focus === last ? chances : f.probabilities[last];
    const first = largest(after);
    const fate = fateOf(demands[last], first);
    const { said, name, mark } = this.said;
    said.dataset.mark = fate;
    said.title = `the first choice after position ${last}`;
    name.textContent = net.tokens[first];
    // in a narrow cell it goes on in the next line
    mark.textContent = `${WORDS[fate]} ${percent(after[first]).replaceAll("\u00a0", " ")}`;
  }

  /** @param {View} view */
  drawArcs(view) {
    const { arcs } = this;
    if (!arcs) return;
    arcs.replaceChildren();
    if (!view.attention) return;
    const to = view.focus + 0.5;
    Array.from(view.attention).forEach((share, i) => {
      if (share <= LEAST) return;
      const from = i + 0.5;
      const path =
        i === view.focus
          ? `M${from - 0.15} 1C${from - 0.3} .4 ${from + 0.3} .4 ${from + 0.15} 1`
          : `M${to} 1C${to} -.15 ${from} -.15 ${from} 1`;
      el(arcs, "path", {
        d: path,
        "stroke-width": 1 + 5 * share,
        "stroke-opacity": 0.25 + 0.75 * share,
        "vector-effect": "non-scaling-stroke",
      });
    });
  }
}

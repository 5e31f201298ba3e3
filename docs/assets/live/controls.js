// The switches above the sequence: what attention does, which parts work, what is shown, which
// seed.
import { button, el } from "./dom.js";
import { ATTENTION, TRAINED, ways } from "./switches.js";

/** @import { Model } from "./forward.js" */
/** @import { Playground } from "./playground.js" */
/** @import { View } from "./view.js" */

/** Every switch that fits the network. */
export class Controls {
  /**
   * @param {Element} host
   * @param {Playground} board
   */
  constructor(host, board) {
    const { net } = board;
    const { model } = net;
    /** What brings each switch to what the state says. @type {((view: View) => void)[]} */
    this.follow = [];
    if (ways(net).length > 1)
      this.chooser(
        el(host, "label", {}, "Attention "),
        ways(net).map((way) => [way, ATTENTION[way]]),
        (value) => board.set({ attention: /** @type {any} */ (value), point: null }),
        ({ state }) => state.attention,
      );
    if (model.d_mlp && model.n_layers) this.box(host, board, "feed-forward layer", "ffn");
    if (["stream", "attention"].includes(model.positions) && model.n_layers)
      this.box(host, board, "positions", "positions");
    if (model.n_layers * model.n_heads > 1)
      this.chooser(
        el(host, "label", {}, "Attention of "),
        heads(model),
        (value) => {
          const [layer, head] = value.split(".").map(Number);
          board.set({ layer, head: Number.isNaN(head) ? -1 : head });
        },
        ({ state: { layer, head } }) => `${layer}.${head < 0 ? "mean" : head}`,
      );
    if (model.n_layers)
      this.chooser(
        el(host, "label", {}, "Shown "),
        [
          ["plain", "attention"],
          ["weighted", "attention times the length of what is handed over"],
        ],
        (value) => board.set({ weighted: value === "weighted" }),
        ({ state }) => (state.weighted ? "weighted" : "plain"),
      );
    if (net.about.seeds.length > 1)
      this.chooser(
        el(host, "label", {}, "Seed "),
        net.about.seeds.map(({ seed }, i) => [String(i), `${seed}${i ? "" : " (shown)"}`]),
        (value) => board.change(Number(value)),
        ({ state }) => String(state.seed),
      );
    const all = { ...TRAINED, focus: null, point: null };
    button(host, "Reset", async () => {
      if (board.state.seed && !(await board.change(0))) return;
      board.set({ ...all, checkpoint: board.weights.length - 1 });
    });
  }

  /**
   * @param {Element} label
   * @param {[string, string][]} options values and what a reader calls them
   * @param {(value: string) => void} does
   * @param {(view: View) => string} value
   */
  chooser(label, options, does, value) {
    const select = el(label, "select");
    for (const [value, text] of options) el(select, "option", { value }, text);
    select.addEventListener("change", () => does(select.value));
    this.follow.push((view) => {
      select.value = value(view);
    });
  }

  /**
   * @param {Element} host
   * @param {Playground} board
   * @param {string} name
   * @param {"ffn" | "positions"} key
   */
  box(host, board, name, key) {
    const label = el(host, "label");
    const check = el(label, "input", { type: "checkbox" });
    el(label, "span", {}, ` ${name}`);
    check.addEventListener("change", () => board.set({ [key]: check.checked, point: null }));
    this.follow.push(({ state }) => {
      check.checked = state[key];
    });
  }

  /** @param {View} view */
  draw(view) {
    for (const follow of this.follow) follow(view);
  }
}

/** Heads whose attention can be shown. @param {Model} model @returns {[string, string][]} */
function heads({ n_layers, n_heads }) {
  const found = /** @type {[string, string][]} */ ([]);
  for (let layer = 0; layer < n_layers; layer++) {
    if (n_heads > 1) found.push([`${layer}.mean`, `layer ${layer}, mean of its heads`]);
    for (let head = 0; head < n_heads; head++)
      found.push([`${layer}.${head}`, n_heads > 1 ? `head ${layer}.${head}` : `layer ${layer}`]);
  }
  return found;
}

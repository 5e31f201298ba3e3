// The playground: one state, what changes it, and panels that all show the same forward pass.
import { fromAddress, nearest, toAddress } from "./address.js";
import { Bars } from "./bars.js";
import { Controls } from "./controls.js";
import { Curve } from "./curve.js";
import { el } from "./dom.js";
import { Entry } from "./entry.js";
import { Lens } from "./lens.js";
import { Plane } from "./plane.js";
import { Strip } from "./strip.js";
import { TRAINED } from "./switches.js";
import { Takeaway } from "./takeaway.js";
import { Tally } from "./tally.js";
import { Past, look } from "./view.js";
import { sentence } from "./words.js";

/** @import { State } from "./address.js" */
/** @import { Weights } from "./forward.js" */
/** @import { Example, Network } from "./network.js" */
/** @import { View } from "./view.js" */

const PAUSE = 150; // milliseconds: browsers limit how often an address may change

/** The playground, or with `small` the sequence and the probabilities alone. */
export class Playground {
  /**
   * @param {HTMLElement} host
   * @param {Network} net
   * @param {Weights[]} weights of the first seed
   * @param {{small: boolean, hash: string, full: string}} options full: address of the whole one
   */
  constructor(host, net, weights, { small, hash, full }) {
    this.host = host;
    this.net = net;
    this.weights = weights;
    this.small = small;
    /** @type {{draw: (view: View) => void}[]} */
    this.parts = [];
    this.past = new Past();
    /** @type {View | null} */
    this.view = null;
    this.written = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.later = undefined;
    /** @type {number | null} */
    this.hovered = null;
    this.queued = false;
    this.state = begun(net);
    const root = el(host, "div", { class: `rg-live-board${small ? " rg-live-small" : ""}` });
    const wide = (name = "") => el(root, "div", { class: `rg-live-wide ${name}` });
    this.entry = new Entry(wide("rg-live-entry"), this);
    if (!small) this.parts.push(new Curve(wide(), this));
    if (!small) this.parts.push(new Controls(wide("rg-live-choices"), this));
    this.parts.push(new Strip(wide(), this));
    this.said = el(wide(), "p", { class: "rg-live-say", role: "status" });
    if (!small && Plane.fits(net.model)) this.parts.push(new Plane(el(root, "div"), this));
    this.parts.push(new Bars(el(root, "div"), this));
    if (!small && net.model.n_layers) this.parts.push(new Lens(wide()));
    if (!small && Tally.fits(net)) this.tally = new Tally(wide("rg-live-tally"), this);
    if (small) el(wide(), "a", { href: full, class: "rg-live-more" }, "Open the playground");
    else this.parts.push(new Takeaway(wide("rg-live-takeaway"), this));
    this.listen();
    this.go(hash);
  }

  /** What is heard outside of the panels. */
  listen() {
    const heard = this.small ? this.host : document;
    heard.addEventListener("keydown", (/** @type {any} */ e) => {
      if (e.key !== "Escape") return;
      this.hovered = null;
      this.set({ focus: null, point: null });
    });
    if (this.small) return;
    addEventListener("hashchange", () => {
      if (location.hash !== this.written) this.go(location.hash);
    });
  }

  /** @param {Partial<State>} change */
  set(change) {
    Object.assign(this.state, change);
    if (this.queued) return;
    this.queued = true;
    requestAnimationFrame(() => {
      this.queued = false;
      this.draw();
    });
  }

  /**
   * Another sequence.
   * @param {number[]} ids
   * @param {Partial<State>} [more]
   */
  tokens(ids, more = {}) {
    const { n_ctx } = this.net.model;
    if (!ids.length) return this.entry.say("Type at least one token.");
    const cut = `The network reads ${n_ctx} tokens; those before the last ${n_ctx} are left out.`;
    this.entry.say(ids.length > n_ctx ? cut : "");
    this.hovered = null;
    this.set({ tokens: ids.slice(-n_ctx), focus: null, point: null, ...more });
    if (document.activeElement !== this.entry.input) this.entry.put(ids);
  }

  /** A key: the token goes to the locked position, or to the end. @param {number} id */
  press(id) {
    const { tokens, focus } = this.state;
    if (focus === null) return this.tokens([...tokens, id]);
    const replaced = tokens.map((token, i) => (i === focus ? id : token));
    this.tokens(replaced, { focus });
  }

  /** @param {number} i */
  remove(i) {
    const { tokens } = this.state;
    if (tokens.length > 1) this.tokens(tokens.filter((_, at) => at !== i));
  }

  /**
   * A token from the keys, or one of the sequence, let go over a position.
   * @param {string} what
   * @param {number} to
   */
  dropped(what, to) {
    const [kind, number] = what.split(" ");
    const from = Number(number);
    const { tokens } = this.state;
    if (kind === "token" && from in this.net.tokens)
      this.tokens(tokens.map((token, i) => (i === to ? from : token)));
    if (kind === "at" && from in tokens) {
      const moved = tokens.filter((_, i) => i !== from);
      moved.splice(to, 0, tokens[from]);
      this.tokens(moved);
    }
  }

  /** A sequence that the report offers. @param {Example} item */
  async open({ tokens, note, step }) {
    if (this.state.seed && !(await this.change(0))) return;
    const { steps } = this.net.about.seeds[0];
    const checkpoint = step === null ? steps.length - 1 : nearest(steps, step);
    this.tokens(tokens, { ...TRAINED, checkpoint });
    this.entry.say(note);
  }

  /** @param {number | null} i */
  hover(i) {
    if (i === this.hovered) return;
    this.hovered = i;
    this.set({});
  }

  /** @param {number} i */
  lock(i) {
    this.set({ focus: this.state.focus === i ? null : i, point: null });
  }

  /**
   * Another seed, at a step as near as it has one; false if it did not load.
   * @param {number} seed
   */
  async change(seed) {
    const { seeds } = this.net.about;
    const step = seeds[this.state.seed].steps[this.state.checkpoint];
    try {
      this.weights = await this.net.seed(seed);
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      this.entry.say(`The weights of this seed did not load: ${message}.`);
      this.set({}); // so that the switch shows the seed that is there
      return false;
    }
    this.set({ seed, checkpoint: nearest(seeds[seed].steps, step), point: null });
    return true;
  }

  /** What an address says. @param {string} hash */
  async go(hash) {
    const { asked, ignored } = fromAddress(this.small ? "" : hash, this.net);
    if (asked.seed !== this.state.seed && !(await this.change(asked.seed))) return;
    const cleared = { ...TRAINED, focus: null, weighted: false, point: null };
    Object.assign(this.state, this.small ? {} : cleared, asked);
    this.entry.put(this.state.tokens);
    const words = `Not understood in the address, and left out: ${ignored.join(", ")}.`;
    this.entry.say(ignored.length ? words : "");
    this.draw();
  }

  draw() {
    const view = look(this);
    this.view = view;
    for (const part of this.parts) part.draw(view);
    this.tally?.draw();
    this.said.textContent = sentence(view);
    if (this.small) return;
    this.written = toAddress(this.state, this.net);
    clearTimeout(this.later);
    const put = () => history.replaceState(history.state, "", this.written);
    this.later = setTimeout(put, PAUSE);
  }
}

/** What is shown at first: a demonstration at the end of training. @param {Network} net */
function begun({ about, model }) {
  const first = about.presets[0]?.items[0] ?? { tokens: [0] };
  const shown = about.presets.find(({ title }) => title.includes("demonstration"))?.items[0];
  /** @type {State} */
  const state = {
    tokens: (shown ?? first).tokens.slice(-model.n_ctx),
    seed: 0,
    checkpoint: about.seeds[0].steps.length - 1,
    ...TRAINED,
    focus: null,
    layer: Math.max(0, model.n_layers - 1),
    head: model.n_heads > 1 ? -1 : 0,
    weighted: false,
    point: null,
  };
  return state;
}

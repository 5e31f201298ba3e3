// What the playground shows, as the part of its address after "#": a link shows exactly this.
import { read, written } from "./reading.js";
import { ways } from "./switches.js";

/** @import { Network } from "./network.js" */
/** @import { Attention } from "./switches.js" */

/**
 * @typedef {object} State
 * @property {number[]} tokens
 * @property {number} seed index into the seeds that were shipped
 * @property {number} checkpoint
 * @property {Attention} attention
 * @property {boolean} ffn
 * @property {boolean} positions
 * @property {number | null} focus the locked position
 * @property {number} layer
 * @property {number} head -1 stands for the mean of all heads
 * @property {boolean} weighted is attention shown times the length of what is handed over
 * @property {[number, number] | null} point where the reader has dragged the end of the path
 */

/** Tells apart what the network computes at one step of one seed. @param {State} state */
export const keyOf = ({ tokens, attention, ffn, positions }) =>
  `${tokens} ${attention} ${ffn} ${positions}`;

/** @typedef {Partial<State> & {seed: number, checkpoint: number}} Asked */

const LONGEST = 4_000; // characters of an address that are read

/**
 * @param {State} state
 * @param {Network} net
 */
export function toAddress(state, net) {
  const seed = net.about.seeds[state.seed];
  const text = written(state.tokens, net.tokens);
  const back = read(text, net.tokens);
  const readable = !back.unknown.length && String(back.ids) === String(state.tokens);
  const out = new URLSearchParams(readable ? { tokens: text } : { ids: state.tokens.join(".") });
  if (state.seed) out.set("seed", String(seed.seed));
  if (state.checkpoint !== seed.steps.length - 1)
    out.set("step", String(seed.steps[state.checkpoint]));
  if (state.attention !== "trained") out.set("attention", state.attention);
  if (!state.ffn) out.set("ffn", "off");
  if (!state.positions) out.set("positions", "off");
  if (state.focus !== null) out.set("focus", String(state.focus));
  if (net.model.n_layers * net.model.n_heads > 1)
    out.set("head", `${state.layer}.${state.head < 0 ? "mean" : state.head}`);
  if (state.weighted) out.set("shown", "weighted");
  if (state.point) out.set("point", state.point.map((x) => x.toFixed(3)).join(","));
  return `#${out}`;
}

/**
 * What an address asks for, as far as this network has it; what it has not is left out and said.
 * @param {string} hash
 * @param {Network} net
 * @returns {{asked: Asked, ignored: string[]}}
 */
export function fromAddress(hash, net) {
  const given = new URLSearchParams(hash.slice(1, LONGEST));
  const ignored = /** @type {string[]} */ ([]);
  /** @type {Asked} */
  const asked = { seed: 0, checkpoint: 0 };
  const whole = (/** @type {string} */ key, /** @type {(n: number) => boolean} */ fits) => {
    const text = given.get(key);
    if (text === null) return null;
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (fits(number)) return number;
    ignored.push(key);
    return null;
  };
  const text = given.get("tokens");
  if (text !== null) {
    const { ids, unknown } = read(text, net.tokens);
    if (ids.length) asked.tokens = ids.slice(-net.model.n_ctx);
    if (unknown.length || !ids.length) ignored.push("tokens");
  }
  const listed = given.get("ids");
  if (listed !== null) {
    const ids = /^\d{1,9}(\.\d{1,9})*$/.test(listed) ? listed.split(".").map(Number) : [];
    if (ids.length && ids.every((id) => id < net.tokens.length))
      asked.tokens = ids.slice(-net.model.n_ctx);
    else ignored.push("ids");
  }
  const seed = whole("seed", (n) => net.about.seeds.some((each) => each.seed === n));
  asked.seed = seed === null ? 0 : net.about.seeds.findIndex((each) => each.seed === seed);
  const steps = net.about.seeds[asked.seed].steps;
  const step = whole("step", Number.isInteger);
  asked.checkpoint = step === null ? steps.length - 1 : nearest(steps, step);
  const attention = given.get("attention");
  if (attention !== null) {
    const way = ways(net).find((each) => each === attention);
    if (way) asked.attention = way;
    else ignored.push("attention");
  }
  if (given.get("ffn") === "off") asked.ffn = false;
  if (given.get("positions") === "off") asked.positions = false;
  const focus = whole("focus", (n) => n < (asked.tokens?.length ?? net.model.n_ctx));
  if (focus !== null) asked.focus = focus;
  const head = /^(\d{1,3})\.(\d{1,3}|mean)$/.exec(given.get("head") ?? "");
  if (
    head &&
    Number(head[1]) < net.model.n_layers &&
    (head[2] === "mean" || Number(head[2]) < net.model.n_heads)
  )
    Object.assign(asked, {
      layer: Number(head[1]),
      head: head[2] === "mean" ? -1 : Number(head[2]),
    });
  else if (given.has("head")) ignored.push("head");
  if (given.get("shown") === "weighted" && net.model.n_layers) asked.weighted = true;
  else if (given.has("shown")) ignored.push("shown");
  const point = (given.get("point") ?? "").split(",").map(Number);
  if (given.has("point")) {
    if (point.length === 2 && point.every((x) => Math.abs(x) < 1e4))
      asked.point = [point[0], point[1]];
    else ignored.push("point");
  }
  return { asked, ignored };
}

/**
 * The index of the step that is nearest.
 * @param {number[]} steps
 * @param {number} step
 */
export const nearest = (steps, step) =>
  steps.reduce(
    (best, each, i) => (Math.abs(each - step) < Math.abs(steps[best] - step) ? i : best),
    0,
  );

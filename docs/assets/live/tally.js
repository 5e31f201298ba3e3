// "Count it yourself": every context there is, tried in the reader's browser, beside what the
// report counted.
import { button, el, percent, table, whole } from "./dom.js";
import { unpacked } from "./network.js";
import { plain } from "./readout.js";
import { ATTENTION, COUNTABLE, ways } from "./switches.js";

/** @import { Question } from "./exhaustive.js" */
/** @import { Counted, Network } from "./network.js" */
/** @import { Playground } from "./playground.js" */
/** @import { Attention } from "./switches.js" */

const SAME = "The report says the same, by position and by answer.";

const sum = (/** @type {number[]} */ row) => row.reduce((a, b) => a + b, 0);
const total = (/** @type {number[][]} */ rows) => sum(rows.map(sum));
const share = (/** @type {number} */ wrong, /** @type {number} */ contexts) =>
  percent(wrong / Math.max(1, contexts));

/** Wrong ones of all. @param {{wrong: number[][], contexts: number[][]}} counted */
const wrongOf = ({ wrong, contexts }) => `${whole(total(wrong))} of ${whole(total(contexts))}`;

/** The panel. */
export class Tally {
  /** Can it be counted here. @param {Network} net */
  static fits(net) {
    const { counted } = net.about;
    return net.rule.kind === "table" && counted.length > 0 && plain(net.model);
  }

  /**
   * @param {Element} host
   * @param {Playground} board
   */
  constructor(host, board) {
    this.board = board;
    const { counted } = board.net.about;
    const everything = counted[counted.length - 1].everything;
    el(host, "h3", {}, "Count it yourself");
    const tried = everything ? "there is" : "that the data can produce";
    const chosen = "the weights, the seed, the step and the parts that are chosen above";
    el(host, "p", {}, `Your browser tries every context ${tried}, with ${chosen}.`);
    const row = el(host, "div", { class: "rg-live-choices" });
    this.length = el(el(row, "label", {}, "Length "), "select");
    for (const each of [...counted].reverse())
      el(this.length, "option", { value: each.length }, `${each.length} tokens`);
    this.start = button(row, "Try every context", () => this.count());
    this.cancel = button(row, "Cancel", () => this.stop("Cancelled."), { hidden: true });
    const progress = { max: 1, value: 0, hidden: true, "aria-label": "contexts tried" };
    this.progress = el(host, "progress", progress);
    this.said = el(host, "p", { role: "status" });
    this.result = el(host, "div", { class: "rg-live-two" });
    this.chosen = "";
  }

  /** What is counted: a count of something else than what is chosen now goes away. */
  draw() {
    const { seed, checkpoint, attention, ffn, positions } = this.board.state;
    const chosen = [seed, checkpoint, attention, ffn, positions].join();
    if (chosen === this.chosen) return;
    this.chosen = chosen;
    if (!this.said.textContent) return;
    this.stop("Another network is chosen; count again.");
    this.result.replaceChildren();
  }

  /** @param {string} words */
  stop(words) {
    this.worker?.terminate();
    this.worker = null;
    this.start.disabled = false;
    this.cancel.hidden = this.progress.hidden = true;
    this.said.textContent = words;
  }

  async count() {
    const { net, state } = this.board;
    const length = Number(this.length.value);
    const reported = net.about.counted.find((each) => each.length === length);
    if (!reported) return;
    this.result.replaceChildren();
    if (!COUNTABLE.includes(state.attention)) return this.stop(refusal(state.attention, net));
    this.start.disabled = true;
    this.said.textContent = "Counting…";
    const began = performance.now();
    const same = this.same();
    const question = await this.question(reported);
    try {
      this.worker = new Worker(new URL("count-worker.js", import.meta.url), { type: "module" });
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      return this.stop(`This browser has no workers here, so nothing was counted: ${message}`);
    }
    this.cancel.hidden = this.progress.hidden = false;
    this.progress.value = 0;
    this.worker.onerror = (/** @type {ErrorEvent} */ e) =>
      this.stop(`The count failed: ${e.message || "the worker could not be loaded"}`);
    this.worker.onmessage = ({ data }) => {
      if (data.kind === "progress") this.progress.value = data.share;
      if (data.kind === "refused") this.stop(`Not counted: ${data.reason}.`);
      if (data.kind !== "counted") return;
      this.stop(words(data.counted, reported, same, (performance.now() - began) / 1000));
      this.tables(data.counted);
    };
    this.worker.postMessage(question);
  }

  /** Is the network the one that the report counted. */
  same() {
    const { seed, checkpoint, attention, ffn, positions } = this.board.state;
    const last = this.board.net.about.seeds[seed].steps.length - 1;
    const trained = attention === "trained" && ffn && positions;
    return trained && seed === 0 && checkpoint === last;
  }

  /**
   * What the worker is asked. Weights are copied, else the whole file would go to it.
   * @param {Counted} reported
   * @returns {Promise<Question>}
   */
  async question({ length, everything }) {
    const { net, state, weights } = this.board;
    const { attention, ffn, positions } = state;
    const copied = Object.entries(weights[state.checkpoint]).map(([name, flat]) => [
      name,
      Float32Array.from(flat),
    ]);
    return {
      model: net.model,
      weights: Object.fromEntries(copied),
      table: { rows: /** @type {Int32Array} */ (net.rule.rows), demands: net.about.rule.demands },
      reader: net.about.reader && { rows: await unpacked(net.about.reader) },
      length,
      everything,
      replaced: { attention: /** @type {any} */ (attention), ffn, positions },
    };
  }

  /**
   * Wrong answers by where the answer stands, and by what it is.
   * @param {{contexts: number[][], wrong: number[][], length: number}} counted
   */
  tables({ contexts, wrong, length }) {
    const made = (/** @type {string} */ head, /** @type {[string, number, number][]} */ lines) => {
      const told = lines.filter(([, , contexts]) => contexts);
      table(
        el(this.result, "table"),
        [head, "wrong", "contexts", "share"],
        told.map(([name, wrong, all]) => [name, whole(wrong), whole(all), share(wrong, all)]),
      );
    };
    const at = (/** @type {number} */ lag) =>
      lag < length ? `position ${length - 1 - lag}` : "nowhere";
    const column = (/** @type {number[][]} */ rows, /** @type {number} */ i) =>
      sum(rows.map((row) => row[i]));
    const names = [...this.board.net.tokens, "one of several"];
    made(
      "the answer stands at",
      /** @type {[string, number, number][]} */ (
        contexts.map((row, lag) => [at(lag), sum(wrong[lag]), sum(row)])
      ).reverse(),
    );
    made(
      "the answer is",
      names.map((name, i) => [name, column(wrong, i), column(contexts, i)]),
    );
  }
}

/**
 * Why nothing is counted with a way of attention.
 * @param {Attention} attention
 * @param {Network} net
 */
function refusal(attention, net) {
  const named = (/** @type {Attention} */ way) => `“${ATTENTION[way]}”`;
  const can = ways(net).filter((way) => COUNTABLE.includes(way));
  const list = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(can.map(named));
  return `Not counted: with attention ${named(attention)} contexts are not tried; choose ${list}.`;
}

/**
 * What a count says beside the report's.
 * @param {{contexts: number[][], wrong: number[][]}} counted
 * @param {Counted} reported
 * @param {boolean} same is it the network that the report counted
 * @param {number} seconds
 */
function words(counted, reported, same, seconds) {
  const found = share(total(counted.wrong), total(counted.contexts));
  const own = `${wrongOf(counted)} contexts answered wrongly (${found})`;
  const timed = `${own}, counted in ${seconds.toFixed(1)} s.`;
  const theirs = wrongOf(reported);
  const its = "for the network it shows, at the end of training";
  if (!same) return `${timed} The report counted ${theirs} ${its}.`;
  const text = (/** @type {{contexts: number[][], wrong: number[][]}} */ { contexts, wrong }) =>
    JSON.stringify([contexts, wrong]);
  const agree = text(counted) === text(reported);
  return `${timed} ${agree ? SAME : `The report says ${theirs}: they differ.`}`;
}

// "Count it yourself": every context there is, tried in the reader's browser, beside what the
// report counted.
import { button, el, percent, whole } from "./dom.js";
import { unpacked } from "./network.js";

/** @import { Counted, Network } from "./network.js" */
/** @import { Playground } from "./playground.js" */

/** The panel. */
export class Tally {
  /** Can it be counted here. @param {Network} net */
  static fits(net) {
    return (
      net.rule.kind === "table" &&
      net.about.counted.length > 0 &&
      net.model.n_layers === 1 &&
      net.model.normalization === "none"
    );
  }

  /**
   * @param {Element} host
   * @param {Playground} board
   */
  constructor(host, board) {
    this.board = board;
    const { counted } = board.net.about;
    const last = counted[counted.length - 1];
    el(host, "h3", {}, "Count it yourself");
    el(
      host,
      "p",
      {},
      last.everything
        ? "Your browser tries every context there is, with the weights, the seed, the step and the parts that are chosen above."
        : "Your browser tries every context that the data can produce, with the weights, the seed, the step and the parts that are chosen above.",
    );
    const row = el(host, "div", { class: "rg-live-choices" });
    const label = el(row, "label", {}, "Length ");
    this.length = el(label, "select");
    for (const each of [...counted].reverse())
      el(this.length, "option", { value: each.length }, `${each.length} tokens`);
    this.start = button(row, "Try every context", () => this.count());
    this.cancel = button(row, "Cancel", () => this.stop("Cancelled."), { hidden: true });
    this.progress = el(host, "progress", {
      max: 1,
      value: 0,
      hidden: true,
      "aria-label": "contexts tried",
    });
    this.said = el(host, "p", { role: "status" });
    this.result = el(host, "div", { class: "rg-live-two" });
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
    const { board } = this;
    const { net, state } = board;
    const length = Number(this.length.value);
    const reported = net.about.counted.find((each) => each.length === length);
    const began = performance.now();
    if (!reported) return;
    this.result.replaceChildren();
    this.start.disabled = true;
    this.cancel.hidden = this.progress.hidden = false;
    this.progress.value = 0;
    this.said.textContent = "Counting…";
    const seed = net.about.seeds[state.seed];
    const trained = state.attention === "trained" && state.ffn && state.positions;
    const same = trained && state.seed === 0 && state.checkpoint === seed.steps.length - 1;
    const question = {
      model: net.model,
      weights: Object.fromEntries(
        Object.entries(board.weights[state.checkpoint]).map(([name, flat]) => [
          name,
          Float32Array.from(flat),
        ]),
      ),
      table: { rows: net.rule.rows, demands: net.about.rule.demands },
      reader: net.about.reader && { rows: await unpacked(net.about.reader) },
      length,
      everything: reported.everything,
      replaced: { attention: state.attention, ffn: state.ffn, positions: state.positions },
    };
    try {
      this.worker = new Worker(new URL("count-worker.js", import.meta.url), { type: "module" });
    } catch (error) {
      return this.stop(
        `This browser has no workers here, so nothing was counted: ${/** @type {Error} */ (error).message}`,
      );
    }
    this.worker.onerror = (/** @type {ErrorEvent} */ e) =>
      this.stop(`The count failed: ${e.message || "the worker could not be loaded"}`);
    this.worker.onmessage = ({ data }) => {
      if (data.kind === "progress") this.progress.value = data.share;
      if (data.kind === "refused") this.stop(`Not counted: ${data.reason}.`);
      if (data.kind !== "counted") return;
      this.stop(this.words(data.counted, reported, same, (performance.now() - began) / 1000));
      this.table(data.counted);
    };
    this.worker.postMessage(question);
  }

  /**
   * @param {{contexts: number[][], wrong: number[][]}} counted
   * @param {Counted} reported
   * @param {boolean} same
   * @param {number} seconds
   */
  words(counted, reported, same, seconds) {
    const total = (/** @type {number[][]} */ rows) => rows.flat().reduce((a, b) => a + b, 0);
    const contexts = total(counted.contexts);
    const wrong = total(counted.wrong);
    const words = `${whole(wrong)} of ${whole(contexts)} contexts answered wrongly (${percent(wrong / Math.max(1, contexts))}), counted in ${seconds.toFixed(1)} s.`;
    if (!same)
      return `${words} The report counted ${whole(total(reported.wrong))} of ${whole(total(reported.contexts))} for the network it shows, at the end of training.`;
    const agree =
      JSON.stringify([counted.contexts, counted.wrong]) ===
      JSON.stringify([reported.contexts, reported.wrong]);
    return `${words} ${agree ? "The report says the same, by position and by answer." : `The report says ${whole(total(reported.wrong))} of ${whole(total(reported.contexts))}: they differ.`}`;
  }

  /** @param {{contexts: number[][], wrong: number[][], length: number}} counted */
  table(counted) {
    const { net } = this.board;
    const sum = (/** @type {number[]} */ row) => row.reduce((a, b) => a + b, 0);
    const made = (/** @type {string} */ head, /** @type {[string, number, number][]} */ lines) => {
      const table = el(this.result, "table");
      const top = el(el(table, "thead"), "tr");
      const body = el(table, "tbody");
      for (const text of [head, "wrong", "contexts", "share"])
        el(top, "th", { scope: "col" }, text);
      for (const [name, wrong, contexts] of lines)
        if (contexts) {
          const row = el(body, "tr");
          el(row, "th", { scope: "row" }, name);
          for (const text of [whole(wrong), whole(contexts), percent(wrong / contexts)])
            el(row, "td", {}, text);
        }
    };
    const lags = counted.contexts.map(
      (row, lag) =>
        /** @type {[string, number, number]} */ ([
          lag < counted.length ? `position ${counted.length - 1 - lag}` : "nowhere",
          sum(counted.wrong[lag]),
          sum(row),
        ]),
    );
    made("the answer stands at", lags.reverse());
    made(
      "the answer is",
      [...net.tokens, "one of several"].map((name, t) => [
        name,
        sum(counted.wrong.map((row) => row[t])),
        sum(counted.contexts.map((row) => row[t])),
      ]),
    );
  }
}

// "Count it yourself": the network's first choice in every context of one length, against what the
// rule demands. As reportgen/core/exact/enumerate.py; the counts are the same to the last context.
import { asItIs, forward } from "./forward.js";
import { CannotCount, Counts, Demands } from "./exhaustive.js";
import { fromHalves } from "./halves.js";
import { Lattice, plain, Readout } from "./readout.js";
import { COUNTABLE } from "./switches.js";

/** @import { Counted, Progress, Question } from "./exhaustive.js" */
/** @import { Model, Step, Weights } from "./forward.js" */
/** @import { Replaced } from "./readout.js" */

export { CannotCount };

const START = 1; // the node before the first token
const MOST_TOKENS = 2_000_000; // tokens of contexts tried one by one
const OFTEN = 4_096; // contexts between two words on the progress

/**
 * Every context of a length, or every one that the data can produce. Errors: CannotCount.
 * @param {Question} question
 * @param {Progress} [progress]
 * @returns {Counted}
 */
export function count(question, progress = () => {}) {
  const { model, weights, length, everything } = question;
  const replaced = /** @type {Replaced} */ ({
    attention: "trained",
    ffn: true,
    positions: true,
    ...question.replaced,
  });
  if (!COUNTABLE.includes(replaced.attention))
    throw new CannotCount("attention can be trained, none, uniform or on the answer");
  if (!(length >= 1 && length <= model.n_ctx))
    throw new CannotCount(`contexts have 1 to ${model.n_ctx} tokens`);
  for (const name in weights)
    if (!weights[name].every(Number.isFinite))
      throw new CannotCount(`${name} holds something that is not a finite number`);
  const counts = new Counts(length, weights.b_U.length);
  const rule = new Demands(question.table, length, weights.b_U.length);
  if (everything) fromHalves(question, replaced, rule, counts, progress);
  else listed(question, replaced, rule, counts, progress);
  progress(1);
  return counts.done(everything);
}

/**
 * The contexts of one length that the data can produce and that tell the answer, one by one.
 * @param {Question} question
 * @param {Replaced} replaced
 * @param {Demands} rule
 * @param {Counts} counts
 * @param {Progress} progress
 */
function listed({ model, weights, reader, length }, replaced, rule, counts, progress) {
  if (!reader) throw new CannotCount("it is not known which contexts the data can produce");
  const vocabulary = counts.vocabulary;
  const columns = vocabulary + 2;
  const node = reader.rows;
  const total = howMany(node, length, vocabulary);
  const choose = chooser(model, weights, length, replaced);
  const context = new Array(length).fill(0);
  let tried = 0;
  /**
   * Try all that begins with the tokens up to a position.
   * @param {number} at the node after them
   * @param {number} position
   */
  const onward = (at, position) => {
    if (position < length) {
      for (let token = 0; token < vocabulary; token++)
        if (node[at * columns + token]) {
          context[position] = token;
          onward(node[at * columns + token], position + 1);
        }
      return;
    }
    if (tried++ % OFTEN === 0) progress(tried / total);
    if (!node[at * columns + vocabulary]) return;
    const state = node[at * columns + vocabulary + 1];
    const bin = rule.bin[state];
    if (bin === undefined)
      throw new CannotCount("the table of the rule lacks a state that the data can be in");
    const token = choose(context, rule.lag[state]);
    counts.chosen[bin * vocabulary + token]++;
    if (rule.demands[rule.demand[state]].includes(token)) return;
    counts.wrong[bin * vocabulary + token]++;
    counts.fail(context, bin, token);
  };
  onward(START, 0);
}

/**
 * How many contexts the data can produce; CannotCount where they are too many.
 * @param {Int32Array} node the reader's rows
 * @param {number} length
 * @param {number} vocabulary
 */
function howMany(node, length, vocabulary) {
  let ways = new Map([[START, 1]]);
  let total = 1;
  for (let position = 0; position < length; position++) {
    const longer = new Map();
    total = 0;
    for (const [at, many] of ways)
      for (let token = 0; token < vocabulary; token++) {
        const after = node[at * (vocabulary + 2) + token];
        if (!(after >= 0))
          throw new CannotCount(
            "the table of what the data can produce ends before the context does",
          );
        if (after) (longer.set(after, (longer.get(after) ?? 0) + many), (total += many));
      }
    if (total * length > MOST_TOKENS)
      throw new CannotCount(`the contexts of ${length} tokens are too many to try one by one`);
    ways = longer;
  }
  return total;
}

/**
 * The network's first choice after one context.
 * @param {Model} model
 * @param {Weights} weights
 * @param {number} length
 * @param {Replaced} replaced
 * @returns {(context: number[], lag: number) => number} lag: of the answer
 */
function chooser(model, weights, length, replaced) {
  if (plain(model)) {
    const lattice = new Lattice(model, weights, length, replaced);
    const read = new Readout(model, weights, replaced.ffn);
    return (context, lag) => {
      const position = length - 1 - lag;
      const last = context[length - 1];
      read.point.set(
        replaced.attention === "answer" && lag >= 0
          ? lattice.onOne(last, context[position], position)
          : lattice.after(context),
      );
      return read.choose();
    };
  }
  if (replaced.attention === "answer" && model.n_layers > 1)
    throw new CannotCount(
      "with several layers it is not said which of them should attend to the answer",
    );
  return (context, lag) => {
    const logits = forward(model, weights, context, edits(replaced, lag)).logits[length - 1];
    return logits.reduce((best, x, t) => (x > logits[best] ? t : best), 0);
  };
}

/**
 * The steps of a forward pass that are replaced.
 * @param {Replaced} replaced
 * @param {number} lag of the answer
 * @returns {Step}
 */
function edits({ attention, ffn, positions }, lag) {
  const silent = (/** @type {Float64Array[]} */ rows) =>
    rows.map((row) => new Float64Array(row.length));
  return (name, layer, value) => {
    if (
      (name === "attn_out" && attention === "none") ||
      (name === "mlp_out" && !ffn) ||
      (name === "pos_embed" && !positions)
    )
      return silent(value);
    if (
      name !== "pattern" ||
      attention === "trained" ||
      attention === "none" ||
      (attention === "answer" && lag < 0)
    )
      return asItIs(name, layer, value);
    if (attention === "uniform")
      return value.map((/** @type {Float64Array[]} */ rows) =>
        rows.map((row, query) => row.map((_, key) => (key <= query ? 1 / (query + 1) : 0))),
      );
    return value.map((/** @type {Float64Array[]} */ rows) =>
      rows.map((row, query) =>
        query < rows.length - 1 ? row : row.map((_, key) => (key === query - lag ? 1 : 0)),
      ),
    );
  };
}

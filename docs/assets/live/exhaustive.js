// What a count of every context tells: contexts and wrong answers by where the answer stands and
// what it is, and the wrong ones. As reportgen/core/exact/exhaustive.py.

/** @import { Model, Weights } from "./forward.js" */
/** @import { Replaced } from "./readout.js" */

/**
 * @typedef {{rows: Int32Array, demands: number[][]}} Table the rule, a row a state: the state after
 *   each token, the lag (-1: no position holds the answer), and which of the demands (-1: free)
 * @typedef {{rows: Int32Array}} Reader what a window tells, a row a node: the node after each token
 *   (0: the data cannot produce it), whether the next token is known (0 or 1), and a state of the
 *   rule; node 1 is the start
 * @typedef {{model: Model, weights: Weights, table: Table, reader: Reader | null, length: number,
 *   everything: boolean, replaced?: Partial<Replaced>}} Question
 * @typedef {{context: number[], lag: number, answer: number, chosen: number}} Failing lag and
 *   answer are -1 where no position holds the answer or several tokens are right
 * @typedef {{length: number, everything: boolean, contexts: number[][], wrong: number[][], said:
 *   number[][][], total: number, totalWrong: number, failing: Failing[], complete: boolean}}
 *   Counted contexts and wrong ones by lag and answer (last row: no position holds it, last column:
 *   several tokens are right), what is said in the wrong ones by lag, answer and token, and the
 *   wrong ones themselves: all of them if complete, else the first
 * @typedef {(share: number) => void} Progress is told now and then how much is done
 */

const A_FEW = 1_000; // wrong contexts that are kept
const MOST_CELLS = 4_000_000; // of counts by lag, answer and token

/** A count that cannot be made, with a reason for the reader. */
export class CannotCount extends Error {}

/** Contexts by lag, answer and what the network chooses. */
export class Counts {
  /**
   * @param {number} length
   * @param {number} vocabulary
   */
  constructor(length, vocabulary) {
    if ((length + 1) * (vocabulary + 1) * vocabulary > MOST_CELLS)
      throw new CannotCount("there are too many different tokens to count by answer");
    this.length = length;
    this.vocabulary = vocabulary;
    this.answers = vocabulary + 1;
    this.chosen = new Uint32Array((length + 1) * this.answers * vocabulary); // [bin][token]
    // those of them that are wrong, where several tokens are right
    this.wrong = new Uint32Array((length + 1) * this.answers * vocabulary);
    /** @type {Failing[]} */
    this.failing = [];
  }

  /** Are wrong contexts kept: as long as they are few. */
  get listing() {
    return this.failing.length < A_FEW;
  }

  /**
   * Keep a wrong context, if there is room.
   * @param {ArrayLike<number>} context
   * @param {number} bin
   * @param {number} chosen
   */
  fail(context, bin, chosen) {
    const lag = Math.floor(bin / this.answers);
    const answer = bin % this.answers;
    if (this.listing)
      this.failing.push({
        context: Array.from(context),
        lag: lag === this.length ? -1 : lag,
        answer: answer === this.vocabulary ? -1 : answer,
        chosen,
      });
  }

  /**
   * All that was counted.
   * @param {boolean} everything
   * @returns {Counted}
   */
  done(everything) {
    const { length, vocabulary, answers } = this;
    const all = (/** @type {number[][]} */ rows) => rows.flat().reduce((a, b) => a + b, 0);
    /** @param {(bin: number, answer: number) => any} of */
    const table = (of) =>
      Array.from({ length: length + 1 }, (_, lag) =>
        Array.from({ length: answers }, (_, answer) => of(lag * answers + answer, answer)),
      );
    const said = table((bin, answer) =>
      answer === vocabulary
        ? Array.from(this.wrong.subarray(bin * vocabulary, (bin + 1) * vocabulary))
        : Array.from(
            this.chosen.subarray(bin * vocabulary, (bin + 1) * vocabulary),
            (many, token) => (token === answer ? 0 : many),
          ),
    );
    const contexts = table((bin) =>
      this.chosen.subarray(bin * vocabulary, (bin + 1) * vocabulary).reduce((a, b) => a + b, 0),
    );
    const wrong = said.map((row) =>
      row.map((each) =>
        each.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0),
      ),
    );
    return {
      length,
      everything,
      contexts,
      wrong,
      said,
      total: all(contexts),
      totalWrong: all(wrong),
      failing: this.failing,
      complete: all(wrong) === this.failing.length,
    };
  }
}

/** What the rule demands in each of its states. */
export class Demands {
  /**
   * @param {Table} table
   * @param {number} length
   * @param {number} vocabulary
   */
  constructor({ rows, demands }, length, vocabulary) {
    const columns = vocabulary + 2;
    const states = rows.length / columns;
    this.demands = demands;
    this.successor = new Int32Array(states * vocabulary);
    /**
     * Of each state: how far back the answer stands, -1 where no position of the context holds it.
     */
    this.lag = new Int32Array(states);
    /** Of each state: which demand, -1 where the next token is free. */
    this.demand = new Int32Array(states);
    /** Of each state: where its contexts are counted. */
    this.bin = new Int32Array(states);
    for (let state = 0; state < states; state++) {
      const row = rows.subarray(state * columns, (state + 1) * columns);
      this.successor.set(row.subarray(0, vocabulary), state * vocabulary);
      this.lag[state] = row[vocabulary] < length ? row[vocabulary] : -1;
      this.demand[state] = row[vocabulary + 1];
      const allowed = demands[this.demand[state]] ?? [];
      const answer = allowed.length === 1 ? allowed[0] : vocabulary;
      this.bin[state] =
        (this.lag[state] < 0 ? length : this.lag[state]) * (vocabulary + 1) + answer;
    }
  }

  /** Does a position of the context hold the one right answer. @param {number} state */
  single(state) {
    return (
      this.demand[state] >= 0 &&
      this.lag[state] >= 0 &&
      this.demands[this.demand[state]].length === 1
    );
  }
}

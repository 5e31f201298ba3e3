// All contexts of one length, put together from two halves of which every one is tried once. As
// reportgen/core/exact/halves.py.
import { Certain } from "./certain.js";
import { CannotCount } from "./exhaustive.js";
import { HalfPoints, box } from "./half-points.js";
import { Lattice, plain, Readout } from "./readout.js";

/** @import { Counts, Demands, Progress, Question } from "./exhaustive.js" */
/** @import { Replaced } from "./readout.js" */

const MOST = 40_000_000; // contexts put together
const MOST_HALVES = 8_000_000; // entries in the tables of what halves lead to
const WORTH = 50_000; // contexts below which to look at each point is quicker than a grid
const SHORT = "the table of the rule ends before the context does";
const OFTEN = 1 << 19; // contexts between two words on the progress

/**
 * States after every sequence of one more token, in counting order.
 * @param {Int32Array} successor [state * vocabulary + token]
 * @param {Int32Array} states
 * @param {number} vocabulary
 */
function onward(successor, states, vocabulary) {
  const after = new Int32Array(states.length * vocabulary);
  for (let i = 0; i < states.length; i++)
    after.set(
      successor.subarray(states[i] * vocabulary, (states[i] + 1) * vocabulary),
      i * vocabulary,
    );
  if (after.includes(-1)) throw new CannotCount(SHORT);
  return after;
}

/**
 * The tokens of a sequence by its place in counting order.
 * @param {number} index
 * @param {number} many
 * @param {number} vocabulary
 */
function tokensOf(index, many, vocabulary) {
  const out = new Array(many);
  for (let i = many - 1; i >= 0; i--, index = Math.floor(index / vocabulary))
    out[i] = index % vocabulary;
  return out;
}

/**
 * What the rule demands by both halves of a context, whatever comes last.
 * @param {Demands} rule
 * @param {number} first tokens of the first half
 * @param {number} second
 * @param {number} vocabulary
 */
function states(rule, first, second, vocabulary) {
  let reached = Int32Array.of(0);
  for (let i = 0; i < first; i++) reached = onward(rule.successor, reached, vocabulary);
  let after = Int32Array.from(new Set(reached));
  const rows = new Map(Array.from(after, (state, i) => [state, i * vocabulary ** second]));
  if (after.length * vocabulary ** second > MOST_HALVES)
    throw new CannotCount("the rule has too many states to put its contexts together from halves");
  for (let i = 0; i < second; i++) after = onward(rule.successor, after, vocabulary);
  /**
   * After each state that a first half leads to, and each second half; and where the row of each
   * first half begins.
   */
  return { after, rows: Int32Array.from(reached, (state) => Number(rows.get(state))) };
}

/**
 * Where the contexts with one last token are counted; -1 where no position holds the one right
 * answer.
 * @param {Demands} rule
 * @param {Int32Array} after
 * @param {number} last
 * @param {number} vocabulary
 */
function binned(rule, after, last, vocabulary) {
  const of = Int32Array.from(rule.bin, (bin, state) => (rule.single(state) ? bin : -1));
  return after.map((state) => {
    const final = rule.successor[state * vocabulary + last];
    if (final < 0) throw new CannotCount(SHORT);
    return of[final];
  });
}

/**
 * All contexts of one length in which a position holds the one right answer.
 *
 * Scores and values depend only on token and position, so exp(score) and exp(score) * value are
 * tabulated once for the last query; a softmax is then a sum of table rows, and the sums over two
 * halves of the context are combined (derived here). The answer comes from the rule's table,
 * carried as a state.
 * @param {Question} question
 * @param {Replaced} replaced
 * @param {Demands} rule
 * @param {Counts} counts
 * @param {Progress} progress
 */
export function fromHalves({ model, weights, length }, replaced, rule, counts, progress) {
  if (!plain(model))
    throw new CannotCount(
      "every context there is can be tried for one layer only, with ReLU, and without layer " +
        "normalization and rotary positions",
    );
  const vocabulary = counts.vocabulary;
  const half = Math.floor((length - 1) / 2);
  const most = length - 1 - half;
  const firsts = vocabulary ** most;
  const seconds = vocabulary ** half;
  const many = () =>
    new CannotCount(`the contexts of ${length} tokens are too many to try every one`);
  if (firsts * seconds > MOST) throw many();
  const { after, rows } = states(rule, most, half, vocabulary);
  const lasts = Array.from({ length: vocabulary }, (_, last) => last).filter((last) =>
    binned(rule, after, last, vocabulary).some((bin) => bin >= 0),
  );
  if (firsts * seconds * lasts.length > MOST) throw many();
  const lattice = new Lattice(model, weights, length, replaced);
  const read = new Readout(model, weights, replaced.ffn);
  const grid =
    lasts.length && model.d_model === 2 && firsts * seconds * lasts.length > WORTH
      ? new Certain(read, ...box(lattice, lasts))
      : null;
  const still = replaced.attention === "none" || replaced.attention === "answer";
  lasts.forEach((last, i) => {
    const bins = binned(rule, after, last, vocabulary);
    const points = still ? null : new HalfPoints(lattice, last, half);
    const choices = still ? onAnswer(lattice, read, last, bins, counts) : null;
    let untold = 0;
    for (let first = 0; first < firsts; first++) {
      points?.fill(first);
      countRow(
        counts,
        points?.row ?? [],
        choices,
        grid,
        read,
        bins,
        rows[first],
        seconds,
        (second, bin, chosen) =>
          counts.fail(
            [...tokensOf(first, most, vocabulary), ...tokensOf(second, half, vocabulary), last],
            bin,
            chosen,
          ),
      );
      if ((untold += seconds) > OFTEN) {
        progress((i + (first + 1) / firsts) / lasts.length);
        untold = 0;
      }
    }
  });
}

/**
 * Count the contexts with one first half.
 * @param {Counts} counts
 * @param {Float64Array[]} points of each second half, axis by axis; not read where choices are made
 * @param {Int32Array | null} choices by bin
 * @param {Certain | null} grid
 * @param {Readout} read
 * @param {Int32Array} bins
 * @param {number} from
 * @param {number} seconds
 * @param {(second: number, bin: number, chosen: number) => void} fail
 */
function countRow(counts, points, choices, grid, read, bins, from, seconds, fail) {
  const { chosen, vocabulary, answers } = counts;
  const d = points.length;
  const [xs, ys] = points;
  let few = counts.listing;
  for (let j = 0; j < seconds; j++) {
    const bin = bins[from + j];
    if (bin < 0) continue;
    let token = 0;
    if (choices) token = choices[bin];
    else if (grid) token = grid.choose(xs[j], ys[j]);
    else {
      for (let i = 0; i < d; i++) read.point[i] = points[i][j];
      token = read.choose();
    }
    chosen[bin * vocabulary + token]++;
    if (few && token !== bin % answers) {
      fail(j, bin, token);
      few = counts.listing;
    }
  }
}

/**
 * What is chosen by bin where all attention is on the answer, or there is none.
 * @param {Lattice} lattice
 * @param {Readout} read
 * @param {number} last
 * @param {Int32Array} bins
 * @param {Counts} counts
 */
function onAnswer(lattice, read, last, bins, counts) {
  const choices = new Int32Array((counts.length + 1) * counts.answers);
  for (const bin of new Set(bins))
    if (bin >= 0) {
      read.point.set(
        lattice.onOne(
          last,
          bin % counts.answers,
          counts.length - 1 - Math.floor(bin / counts.answers),
        ),
      );
      choices[bin] = read.choose();
    }
  return choices;
}

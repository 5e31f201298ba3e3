// What the rule of a report demands after each token of a sequence.
import { unpacked } from "./network.js";

/** @import { About } from "./network.js" */

/**
 * @typedef {{allowed: number[], source: number | null}} Demand ids of which one must come next, and
 *   the position that holds the answer, if one does
 */

/**
 * What a token is to a demand.
 * @param {Demand | null} demand
 * @param {number} token
 * @returns {"free" | "obeyed" | "broken"}
 */
export function fateOf(demand, token) {
  if (!demand) return "free";
  return demand.allowed.includes(token) ? "obeyed" : "broken";
}

/**
 * A rule, as live.json tells it: a table of states, an answer for each output position, "what came
 * next the last time", or none.
 */
export class Rule {
  /**
   * @param {any} about its entry in live.json
   * @param {number} vocabulary
   * @param {Int32Array | null} rows of the table
   */
  constructor(about, vocabulary, rows) {
    this.kind = about.kind;
    this.about = about;
    this.vocabulary = vocabulary;
    this.rows = rows;
    this.columns = vocabulary + 2;
  }

  /** @param {About} about */
  static async of(about) {
    return new Rule(
      about.rule,
      about.tokens.length,
      about.rule.kind === "table" ? await unpacked(about.rule) : null,
    );
  }

  /** Is there anything that a sequence can be right or wrong about. */
  get exists() {
    return this.kind !== "none";
  }

  /**
   * The state of the table after one more token; -1 where the table ends.
   * @param {number} state
   * @param {number} token
   */
  after(state, token) {
    return state < 0 || !this.rows ? -1 : this.rows[state * this.columns + token];
  }

  /**
   * What is demanded of the token after each position; null where it is free.
   * @param {number[]} tokens
   * @returns {(Demand | null)[]}
   */
  demands(tokens) {
    if (this.kind === "table") return this.byTable(tokens);
    if (this.kind === "positions")
      return tokens.map((_, i) => this.byPosition(tokens, i + 1 - this.about.first));
    if (this.kind === "repeat")
      return tokens.map((token, i) => {
        const last = tokens.lastIndexOf(token, i - 1);
        return i && last >= 0 ? { allowed: [tokens[last + 1]], source: last + 1 } : null;
      });
    return tokens.map(() => null);
  }

  /**
   * @param {number[]} tokens
   * @returns {(Demand | null)[]}
   */
  byTable(tokens) {
    let state = 0;
    return tokens.map((token, i) => {
      state = this.after(state, token);
      if (state < 0 || !this.rows) return null;
      const lag = this.rows[state * this.columns + this.vocabulary];
      const demand = this.rows[state * this.columns + this.vocabulary + 1];
      return demand < 0
        ? null
        : { allowed: this.about.demands[demand], source: lag < 0 || lag > i ? null : i - lag };
    });
  }

  /**
   * @param {number[]} tokens
   * @param {number} output which one, from 0
   * @returns {Demand | null}
   */
  byPosition(tokens, output) {
    const answer = this.about.answers[output];
    const token = answer ? (answer.token[tokens[answer.from]] ?? -1) : -1;
    return token < 0 ? null : { allowed: [token], source: answer.from };
  }
}

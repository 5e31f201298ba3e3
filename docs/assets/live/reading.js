// What a reader types, as token ids.

const SIGNS = new Map([
  [" ", "␣"],
  ["\n", "⏎"],
  ["\r\n", "⏎"],
  ["\t", "⇥"],
]);
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * A text cut into what a reader takes for single signs: an accent stays with its letter.
 * @param {string} text
 */
const graphemes = (text) => Array.from(segmenter.segment(text), ({ segment }) => segment);

/**
 * Is every token a single sign, so that no space has to stand between two of them.
 * @param {string[]} tokens
 */
const allSingle = (tokens) => tokens.every((name) => graphemes(name).length === 1);

/**
 * Does a space tell something, since it or another blank is a token.
 * @param {string[]} tokens
 */
const blanksTell = (tokens) => [...SIGNS.values()].some((sign) => tokens.includes(sign));

/**
 * Token ids of a text, and the pieces that the network has no token for. Where all tokens are
 * single signs, spaces between them do not matter unless a blank is a token too; else tokens stand
 * apart.
 * @param {string} text
 * @param {string[]} tokens names by id
 * @returns {{ids: number[], unknown: string[]}}
 */
export function read(text, tokens) {
  const id = new Map(tokens.map((name, i) => [name, i]));
  const pieces = allSingle(tokens)
    ? letters(text, id, blanksTell(tokens))
    : text.split(/\s+/).filter(Boolean);
  /** @type {number[]} */
  const ids = [];
  /** @type {string[]} */
  const unknown = [];
  for (const piece of pieces) {
    const found = id.get(piece);
    if (found === undefined) unknown.push(piece);
    else ids.push(found);
  }
  return { ids, unknown };
}

/**
 * The signs of a text: as the network has them where it can, also letter and accent apart.
 * @param {string} text
 * @param {Map<string, number>} id
 * @param {boolean} blanks are they read
 */
function letters(text, id, blanks) {
  const shown = (/** @type {string} */ c) => (id.has(c) ? c : (SIGNS.get(c) ?? c));
  const apart = (/** @type {string} */ c) =>
    !id.has(c) && [...c].every((point) => id.has(point)) ? [...c] : [c];
  const said = (/** @type {string} */ c) => blanks || id.has(c) || c.trim() !== "";
  return graphemes(text).filter(said).map(shown).flatMap(apart);
}

/**
 * The text of token ids, as `read` takes it.
 * @param {number[]} ids
 * @param {string[]} tokens
 */
export function written(ids, tokens) {
  return ids.map((i) => tokens[i]).join(allSingle(tokens) && blanksTell(tokens) ? "" : " ");
}

// What a reader types, as token ids.

const SIGNS = new Map([
  [" ", "␣"],
  ["\n", "⏎"],
  ["\t", "⇥"],
]);

/**
 * Token ids of a text, and the pieces that the network has no token for. Where all tokens are
 * single signs, spaces between them do not matter unless a space is a token too; else tokens stand
 * apart.
 * @param {string} text
 * @param {string[]} tokens names by id
 * @returns {{ids: number[], unknown: string[]}}
 */
export function read(text, tokens) {
  const id = new Map(tokens.map((name, i) => [name, i]));
  const signs = [...SIGNS].some(([, sign]) => id.has(sign));
  const single = tokens.every((name) => [...name].length === 1);
  const pieces = single
    ? [...text]
        .map((c) => (id.has(c) ? c : (SIGNS.get(c) ?? c)))
        .filter((c) => signs || id.has(c) || (c.trim() && !["␣", "⏎", "⇥"].includes(c)))
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
 * The text of token ids, as `read` takes it.
 * @param {number[]} ids
 * @param {string[]} tokens
 */
export function written(ids, tokens) {
  const single = tokens.every((name) => [...name].length === 1);
  const signs = tokens.includes("␣");
  return ids.map((i) => tokens[i]).join(single && signs ? "" : " ");
}

// Rotary positions: queries and keys turned by where they stand (Su et al. 2021).

/** @import { Model, Rows } from "./forward.js" */

/**
 * Queries or keys of a head, each turned by its position: dimensions i and i + d_head / 2 are a
 * plane, as in `model.turned`.
 * @param {Model} m
 * @param {Rows} rows
 */
export function turned(m, rows) {
  const half = m.d_head / 2;
  return rows.map((row, position) => {
    const out = new Float64Array(m.d_head);
    for (let i = 0; i < half; i++) {
      const angle = position * m.rotary_base ** (-i / half);
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      out[i] = row[i] * cos - row[i + half] * sin;
      out[i + half] = row[i + half] * cos + row[i] * sin;
    }
    return out;
  });
}

// The marks of a figure, as its file describes them: where each stands, what it says, and which is
// next.
const REACH = 12; // pixels from a point within which it is meant

const written = (value) =>
  typeof value === "number"
    ? value
        .toLocaleString(
          "en",
          Math.abs(value) < 1e-3 && value !== 0
            ? { notation: "scientific", maximumSignificantDigits: 4 }
            : { maximumSignificantDigits: 4 },
        )
        .replaceAll(",", "\u202f")
        .replace("-", "−")
    : value;
const named = (kind, label, names, i) =>
  names[i]
    ? `${label || kind} ${names[i]}`
    : names.length > 1
      ? `${kind} ${i + 1} of ${names.length}`
      : "";
const along = (label, value) =>
  typeof value === "number" && label ? `${label} ${written(value)}` : written(value);
const pair = (panel, x, y) =>
  x === null || y === null
    ? along(y === null ? panel.x : panel.y, x ?? y) // the other only says where a mark is put
    : typeof y === "string"
      ? `${y}: ${written(x)}`
      : panel.x || typeof x === "string"
        ? `${along(panel.x, x)}: ${written(y)}`
        : `(${written(x)}, ${written(y)})`;
const barred = (m, i, panel) =>
  m.at[i] === null
    ? `bar ${i + 1} of ${m.at.length}`
    : along(m.across ? panel.y : panel.x, m.at[i]);
export const before = (name, words) => (name ? `${name}, ${words}` : words);

// Each kind of mark: how many there are, where one stands in thousandths of its panel's frame, and
// what is said of it.
export const KINDS = {
  cells: {
    count: (m) => m.values.length * m.values[0].length,
    box: (m, i) => {
      const n = m.values[0].length,
        row = Math.floor(i / n),
        column = i % n;
      return [m.x[column], m.y[row], m.x[column + 1], m.y[row + 1]];
    },
    words: (m, i, panel) => {
      const n = m.values[0].length,
        row = Math.floor(i / n),
        column = i % n,
        value = m.values[row][column];
      const where = [
        named("row", panel.y, m.rows, row),
        named("column", panel.x, m.columns, column),
        m.names?.[row][column],
      ]
        .filter(Boolean)
        .join(", ");
      return `${where || "here"}: ${value === null ? "no value" : written(value)}`;
    },
    step: (m, i, across, down) => {
      const n = m.values[0].length,
        rows = m.values.length;
      const column = Math.max(0, Math.min(n - 1, (i % n) + across)),
        row = Math.max(0, Math.min(rows - 1, Math.floor(i / n) + down));
      return row * n + column;
    },
  },
  bars: {
    count: (m) => m.boxes.length,
    box: (m, i) => m.boxes[i],
    words: (m, i, panel) =>
      before(
        m.name,
        `${barred(m, i, panel)}: ${m.values[i] === null ? "no value" : written(m.values[i])}`,
      ),
  },
  points: {
    count: (m) => m.at.length,
    spot: (m, i) => m.at[i],
    words: (m, i, panel) => {
      const name = m.names?.[i] || m.name,
        x = m.x[i],
        y = m.y[i],
        free = typeof x === "number" && typeof y === "number";
      const words = pair(free ? { x: "" } : panel, x, y);
      return name && free ? `${name} at ${words}` : before(name, words);
    },
  },
  curves: {
    count: (m) => m.at.length,
    spot: (m, i) => m.at[i],
    words: (m, i, panel) => before(m.name, pair(panel, m.x[i], m.y[i])),
  },
};

// The drawing that is displayed, and where its panels stand in the window.
export function laid(about, image) {
  const phone = image.classList.contains("rg-phone") && about.narrow,
    size = phone ? about.narrow : about;
  const r = image.getBoundingClientRect(),
    zoom = [r.width / size.width, r.height / size.height];
  return about.panels.map((panel, i) => {
    const own = phone ? about.narrow.panels[i] : panel,
      [left, top, wide, tall] = own.frame;
    const frame = {
      left: r.left + left * zoom[0],
      top: r.top + top * zoom[1],
      wide: wide * zoom[0],
      tall: tall * zoom[1],
    };
    return { about: panel, frame, marks: own.marks ?? panel.marks };
  });
}

// A mark's box in the window; of a point, the point.
export function boxed({ frame, marks }, { kind, group, i }) {
  const mark = marks[kind][group],
    [a, b, c = a, d = b] = (KINDS[kind].box ?? KINDS[kind].spot)(mark, i);
  const x = (share) => frame.left + (share * frame.wide) / 1000,
    y = (share) => frame.top + (share * frame.tall) / 1000;
  return { left: x(a), top: y(b), right: x(c), bottom: y(d) };
}

function* marksOf(panel, panels) {
  for (const kind of ["points", "curves", "bars", "cells"])
    for (const [group, mark] of panel.marks[kind].entries())
      for (let i = 0; i < KINDS[kind].count(mark); i++)
        yield { panel: panels.indexOf(panel), kind, group, i };
}

// What is under the pointer: the nearest point within reach, else the bar or cell that it is in.
export function under(panels, x, y) {
  let best = null,
    nearest = REACH;
  for (const panel of panels) {
    const { left, top, wide, tall } = panel.frame;
    if (x < left - REACH || y < top - REACH || x > left + wide + REACH || y > top + tall + REACH)
      continue;
    for (const found of marksOf(panel, panels)) {
      const box = boxed(panel, found),
        spot = KINDS[found.kind].spot;
      if (!spot && best && KINDS[best.kind].spot) continue;
      const far = Math.hypot(
        Math.max(box.left - x, 0, x - box.right),
        Math.max(box.top - y, 0, y - box.bottom),
      );
      if (spot ? far <= nearest && ((nearest = far), true) : far === 0) best = found;
    }
  }
  return best;
}

// From one mark to the next by keys: within a matrix across and down, else along the marks of a
// panel and from curve to curve.
export function moved(panels, found, key) {
  const turn = { PageDown: 1, PageUp: -1 }[key];
  if (!found || turn) {
    const count = panels.length,
      panel = found ? (found.panel + turn + count) % count : 0;
    return marksOf(panels[panel], panels).next().value;
  }
  const [across, down] = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  }[key];
  const { marks } = panels[found.panel],
    kind = KINDS[found.kind];
  if (kind.step)
    return { ...found, i: kind.step(marks[found.kind][found.group], found.i, across, down) };
  const groups = ["points", "curves", "bars", "cells"].flatMap((name) =>
    marks[name].map((mark, group) => ({ kind: name, group, mark })),
  );
  const now = groups.findIndex((one) => one.kind === found.kind && one.group === found.group);
  const next = groups[Math.max(0, Math.min(groups.length - 1, now + down))];
  const last = KINDS[next.kind].count(next.mark) - 1;
  return {
    panel: found.panel,
    kind: next.kind,
    group: next.group,
    i: Math.max(0, Math.min(last, found.i + across)),
  };
}

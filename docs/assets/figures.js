// Values of a figure's marks, shown beside the pointer: what is under it, or what the arrow keys have come to. The file that says them is the link in the figure's caption; where it cannot be read, the figure stays a picture.
const REACH = 12; // pixels from a point within which it is meant
const live = document.createElement("div"), tip = document.createElement("div"), ring = document.createElement("div");
live.className = "rg-sr";
live.setAttribute("aria-live", "polite");
tip.className = "rg-tip";
ring.className = "rg-ring";
for (const part of [tip, ring]) {
  part.hidden = true;
  part.setAttribute("aria-hidden", "true"); // what it says is said aloud by `live`, to those who use keys
}
document.body.append(live, ring, tip);

let shown = null; // {figure, found, key, again} of the mark that is shown; by keys, how to show it again where the page has moved
const hide = () => {
  if (!shown) return;
  shown = null;
  tip.hidden = ring.hidden = true;
};

const written = (value) => typeof value === "number"
  ? value.toLocaleString("en", Math.abs(value) < 1e-3 && value !== 0 ? { notation: "scientific", maximumSignificantDigits: 4 } : { maximumSignificantDigits: 4 }).replace("-", "−")
  : value;
const named = (kind, label, names, i) => names[i] ? `${label || kind} ${names[i]}` : names.length > 1 ? `${kind} ${i + 1} of ${names.length}` : "";
const along = (label, value) => typeof value === "number" && label ? `${label} ${written(value)}` : written(value);
const pair = (panel, x, y) => x === null || y === null ? along(y === null ? panel.x : panel.y, x ?? y) // the other only says where a mark is put
  : typeof y === "string" ? `${y}: ${written(x)}` : panel.x || typeof x === "string" ? `${along(panel.x, x)}: ${written(y)}` : `(${written(x)}, ${written(y)})`;
const before = (name, words) => name ? `${name}, ${words}` : words;

// Each kind of mark: how many there are, where one stands in thousandths of its panel's frame, and what is said of it.
const KINDS = {
  cells: {
    count: (m) => m.values.length * m.values[0].length,
    box: (m, i) => { const n = m.values[0].length, row = Math.floor(i / n), column = i % n; return [m.x[column], m.y[row], m.x[column + 1], m.y[row + 1]]; },
    words: (m, i, panel) => {
      const n = m.values[0].length, row = Math.floor(i / n), column = i % n, value = m.values[row][column];
      const where = [named("row", panel.y, m.rows, row), named("column", panel.x, m.columns, column)].filter(Boolean).join(", ");
      return `${where || "here"}: ${value === null ? "no value" : written(value)}`;
    },
    step: (m, i, across, down) => {
      const n = m.values[0].length, rows = m.values.length;
      const column = Math.max(0, Math.min(n - 1, i % n + across)), row = Math.max(0, Math.min(rows - 1, Math.floor(i / n) + down));
      return row * n + column;
    },
  },
  bars: {
    count: (m) => m.boxes.length,
    box: (m, i) => m.boxes[i],
    words: (m, i, panel) => before(m.name, `${m.at[i] === null ? `bar ${i + 1} of ${m.at.length}` : along(m.across ? panel.y : panel.x, m.at[i])}: ${m.values[i] === null ? "no value" : written(m.values[i])}`),
  },
  points: {
    count: (m) => m.at.length,
    spot: (m, i) => m.at[i],
    words: (m, i, panel) => {
      const name = m.names?.[i] || m.name, x = m.x[i], y = m.y[i], free = typeof x === "number" && typeof y === "number";
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
function laid(about, image) {
  const phone = image.classList.contains("rg-phone") && about.narrow, size = phone ? about.narrow : about;
  const r = image.getBoundingClientRect(), zoom = [r.width / size.width, r.height / size.height];
  return about.panels.map((panel, i) => {
    const own = phone ? about.narrow.panels[i] : panel, [left, top, wide, tall] = own.frame;
    const frame = { left: r.left + left * zoom[0], top: r.top + top * zoom[1], wide: wide * zoom[0], tall: tall * zoom[1] };
    return { about: panel, frame, marks: own.marks ?? panel.marks };
  });
}

// A mark's box in the window; of a point, the point.
function boxed({ frame, marks }, { kind, group, i }) {
  const mark = marks[kind][group], [a, b, c = a, d = b] = (KINDS[kind].box ?? KINDS[kind].spot)(mark, i);
  const x = (share) => frame.left + share * frame.wide / 1000, y = (share) => frame.top + share * frame.tall / 1000;
  return { left: x(a), top: y(b), right: x(c), bottom: y(d) };
}

function* marksOf(panel, panels) {
  for (const kind of ["points", "curves", "bars", "cells"])
    for (const [group, mark] of panel.marks[kind].entries())
      for (let i = 0; i < KINDS[kind].count(mark); i++) yield { panel: panels.indexOf(panel), kind, group, i };
}

// What is under the pointer: the nearest point within reach, else the bar or cell that it is in.
function under(panels, x, y) {
  let best = null, nearest = REACH;
  for (const panel of panels) {
    const { left, top, wide, tall } = panel.frame;
    if (x < left - REACH || y < top - REACH || x > left + wide + REACH || y > top + tall + REACH) continue;
    for (const found of marksOf(panel, panels)) {
      const box = boxed(panel, found), spot = KINDS[found.kind].spot;
      if (!spot && best && KINDS[best.kind].spot) continue;
      const far = Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
      if (spot ? far <= nearest && (nearest = far, true) : far === 0) best = found;
    }
  }
  return best;
}

function show(figure, panels, found, { aloud = false, again = null } = {}) {
  const panel = panels[found.panel], box = boxed(panel, found), mark = panel.marks[found.kind][found.group];
  const words = KINDS[found.kind].words(mark, found.i, panel.about), spot = Boolean(KINDS[found.kind].spot), pad = spot ? 6 : 0;
  const key = `${found.panel} ${found.kind} ${found.group} ${found.i}`;
  if (aloud) live.textContent = shown?.figure === figure && shown.found.panel === found.panel ? words : `${before(panel.about.letter, panel.about.words) || "panel"}: ${words}`;
  shown = { figure, found, key, again };
  tip.textContent = words;
  ring.classList.toggle("rg-spot", spot);
  Object.assign(ring.style, { left: `${box.left - pad}px`, top: `${box.top - pad}px`, width: `${box.right - box.left + 2 * pad}px`, height: `${box.bottom - box.top + 2 * pad}px` });
  tip.hidden = ring.hidden = false;
  const room = document.documentElement, t = tip.getBoundingClientRect(), above = box.top - pad - t.height - 6;
  tip.style.left = `${Math.max(4, Math.min((box.left + box.right - t.width) / 2, room.clientWidth - t.width - 4))}px`;
  tip.style.top = `${above >= 4 ? above : box.bottom + pad + 6}px`;
}

// From one mark to the next by keys: within a matrix across and down, else along the marks of a panel and from curve to curve.
function moved(panels, found, key) {
  const turn = { PageDown: 1, PageUp: -1 }[key];
  if (!found || turn) {
    const count = panels.length, panel = found ? (found.panel + turn + count) % count : 0;
    return marksOf(panels[panel], panels).next().value;
  }
  const [across, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  const { marks } = panels[found.panel], kind = KINDS[found.kind];
  if (kind.step) return { ...found, i: kind.step(marks[found.kind][found.group], found.i, across, down) };
  const groups = ["points", "curves", "bars", "cells"].flatMap((name) => marks[name].map((mark, group) => ({ kind: name, group, mark })));
  const now = groups.findIndex((one) => one.kind === found.kind && one.group === found.group);
  const next = groups[Math.max(0, Math.min(groups.length - 1, now + down))];
  const last = KINDS[next.kind].count(next.mark) - 1;
  return { panel: found.panel, kind: next.kind, group: next.group, i: Math.max(0, Math.min(last, found.i + across)) };
}

for (const link of document.querySelectorAll(".rg-figure a.rg-marks")) {
  const figure = link.closest(".rg-figure"), images = [...figure.querySelectorAll("img")], held = images[0]?.closest("p");
  if (!held) continue;
  let about, asked, tapped = false; // null where the file cannot be read
  const load = () => asked ??= fetch(link.href).then((answer) => answer.ok ? answer.json() : null).catch(() => null).then((found) => { about = found; });
  const panels = () => {
    const image = images.find((one) => one.getClientRects().length);
    return about && image ? laid(about, image) : null;
  };
  const at = (x, y) => {
    const there = panels(), found = there && under(there, x, y);
    found ? show(figure, there, found) : hide();
    return found;
  };
  held.tabIndex = 0;
  held.setAttribute("role", "group");
  held.setAttribute("aria-label", `${figure.querySelector("figcaption strong")?.textContent ?? "Figure"} Arrow keys move over its values, Page Up and Page Down from panel to panel, Escape hides them.`);
  for (const image of images) {
    image.addEventListener("pointerenter", load);
    image.addEventListener("pointermove", (e) => { if (e.pointerType === "mouse") at(e.clientX, e.clientY); });
    image.addEventListener("pointerleave", (e) => { if (e.pointerType === "mouse") hide(); });
    // A tap shows a mark; a second one on it, or one beside all marks, is for what the picture does by itself, which is to grow.
    image.addEventListener("pointerdown", (e) => { tapped = e.pointerType !== "mouse"; });
    image.addEventListener("click", (e) => {
      if (!tapped) { hide(); return; }
      tapped = false;
      const key = shown?.figure === figure ? shown.key : null, keep = () => { e.preventDefault(); e.stopPropagation(); };
      if (about !== undefined) { if (at(e.clientX, e.clientY) && shown.key !== key) keep(); return; }
      keep();
      load().then(() => { if (!at(e.clientX, e.clientY)) image.click(); });
    });
  }
  held.addEventListener("focus", load);
  held.addEventListener("blur", hide);
  held.addEventListener("keydown", async (e) => {
    if (e.key === "Escape") { hide(); return; }
    if (e.target !== held || !/^(Arrow(Left|Right|Up|Down)|Page(Up|Down))$/.test(e.key) || e.ctrlKey || e.altKey || e.metaKey) return;
    if (!asked || about) e.preventDefault();
    const there = (await load(), panels());
    if (!there) return;
    const found = moved(there, shown?.figure === figure ? shown.found : null, e.key), again = () => show(figure, panels(), found, { again });
    show(figure, there, found, { aloud: true, again });
    const { top, bottom } = ring.getBoundingClientRect(), middle = innerHeight / 2;
    if (top < 80 || bottom > innerHeight - 20) scrollBy(0, (top + bottom) / 2 - middle);
  });
}
document.addEventListener("pointerdown", (e) => { if (shown && !shown.figure.contains(e.target)) hide(); });
const follow = () => { shown?.again ? shown.again() : hide(); };
addEventListener("scroll", follow, { passive: true, capture: true });
addEventListener("resize", follow);

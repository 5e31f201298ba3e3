// Values of a figure's marks, shown beside the pointer: what is under it, or what the arrow keys
// have come to. The file that says them is the link in the figure's caption; where it cannot be
// read, the figure stays a picture.
import { read } from "./data.js";
import { KINDS, before, boxed, laid, moved, under } from "./marks.js";

const KEYS =
  "Arrow keys move over its values, Page Up and Page Down from panel to panel, Escape hides them.";
const live = document.createElement("div"),
  tip = document.createElement("div"),
  ring = document.createElement("div");
live.className = "rg-sr";
live.setAttribute("aria-live", "polite");
tip.className = "rg-tip";
ring.className = "rg-ring";
for (const part of [tip, ring]) {
  part.hidden = true;
  // what it says is said aloud by `live`, to those who use keys
  part.setAttribute("aria-hidden", "true");
}
document.body.append(live, ring, tip);

// {figure, found, key, again} of the mark that is shown; by keys, how to show it again where the
// page has moved
let shown = null;
const hide = () => {
  if (!shown) return;
  shown = null;
  tip.hidden = ring.hidden = true;
};

function show(figure, panels, found, { aloud = false, again = null } = {}) {
  const panel = panels[found.panel],
    box = boxed(panel, found),
    mark = panel.marks[found.kind][found.group];
  const words = KINDS[found.kind].words(mark, found.i, panel.about),
    spot = Boolean(KINDS[found.kind].spot),
    pad = spot ? 6 : 0;
  const key = `${found.panel} ${found.kind} ${found.group} ${found.i}`;
  if (aloud)
    live.textContent =
      shown?.figure === figure && shown.found.panel === found.panel
        ? words
        : `${before(panel.about.letter, panel.about.words) || "panel"}: ${words}`;
  shown = { figure, found, key, again };
  tip.textContent = words;
  ring.classList.toggle("rg-spot", spot);
  Object.assign(ring.style, {
    left: `${box.left - pad}px`,
    top: `${box.top - pad}px`,
    width: `${box.right - box.left + 2 * pad}px`,
    height: `${box.bottom - box.top + 2 * pad}px`,
  });
  tip.hidden = ring.hidden = false;
  const room = document.documentElement,
    t = tip.getBoundingClientRect(),
    above = box.top - pad - t.height - 6;
  const middle = (box.left + box.right - t.width) / 2;
  tip.style.left = `${Math.max(4, Math.min(middle, room.clientWidth - t.width - 4))}px`;
  tip.style.top = `${above >= 4 ? above : box.bottom + pad + 6}px`;
}

/** @type {NodeListOf<HTMLAnchorElement>} */
const files = document.querySelectorAll(".rg-figure a.rg-marks");
for (const link of files) {
  const figure = link.closest(".rg-figure"),
    images = [...figure.querySelectorAll("img")],
    held = images[0]?.closest("p");
  if (!held) continue;
  let about,
    asked,
    tapped = false; // null where the file cannot be read
  const load = () =>
    (asked ??= read(link.href)
      .then((answer) => (answer.ok ? answer.json() : null))
      .catch(() => null)
      .then((found) => {
        about = found;
      }));
  const panels = () => {
    const image = images.find((one) => one.getClientRects().length);
    return about && image ? laid(about, image) : null;
  };
  const at = (x, y) => {
    const there = panels(),
      found = there && under(there, x, y);
    found ? show(figure, there, found) : hide();
    return found;
  };
  held.tabIndex = 0;
  held.setAttribute("role", "group");
  held.setAttribute(
    "aria-label",
    `${figure.querySelector("figcaption strong")?.textContent ?? "Figure"} ${KEYS}`,
  );
  for (const image of images) {
    image.addEventListener("pointerenter", load);
    image.addEventListener("pointermove", (e) => {
      if (e.pointerType === "mouse") at(e.clientX, e.clientY);
    });
    image.addEventListener("pointerleave", (e) => {
      if (e.pointerType === "mouse") hide();
    });
    // A tap shows a mark; a second one on it, or one beside all marks, is for what the picture
    // does by itself, which is to grow.
    image.addEventListener("pointerdown", (e) => {
      tapped = e.pointerType !== "mouse";
    });
    image.addEventListener("click", (e) => {
      if (!tapped) {
        hide();
        return;
      }
      tapped = false;
      const key = shown?.figure === figure ? shown.key : null,
        keep = () => {
          e.preventDefault();
          e.stopPropagation();
        };
      if (about !== undefined) {
        if (at(e.clientX, e.clientY) && shown.key !== key) keep();
        return;
      }
      keep();
      load().then(() => {
        if (!at(e.clientX, e.clientY)) image.click();
      });
    });
  }
  held.addEventListener("focus", load);
  held.addEventListener("blur", hide);
  held.addEventListener("keydown", async (e) => {
    if (e.key === "Escape") {
      hide();
      return;
    }
    if (
      e.target !== held ||
      !/^(Arrow(Left|Right|Up|Down)|Page(Up|Down))$/.test(e.key) ||
      e.ctrlKey ||
      e.altKey ||
      e.metaKey
    )
      return;
    if (!asked || about) e.preventDefault();
    const there = (await load(), panels());
    if (!there) return;
    const found = moved(there, shown?.figure === figure ? shown.found : null, e.key),
      again = () => show(figure, panels(), found, { again });
    show(figure, there, found, { aloud: true, again });
    const { top, bottom } = ring.getBoundingClientRect(),
      middle = innerHeight / 2;
    if (top < 80 || bottom > innerHeight - 20) scrollBy(0, (top + bottom) / 2 - middle);
  });
}
document.addEventListener("pointerdown", (e) => {
  if (shown && !shown.figure.contains(e.target)) hide();
});
const follow = () => {
  shown?.again ? shown.again() : hide();
};
addEventListener("scroll", follow, { passive: true, capture: true });
addEventListener("resize", follow);

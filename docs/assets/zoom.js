// A figure grows in a dialog: never smaller than on the page, moved by dragging, by its scroll bars
// or by arrow keys, and made larger by two fingers, by the wheel with Ctrl, and by + and −.
// Without this script the SVG is a link of the caption.
const LEAST = 1.5,
  MOST = 2.5; // at first, times the width on the page: between these, the window's
const FAR = 8,
  STEP = 1.25; // times that width at most; by one key or button

const made = (tag, about, ...children) => {
  const one = Object.assign(document.createElement(tag), about);
  one.append(...children);
  return one;
};

class Zoom {
  constructor() {
    const by = (label, words, pressed) => {
      const one = made("button", { type: "button", textContent: words, onclick: pressed });
      one.title = label;
      one.setAttribute("aria-label", label);
      return one;
    };
    this.stage = made("div", { className: "rg-stage", tabIndex: 0 });
    this.stage.setAttribute("role", "region");
    this.stage.setAttribute("aria-label", "Enlarged: arrow keys move it, + and − resize it");
    this.dialog = made(
      "dialog",
      { className: "rg-zoom" },
      made(
        "div",
        { className: "rg-bar" },
        by("Smaller", "−", () => this.scale(this.width / STEP)),
        by("Larger", "+", () => this.scale(this.width * STEP)),
        by("All of it", "All of it", () => this.whole()),
        by("Close", "Close", () => this.dialog.close()),
      ),
      this.stage,
    );
    this.fingers = new Map();
    this.listen();
    document.body.append(this.dialog);
  }

  listen() {
    const { stage, dialog, fingers } = this;
    dialog.addEventListener("close", () => {
      stage.replaceChildren();
      fingers.clear();
      this.opener?.focus({ preventScroll: true });
    });
    dialog.addEventListener("keydown", (event) => this.pressed(event));
    stage.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.scale(this.width * Math.exp(-event.deltaY / 200), event);
      },
      { passive: false },
    );
    stage.addEventListener("pointerdown", (event) => {
      fingers.set(event.pointerId, event);
      stage.setPointerCapture(event.pointerId);
      if (fingers.size === 1) this.moved = 0;
    });
    stage.addEventListener("pointermove", (event) => this.dragged(event));
    for (const end of ["pointerup", "pointercancel"])
      stage.addEventListener(end, (event) => {
        fingers.delete(event.pointerId);
      });
    // beside the figure, a click closes
    stage.addEventListener("click", (event) => {
      const r = this.image.getBoundingClientRect(),
        { clientX: x, clientY: y } = event;
      const beside = x < r.left || x > r.right || y < r.top || y > r.bottom;
      if (beside && this.moved < 4) dialog.close();
    });
  }

  open(image, opener) {
    const shown = image.getBoundingClientRect();
    this.opener = opener;
    this.page = shown.width;
    this.image = made("img", { src: image.currentSrc || image.src, alt: image.alt });
    this.image.draggable = false;
    this.image.style.aspectRatio = `${shown.width} / ${shown.height}`;
    this.stage.replaceChildren(this.image);
    const title = image.closest("figure")?.querySelector("figcaption strong")?.textContent;
    this.dialog.setAttribute("aria-label", title ?? "Figure");
    this.dialog.showModal();
    this.stage.focus();
    const [room] = this.room();
    this.scale(Math.max(LEAST * this.page, Math.min(room, MOST * this.page)));
    this.stage.scrollTo(0, 0);
  }

  // A width in pixels; what is at the pointer, or in the middle, stays where it is.
  scale(width, at) {
    const { stage, image } = this,
      room = stage.getBoundingClientRect();
    const x = at?.clientX ?? room.left + stage.clientWidth / 2;
    const y = at?.clientY ?? room.top + stage.clientHeight / 2;
    const before = image.getBoundingClientRect();
    this.width = Math.max(this.least(), Math.min(width, FAR * this.page));
    image.style.width = `${this.width}px`;
    const after = image.getBoundingClientRect(),
      grown = after.width / (before.width || 1);
    stage.scrollLeft += after.left + (x - before.left) * grown - x;
    stage.scrollTop += after.top + (y - before.top) * grown - y;
  }

  // The width at which all of it is seen.
  least() {
    const [wide, high] = this.room(),
      { width, height } = this.image.getBoundingClientRect();
    return Math.min(wide, (high * width) / height || this.page);
  }

  // Width and height in which the figure can be seen.
  room() {
    const { clientWidth, clientHeight } = this.stage,
      edge = getComputedStyle(this.stage);
    const both = 2 * parseFloat(edge.paddingLeft);
    return [clientWidth - both, clientHeight - both];
  }

  whole() {
    this.scale(0);
  }

  pressed(event) {
    const to = { "+": STEP, "=": STEP, "-": 1 / STEP, "−": 1 / STEP }[event.key];
    if (event.key === "0") this.whole();
    else if (to) this.scale(this.width * to);
    else return;
    event.preventDefault();
  }

  dragged(event) {
    const before = this.fingers.get(event.pointerId),
      { stage, fingers } = this;
    if (!before) return;
    fingers.set(event.pointerId, event);
    const [x, y] = [event.clientX - before.clientX, event.clientY - before.clientY];
    this.moved += Math.hypot(x, y);
    if (fingers.size === 2) {
      const [other] = [...fingers.values()].filter((one) => one.pointerId !== event.pointerId);
      const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      const middle = (name) => (event[name] + other[name]) / 2;
      const at = { clientX: middle("clientX"), clientY: middle("clientY") };
      this.scale((this.width * apart(event)) / (apart(before) || 1), at);
    }
    stage.scrollLeft -= x / fingers.size;
    stage.scrollTop -= y / fingers.size;
  }
}

let zoom = null;
/** @type {NodeListOf<HTMLImageElement>} */
const images = document.querySelectorAll(".md-content img:not(a img, .twemoji img)");
for (const image of images) {
  const link = made("a", { className: "rg-grow", href: image.src, title: "Enlarge" });
  image.replaceWith(link);
  link.append(image);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    zoom ??= new Zoom();
    zoom.open(image, link);
  });
}

// What CSS cannot do: open a fact's card on hover and focus, place it, and sort a table.
/** @type {NodeListOf<HTMLButtonElement>} */
const facts = document.querySelectorAll("button.rg-fact");
for (const button of facts) {
  const card = document.getElementById(button.getAttribute("popovertarget"));
  if (!card?.showPopover) continue;
  let pinned = false,
    timer;
  const open = () => {
    clearTimeout(timer);
    if (!card.matches(":popover-open")) card.showPopover();
    button.setAttribute("aria-expanded", "true");
    const b = button.getBoundingClientRect(),
      room = document.documentElement;
    if (room.clientWidth < 600) {
      card.style.cssText = "";
      return;
    } // a sheet at the bottom, as in the style sheet
    const c = card.getBoundingClientRect(),
      below = b.bottom + 8 + c.height < room.clientHeight;
    card.style.inset = "auto";
    card.style.margin = "0";
    card.style.left = `${Math.max(8, Math.min(b.left, room.clientWidth - c.width - 8))}px`;
    card.style.top = `${below ? b.bottom + 8 : Math.max(8, b.top - c.height - 8)}px`;
  };
  const close = (force) => {
    if ((force || !pinned) && card.matches(":popover-open")) card.hidePopover();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(close, 180);
  };
  button.addEventListener("pointerenter", (e) => {
    if (e.pointerType === "mouse") open();
  });
  button.addEventListener("pointerleave", later);
  button.addEventListener("focus", () => {
    if (button.matches(":focus-visible")) open();
  });
  button.addEventListener("blur", (e) => {
    if (!(e.relatedTarget instanceof Node && card.contains(e.relatedTarget))) later();
  });
  button.addEventListener("click", (e) => {
    e.preventDefault();
    pinned = !pinned;
    pinned ? open() : close(true);
  });
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", later);
  card.addEventListener("toggle", (e) => {
    if (e.newState === "closed") {
      pinned = false;
      button.removeAttribute("aria-expanded");
    }
  });
}

// The theme gives its search no name, and no key reaches a table that it lets scroll.
document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search");
addEventListener("load", () =>
  setTimeout(() => {
    /** @type {NodeListOf<HTMLElement>} */
    const frames = document.querySelectorAll(".md-typeset__scrollwrap");
    for (const frame of frames) if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
  }),
);

// A column's head becomes a button that sorts by it, up, then down; a cell without a value stands
// last either way.
/** @type {NodeListOf<HTMLTableElement>} */
const tables = document.querySelectorAll("[data-sortable] table");
for (const table of tables) {
  const heads = [...table.tHead.rows[0].cells],
    body = table.tBodies[0];
  const keyOf = (row, column) => {
    const cell = row.cells[column],
      raw = cell.querySelector("[data-sort]")?.dataset.sort ?? cell.textContent.trim();
    return raw === "" || isNaN(raw) ? raw : Number(raw);
  };
  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number"
      ? a - b
      : String(a).localeCompare(String(b), undefined, { numeric: true });
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "rg-sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].map((row) => [keyOf(row, column), row]);
      rows.sort(([a], [b]) =>
        a === "" || b === ""
          ? Number(a === "") - Number(b === "")
          : (down ? -1 : 1) * compare(a, b),
      );
      body.append(...rows.map(([, row]) => row));
    });
  });
}

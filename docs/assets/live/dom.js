// Elements of the page. Text is always set as text, so nothing from data becomes markup.
const SVG = "http://www.w3.org/2000/svg";

/**
 * A new element at the end of another.
 * @param {Element} parent
 * @param {string} name
 * @param {Record<string, unknown>} [attributes]
 * @param {string} [text]
 * @returns {any}
 */
export function el(parent, name, attributes = {}, text) {
  const node =
    parent.namespaceURI === SVG || name === "svg"
      ? document.createElementNS(SVG, name)
      : document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== false && value !== undefined)
      node.setAttribute(key, value === true ? "" : String(value));
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
}

/**
 * A button that does something.
 * @param {Element} parent
 * @param {string} text
 * @param {() => void} does
 * @param {Record<string, unknown>} [attributes]
 */
export function button(parent, text, does, attributes = {}) {
  const made = el(parent, "button", { type: "button", ...attributes }, text);
  made.addEventListener("click", does);
  return made;
}

/**
 * Fill a table; the first cell of each line names it.
 * @param {Element} into
 * @param {string[]} heads
 * @param {string[][]} lines
 * @param {string} [caption]
 */
export function table(into, heads, lines, caption) {
  into.replaceChildren();
  if (caption) el(into, "caption", {}, caption);
  const top = el(el(into, "thead"), "tr");
  for (const head of heads) el(top, "th", { scope: "col" }, head);
  const body = el(into, "tbody");
  for (const [name, ...cells] of lines) {
    const row = el(body, "tr");
    el(row, "th", { scope: "row" }, name);
    for (const cell of cells) el(row, "td", {}, cell);
  }
}

/** A share as a reader writes it, on one line. @param {number} share */
export function percent(share) {
  const value = 100 * share;
  if (value > 0 && value < 0.05) return "<\u00a00.1\u00a0%";
  if (value >= 99.95 && value !== 100) return ">\u00a099.9\u00a0%";
  return `${value.toFixed(value < 10 ? 1 : 0)}\u00a0%`;
}

/** A whole number with thin spaces between thousands. @param {number} number */
export const whole = (number) => number.toLocaleString("en").replaceAll(",", "\u202f");

/** A signed number with few digits and a real minus. @param {number} number */
export const few = (number) =>
  !Number.isFinite(number)
    ? "−∞"
    : (Math.abs(number) < 0.005 ? "0.00" : number.toFixed(2)).replace("-", "−");

/**
 * Offer a text as a file.
 * @param {string} name
 * @param {string} content
 * @param {string} type
 */
export function download(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

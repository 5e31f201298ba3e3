// Where a reader enters a sequence: typed, from the keys, or one that the report offers.
import { button, el } from "./dom.js";
import { read, written } from "./reading.js";

/** @import { Playground } from "./playground.js" */

const MOST_KEYS = 40; // tokens up to which each has a key
const NAMED = 5; // unknown pieces that are named
const NONE_FAILS =
  "The report found nothing that this network answers wrongly, among all that it tried.";
const KEYS = "Tokens: click to append, or to replace the locked one; or drag onto the sequence";

/** Input, keys, offered sequences, and a line for what is to be said of them. */
export class Entry {
  /**
   * @param {Element} host
   * @param {Playground} board
   */
  constructor(host, board) {
    this.board = board;
    const { net, small } = board;
    const label = el(host, "label", {}, `Your sequence, at most ${net.model.n_ctx} tokens`);
    const plain = { type: "text", autocomplete: "off", spellcheck: "false", maxlength: "2000" };
    this.input = el(label, "input", plain);
    this.input.addEventListener("input", () => this.typed());
    this.note = el(host, "p", { class: "rg-small rg-live-note", role: "status" });
    if (net.tokens.length <= MOST_KEYS) this.keys(host);
    if (!small) this.presets(el(host, "div", { class: "rg-live-presets" }));
  }

  /** @param {Element} host */
  keys(host) {
    const { board } = this;
    const keys = el(host, "div", { class: "rg-live-keys", role: "group", "aria-label": KEYS });
    board.net.tokens.forEach((name, id) => {
      const key = button(keys, name, () => board.press(id), { draggable: "true" });
      key.addEventListener("dragstart", (/** @type {DragEvent} */ e) =>
        e.dataTransfer?.setData("text/plain", `token ${id}`),
      );
    });
    const last = () => board.remove(board.state.focus ?? board.state.tokens.length - 1);
    button(keys, "⌫", last, { "aria-label": "remove the locked or the last token" });
  }

  /** @param {Element} host */
  presets(host) {
    const { net } = this.board;
    const { presets, counted } = net.about;
    for (const { title, items } of presets) {
      const group = el(host, "div", { role: "group", "aria-label": title });
      el(group, "span", { class: "rg-small" }, title);
      for (const item of items) {
        const name = net.rule.exists ? this.written(item.tokens) : item.note;
        button(group, name, () => this.board.open(item), { title: item.note });
      }
    }
    const tried = net.rule.exists && (net.rule.kind !== "table" || counted.length);
    if (tried && !presets.some(({ title }) => title === "Where it fails"))
      el(host, "p", { class: "rg-small" }, NONE_FAILS);
  }

  /** The end of a sequence, as far as the network reads it. @param {number[]} ids */
  written(ids) {
    const { net } = this.board;
    return written(ids.slice(-net.model.n_ctx), net.tokens);
  }

  /** Tell the reader something of the sequence. @param {string} words */
  say(words) {
    this.note.textContent = words;
  }

  /** Put a sequence where it is typed. @param {number[]} ids */
  put(ids) {
    this.input.value = this.written(ids);
  }

  typed() {
    const { ids, unknown } = read(this.input.value, this.board.net.tokens);
    this.board.tokens(ids);
    if (!unknown.length) return;
    const named = [...new Set(unknown)].slice(0, NAMED).join(" ").slice(0, 60);
    this.say(`Left out, since the network has no such token: ${named}`);
  }
}

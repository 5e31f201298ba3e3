// The playground: one state, one forward pass for it, and panels that all show the same pass.
import { fromAddress, nearest, toAddress } from "./address.js";
import { Bars } from "./bars.js";
import { Curve } from "./curve.js";
import { button, download, el, percent } from "./dom.js";
import { forward, softmax } from "./forward.js";
import { Lens } from "./lens.js";
import { Plane, basis } from "./plane.js";
import { read, written } from "./reading.js";
import { Strip } from "./strip.js";
import { ATTENTION, TRAINED, replacing, ways } from "./switches.js";
import { Tally } from "./tally.js";

/** @import { State } from "./address.js" */
/** @import { Activations, Layer, Weights } from "./forward.js" */
/** @import { Example, Network } from "./network.js" */
/** @import { Demand } from "./rule.js" */

/**
 * @typedef {{right: (boolean | null)[], paths: Float64Array[][]}} History of every checkpoint: is
 *   the end of the sequence answered as the rule demands, and the path of the position in focus
 * @typedef {{net: Network, state: State, w: Weights, f: Activations, demands: (Demand | null)[],
 *   focus: number, wanted: Demand | null, attention: ArrayLike<number> | null, scores:
 *   ArrayLike<number> | null, chances: Float64Array, first: number, path: Float64Array[], history:
 *   History | null}} View
 */

const WORK = 6e7; // multiplications of passes over all checkpoints of a sequence: some tenths of a second
const SMALL = { classes: "rg-live-small" };

/** The playground, or with `small` the sequence and the probabilities alone. */
export class Playground {
  /**
   * @param {HTMLElement} host
   * @param {Network} net
   * @param {Weights[]} weights of the first seed
   * @param {{small: boolean, hash: string, full: string}} options
   */
  constructor(host, net, weights, { small, hash, full }) {
    this.host = host;
    this.net = net;
    this.weights = weights;
    this.small = small;
    this.full = full; // the address of the whole playground
    /** @type {{draw: (view: View) => void}[]} */
    this.parts = [];
    this.written = "";
    /** @type {{key: string, passes: Activations[]} | null} */
    this.known = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.later = undefined;
    /** @type {number | null} */
    this.hovered = null;
    this.queued = false;
    const first = net.about.presets[0]?.items[0] ?? { tokens: [0], step: null };
    const preset =
      net.about.presets.find(({ title }) => title.includes("demonstration"))?.items[0] ?? first;
    /** @type {State} */
    this.state = {
      tokens: preset.tokens.slice(-net.model.n_ctx),
      seed: 0,
      checkpoint: weights.length - 1,
      ...TRAINED,
      focus: null,
      layer: Math.max(0, net.model.n_layers - 1),
      head: net.model.n_heads > 1 ? -1 : 0,
      weighted: false,
      point: null,
    };
    this.build();
    this.go(hash);
  }

  build() {
    const { host, net, small } = this;
    const root = el(host, "div", { class: `rg-live-board${small ? ` ${SMALL.classes}` : ""}` });
    this.buildEntry(el(root, "div", { class: "rg-live-wide" }));
    const wide = (/** @type {string} */ name = "") =>
      el(root, "div", { class: `rg-live-wide ${name}` });
    if (!small) this.parts.push(new Curve(wide(), this));
    if (!small) this.buildSwitches(wide("rg-live-choices"));
    this.parts.push(new Strip(wide(), this));
    this.said = el(wide(), "p", { class: "rg-live-say", role: "status" });
    if (!small && Plane.fits(net.model)) this.parts.push(new Plane(el(root, "div"), this));
    this.parts.push(new Bars(el(root, "div"), this));
    if (!small && net.model.n_layers) this.parts.push(new Lens(wide()));
    if (!small && Tally.fits(net)) this.tally = new Tally(wide(), this);
    if (small) el(wide(), "a", { href: this.full, class: "rg-live-more" }, "Open the playground");
    else this.buildTake(wide());
    (small ? host : document).addEventListener("keydown", (/** @type {any} */ e) => {
      if (e.key === "Escape") {
        this.hovered = null;
        this.set({ focus: null, point: null });
      }
    });
    if (!small)
      addEventListener("hashchange", () => {
        if (location.hash !== this.written) this.go(location.hash);
      });
  }

  /** @param {Element} host */
  buildEntry(host) {
    const { net } = this;
    const label = el(host, "label", {}, `Your sequence, at most ${net.model.n_ctx} tokens`);
    this.input = el(label, "input", {
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      maxlength: "2000",
    });
    this.input.addEventListener("input", () => this.typed());
    this.note = el(host, "p", { class: "rg-small rg-live-note", role: "status" });
    if (net.tokens.length <= 40) {
      const keys = el(host, "div", {
        class: "rg-live-keys",
        role: "group",
        "aria-label":
          "Tokens: click to append, or to replace the locked one; or drag onto the sequence",
      });
      net.tokens.forEach((name, id) => {
        const key = button(keys, name, () => this.press(id), { draggable: "true" });
        key.addEventListener("dragstart", (/** @type {DragEvent} */ e) =>
          e.dataTransfer?.setData("text/plain", `token ${id}`),
        );
      });
      button(keys, "⌫", () => this.remove(this.state.focus ?? this.state.tokens.length - 1), {
        "aria-label": "remove the locked or the last token",
      });
    }
    if (this.small) return;
    const presets = el(host, "div", { class: "rg-live-presets" });
    for (const { title, items } of net.about.presets) {
      const group = el(presets, "div", { role: "group", "aria-label": title });
      el(group, "span", { class: "rg-small" }, title);
      for (const item of items)
        button(
          group,
          net.rule.exists ? written(item.tokens.slice(-net.model.n_ctx), net.tokens) : item.note,
          () => this.open(item),
          { title: item.note },
        );
    }
    if (
      !net.about.presets.some(({ title }) => title === "Where it fails") &&
      net.rule.exists &&
      (net.rule.kind !== "table" || net.about.counted.length)
    )
      el(
        presets,
        "p",
        { class: "rg-small" },
        "The report found nothing that this network answers wrongly, among all that it tried.",
      );
  }

  /** @param {Element} host */
  buildSwitches(host) {
    const { net } = this;
    const chooser = (
      /** @type {string} */ name,
      /** @type {[string, string][]} */ options,
      /** @type {(value: string) => void} */ does,
    ) => {
      const select = el(el(host, "label", {}, `${name} `), "select");
      for (const [value, text] of options) el(select, "option", { value }, text);
      select.addEventListener("change", () => does(select.value));
      return select;
    };
    const box = (/** @type {string} */ name, /** @type {"ffn" | "positions"} */ key) => {
      const label = el(host, "label");
      const check = el(label, "input", { type: "checkbox" });
      el(label, "span", {}, ` ${name}`);
      check.addEventListener("change", () => this.set({ [key]: check.checked, point: null }));
      return check;
    };
    this.controls = {
      attention:
        ways(net).length > 1
          ? chooser(
              "Attention",
              ways(net).map((way) => [way, ATTENTION[way]]),
              (value) => this.set({ attention: /** @type {any} */ (value), point: null }),
            )
          : null,
      ffn: net.model.d_mlp && net.model.n_layers ? box("feed-forward layer", "ffn") : null,
      positions:
        net.model.positions !== "none" && net.model.n_layers ? box("positions", "positions") : null,
      head:
        net.model.n_layers * net.model.n_heads > 1
          ? chooser(
              "Attention of",
              this.heads().map(([value, name]) => [value, name]),
              (value) => {
                const [layer, head] = value.split(".").map(Number);
                this.set({ layer, head: Number.isNaN(head) ? -1 : head });
              },
            )
          : null,
      weighted: net.model.n_layers
        ? chooser(
            "Shown",
            [
              ["plain", "attention"],
              ["weighted", "attention times the length of what is handed over"],
            ],
            (value) => this.set({ weighted: value === "weighted" }),
          )
        : null,
      seed:
        net.about.seeds.length > 1
          ? chooser(
              "Seed",
              net.about.seeds.map(({ seed }, i) => [String(i), `${seed}${i ? "" : " (shown)"}`]),
              (value) => this.change(Number(value)),
            )
          : null,
    };
    button(host, "As it was", () =>
      this.set({ ...TRAINED, focus: null, point: null, checkpoint: this.weights.length - 1 }),
    );
  }

  /** @returns {[string, string][]} */
  heads() {
    const { n_layers, n_heads } = this.net.model;
    const found = /** @type {[string, string][]} */ ([]);
    for (let layer = 0; layer < n_layers; layer++) {
      if (n_heads > 1) found.push([`${layer}.mean`, `layer ${layer}, mean of its heads`]);
      for (let head = 0; head < n_heads; head++)
        found.push([`${layer}.${head}`, n_heads > 1 ? `head ${layer}.${head}` : `layer ${layer}`]);
    }
    return found;
  }

  /** @param {Element} host */
  buildTake(host) {
    const row = el(host, "div", { class: "rg-live-choices" });
    button(row, "Copy link", async () => {
      await navigator.clipboard?.writeText(location.href).catch(() => {});
      this.note.textContent = "The address of this page shows exactly this.";
    });
    if (Plane.fits(this.net.model)) button(row, "Save the plane, SVG", () => this.save());
    button(row, "Save the numbers, JSON", () =>
      download(
        `${this.net.about.name}.json`,
        JSON.stringify(
          {
            address: location.href,
            tokens: this.state.tokens.map((id) => this.net.tokens[id]),
            activations: this.view?.f,
          },
          (_, value) =>
            value instanceof Float64Array
              ? Array.from(value, (x) => (Number.isFinite(x) ? x : null))
              : value,
        ),
        "application/json",
      ),
    );
    el(
      row,
      "a",
      {
        href: new URL(this.net.about.seeds[0].file, this.net.url).href,
        download: `${this.net.about.name}-weights.bin`,
      },
      "Weights, float32",
    );
    const fold = el(host, "details");
    el(fold, "summary", {}, "The same numbers in Python");
    this.code = el(el(fold, "pre"), "code");
  }

  /** The picture of the plane with its colours as they are on the page. */
  save() {
    const picture = /** @type {SVGElement} */ (this.host.querySelector(".rg-live-plane"));
    const copy = /** @type {SVGElement} */ (picture.cloneNode(true));
    const from = [...picture.querySelectorAll("*")];
    [...copy.querySelectorAll("*")].forEach((node, i) => {
      const style = getComputedStyle(from[i]);
      for (const name of [
        "fill",
        "fill-opacity",
        "stroke",
        "stroke-width",
        "stroke-opacity",
        "font-size",
        "font-family",
        "text-anchor",
      ])
        node.setAttribute(name, style.getPropertyValue(name));
    });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    download(
      `${this.net.about.name}-plane.svg`,
      new XMLSerializer().serializeToString(copy),
      "image/svg+xml",
    );
  }

  // what changes the state

  /** @param {Partial<State>} change */
  set(change) {
    Object.assign(this.state, change);
    if (this.queued) return;
    this.queued = true;
    requestAnimationFrame(() => {
      this.queued = false;
      this.draw();
    });
  }

  /**
   * @param {number[]} ids
   * @param {Partial<State>} [more]
   */
  tokens(ids, more = {}) {
    const { n_ctx } = this.net.model;
    if (!ids.length) {
      this.note.textContent = "Type at least one token.";
      return;
    }
    this.note.textContent =
      ids.length > n_ctx
        ? `The network reads ${n_ctx} tokens; those before the last ${n_ctx} are left out.`
        : "";
    this.hovered = null;
    this.set({ tokens: ids.slice(-n_ctx), focus: null, point: null, ...more });
    if (document.activeElement !== this.input)
      this.input.value = written(ids.slice(-n_ctx), this.net.tokens);
  }

  typed() {
    const { ids, unknown } = read(this.input.value, this.net.tokens);
    this.tokens(ids);
    if (unknown.length)
      this.note.textContent = `Left out, since the network has no such token: ${[...new Set(unknown)].slice(0, 5).join(" ").slice(0, 60)}`;
  }

  /** @param {number} id */
  press(id) {
    const { tokens, focus } = this.state;
    if (focus === null) this.tokens([...tokens, id]);
    else
      this.tokens(
        tokens.map((token, i) => (i === focus ? id : token)),
        { focus },
      );
  }

  /** @param {number} i */
  remove(i) {
    if (this.state.tokens.length > 1) this.tokens(this.state.tokens.filter((_, at) => at !== i));
  }

  /**
   * A token from the keys, or one of the sequence, let go over a position.
   * @param {string} what
   * @param {number} to
   */
  dropped(what, to) {
    const [kind, number] = what.split(" ");
    const from = Number(number);
    const { tokens } = this.state;
    if (kind === "token" && from in this.net.tokens)
      this.tokens(tokens.map((token, i) => (i === to ? from : token)));
    if (kind === "at" && from in tokens) {
      const moved = tokens.filter((_, i) => i !== from);
      moved.splice(to, 0, tokens[from]);
      this.tokens(moved);
    }
  }

  /** @param {Example} item */
  open(item) {
    const { steps } = this.net.about.seeds[0];
    const checkpoint =
      item.step === null
        ? steps.length - 1
        : steps.findIndex((step) => step >= /** @type {number} */ (item.step));
    const show = () => {
      this.tokens(item.tokens, { ...TRAINED, checkpoint: Math.max(0, checkpoint) });
      this.note.textContent = item.note;
    };
    if (this.state.seed) this.change(0).then(show);
    else show();
  }

  /** @param {number | null} i */
  hover(i) {
    if (i !== this.hovered) {
      this.hovered = i;
      this.set({});
    }
  }

  /** @param {number} i */
  lock(i) {
    this.set({ focus: this.state.focus === i ? null : i, point: null });
  }

  /**
   * Another seed.
   * @param {number} seed
   * @param {number} [step] by default as near as it has one
   */
  async change(seed, step = this.net.about.seeds[this.state.seed].steps[this.state.checkpoint]) {
    try {
      this.weights = await this.net.seed(seed);
    } catch (error) {
      this.note.textContent = `The weights of this seed did not load: ${/** @type {Error} */ (error).message}.`;
      return;
    }
    const { steps } = this.net.about.seeds[seed];
    this.known = null;
    this.set({
      seed,
      checkpoint: nearest(steps, step),
      point: null,
    });
  }

  /** What an address says. @param {string} hash */
  async go(hash) {
    const { asked, ignored } = fromAddress(this.small ? "" : hash, this.net);
    if (asked.seed !== undefined && asked.seed !== this.state.seed) await this.change(asked.seed);
    Object.assign(
      this.state,
      this.small ? {} : { ...TRAINED, focus: null, weighted: false, point: null },
      asked,
    );
    this.input.value = written(this.state.tokens, this.net.tokens);
    this.note.textContent = ignored.length
      ? `Not understood in the address, and left out: ${ignored.join(", ")}.`
      : "";
    this.draw();
  }

  // what is shown

  /** One forward pass, with everything that the panels show of it. @returns {View} */
  look() {
    const { net, state } = this;
    const w = this.weights[state.checkpoint];
    const f = forward(net.model, w, state.tokens, replacing(net, w, state, state.tokens));
    const demands = net.rule.demands(state.tokens);
    const focus = Math.min(
      this.hovered ?? state.focus ?? state.tokens.length - 1,
      state.tokens.length - 1,
    );
    const path = this.path(f, focus);
    const end = path[path.length - 1];
    let chances = f.probabilities[focus];
    if (state.point && Plane.fits(net.model) && !this.small)
      chances = softmax(this.moved(w, end, state.point));
    const first = chances.indexOf(Math.max(...chances));
    const layer = f.layers[state.layer];
    return {
      net,
      state,
      w,
      f,
      demands,
      focus,
      wanted: demands[focus],
      attention: layer ? this.attention(layer, w, focus) : null,
      scores: layer && state.head >= 0 ? layer.attn_scores[state.head][focus] : null,
      chances,
      first,
      path,
      history: this.small ? null : this.history(focus),
    };
  }

  /**
   * The logits at the point that the end of the path was moved to.
   * @param {Weights} w
   * @param {Float64Array} end
   * @param {[number, number]} point
   */
  moved(w, end, point) {
    const b = basis(this.net.model, w, end);
    const vocabulary = this.net.tokens.length;
    const out = Float64Array.from(w.b_U);
    for (let i = 0; i < end.length; i++) {
      const x = b.origin[i] + point[0] * b.axes[0][i] + point[1] * b.axes[1][i];
      for (let t = 0; t < vocabulary; t++) out[t] += x * w.W_U[i * vocabulary + t];
    }
    return out;
  }

  /**
   * The stream at a position: its start, and after every part.
   * @param {Activations} f
   * @param {number} i
   */
  path(f, i) {
    return f.layers.length
      ? [
          f.layers[0].resid_pre[i],
          ...f.layers.flatMap((layer) =>
            layer.mlp_out ? [layer.resid_mid[i], layer.resid_post[i]] : [layer.resid_mid[i]],
          ),
        ]
      : [f.resid_final[i]];
  }

  /**
   * What the query in focus gives each key: of one head or the mean of all; or these shares times
   * the lengths of the values, as shares again.
   * @param {Layer} layer
   * @param {Weights} w
   * @param {number} focus
   */
  attention(layer, w, focus) {
    const { head, weighted } = this.state;
    const heads = head < 0 ? layer.pattern.map((_, h) => h) : [head];
    if (this.state.attention === "none") return new Float64Array(focus + 1);
    const out = new Float64Array(focus + 1);
    for (const h of heads) {
      const row = layer.pattern[h][focus];
      const given = Float64Array.from({ length: focus + 1 }, (_, j) =>
        weighted ? row[j] * Math.hypot(...layer.v[h][j]) : row[j],
      );
      const total = weighted ? given.reduce((a, b) => a + b, 0) || 1 : 1;
      given.forEach((x, j) => {
        out[j] += x / total / heads.length;
      });
    }
    return out;
  }

  /**
   * The same sequence at every checkpoint, where that takes no longer than a blink; else null.
   * @param {number} focus
   * @returns {History | null}
   */
  history(focus) {
    const { net, state, weights } = this;
    const key = `${state.tokens} ${state.seed} ${state.attention} ${state.ffn} ${state.positions}`;
    if (weights.length * net.about.parameters * state.tokens.length > WORK) return null;
    if (this.known?.key !== key)
      this.known = {
        key,
        passes: weights.map((w) =>
          forward(net.model, w, state.tokens, replacing(net, w, state, state.tokens)),
        ),
      };
    const wanted = net.rule.demands(state.tokens)[focus];
    const { passes } = this.known;
    return {
      paths: passes.map((f) => this.path(f, focus)),
      right: passes.map((f) =>
        wanted
          ? wanted.allowed.includes(f.logits[focus].indexOf(Math.max(...f.logits[focus])))
          : null,
      ),
    };
  }

  draw() {
    const view = (this.view = this.look());
    for (const part of this.parts) part.draw(view);
    this.said.textContent = this.words(view);
    if (this.small) return;
    this.drawControls();
    if (this.code) this.code.textContent = this.python();
    this.written = toAddress(this.state, this.net);
    clearTimeout(this.later);
    this.later = setTimeout(() => history.replaceState(history.state, "", this.written), 150); // browsers limit how often an address may change
  }

  drawControls() {
    const { controls, state } = this;
    if (!controls) return;
    if (controls.attention) controls.attention.value = state.attention;
    if (controls.ffn) controls.ffn.checked = state.ffn;
    if (controls.positions) controls.positions.checked = state.positions;
    if (controls.seed) controls.seed.value = String(state.seed);
    if (controls.weighted) controls.weighted.value = state.weighted ? "weighted" : "plain";
    if (controls.head)
      controls.head.value = `${state.layer}.${state.head < 0 ? "mean" : state.head}`;
  }

  /** @param {View} view */
  words(view) {
    const { net, focus, wanted, first, chances, state } = view;
    const says = `${net.tokens[first]} (${percent(chances[first])})`;
    const at = `After position ${focus}`;
    const moved = state.point ? ", with the end of the path moved," : "";
    if (!net.rule.exists) return `${at}${moved} the first choice is ${says}.`;
    if (!wanted)
      return `${at} the rule demands nothing${moved ? "; with the end of the path moved" : ""}; the first choice is ${says}.`;
    const names = wanted.allowed.map((id) => net.tokens[id]);
    const asks = names.length > 6 ? `one of ${names.length} tokens` : names.join(" or ");
    return `${at} the rule demands ${asks}${wanted.source === null ? "" : net.rule.kind === "positions" ? `, made from position ${wanted.source}` : `, which stands at position ${wanted.source}`}; the first choice${moved} is ${says}: ${wanted.allowed.includes(first) ? "right" : "wrong"}.`;
  }

  /** Python that gives the same activations. */
  python() {
    const { about } = this.net;
    const seed = about.seeds[this.state.seed];
    const lines = [
      "from reportgen.core import config as configs",
      "from reportgen.core.runs import Run",
      "from reportgen.core.study import study_of",
      "from reportgen.pipeline.store import Store",
      "from reportgen.project import Project",
      "",
      "project = Project.find()",
      `config = configs.load(project.config("${about.name}"), rules=project.rules, files=configs.Files.of(project))`,
      `run = Run.load(Store(project.store).last("${about.name}/train").folder / "run.safetensors")`,
      `study = study_of(config, run, ${seed.steps[this.state.checkpoint]})${this.state.seed ? `.of_seed(run.seeds.index(${seed.seed}))` : ""}`,
      `trace = study.trace_of([[${this.state.tokens.join(", ")}]])  # ids of ${JSON.stringify(this.state.tokens.map((id) => this.net.tokens[id]).join(" "))}`,
      "print(trace.pattern(), trace.logits)",
    ];
    if (
      this.state.attention !== "trained" ||
      !this.state.ffn ||
      !this.state.positions ||
      this.state.point
    )
      lines.push("# this is the network as trained; what is switched off above is not");
    return lines.join("\n");
  }
}

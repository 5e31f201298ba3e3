// A film of training becomes a player: a slider from checkpoint to checkpoint below the picture.
// The film is loaded when it is asked for, as a whole, so that every checkpoint is near; until
// then, and on paper, its last frame stands there as a picture. Nothing plays by itself.
import { near } from "./data.js";

const PLAY = "M4 2.5v11l9-5.5z",
  PAUSE = "M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z";
const BACK = "M11.5 2.5v11l-7-5.5zM3 2.5h1.5v11H3z",
  ON = "M4.5 2.5v11l7-5.5zM11.5 2.5H13v11h-1.5z";
const SPEEDS = [0.25, 0.5, 1, 2, 4];
const still = matchMedia("(prefers-reduced-motion: reduce)");

const made = (tag, about, ...children) => {
  const one = Object.assign(document.createElement(tag), about);
  one.append(...children);
  return one;
};
const icon = (path) => `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg>`;
const button = (label, path, pressed) => {
  const one = made("button", { type: "button", innerHTML: icon(path), onclick: pressed });
  one.title = label;
  one.setAttribute("aria-label", label);
  return one;
};
const counted = (number) => number.toLocaleString("en").replaceAll(",", "\u202f");

// "0 3x100 1x50" are the steps 0, 100, 200, 300 and 350.
export function stepsOf(words) {
  const [first, ...runs] = words.split(" "),
    steps = [Number(first)];
  for (const run of runs) {
    const [count, distance] = run.split("x").map(Number);
    for (let i = 0; i < count; i++) steps.push(steps.at(-1) + distance);
  }
  return steps;
}

let playing = null; // the one film that plays

class Film {
  constructor(figure, link) {
    const { steps, rate, held } = figure.dataset;
    this.steps = stepsOf(steps);
    this.rate = Number(rate); // frames a second
    this.held = Number(held); // frames for which the first checkpoint stands
    this.address = link.href;
    this.poster = link.querySelector("img");
    this.place = link.parentElement;
    this.last = this.steps.length - 1;
    this.now = this.last; // the checkpoint that is shown, or asked for: the poster is the last
    this.video = null;
    for (const one of figure.querySelectorAll("figcaption a"))
      if (one.href === this.address) one.dataset.address = this.address; // printed
    link.replaceWith(this.poster);
    this.place.after(this.controls(figure.querySelector("figcaption strong")?.textContent));
    this.poster.addEventListener("click", () => this.clicked());
    this.told();
  }

  controls(title) {
    this.button = button("Play", PLAY, () => this.turn());
    this.slider = made("input", { type: "range", min: 0, max: this.last, step: 1 });
    this.slider.setAttribute("aria-label", "Checkpoint");
    this.slider.addEventListener("input", () => this.show(Number(this.slider.value)));
    this.label = made("span", { className: "rg-step" });
    this.speed = made(
      "select",
      { title: "Speed" },
      ...SPEEDS.map((speed) => made("option", { value: speed, textContent: `${speed}×` })),
    );
    this.speed.value = still.matches ? SPEEDS[0] : 1;
    this.speed.setAttribute("aria-label", "Speed");
    this.speed.addEventListener("change", () => this.paced());
    const bar = made(
      "div",
      { className: "rg-player" },
      this.button,
      button("Checkpoint before", BACK, () => this.show(this.now - 1)),
      button("Checkpoint after", ON, () => this.show(this.now + 1)),
      this.slider,
      this.label,
      this.speed,
    );
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", `Player of ${title ?? "the film"}`);
    bar.addEventListener("keydown", (event) => this.pressed(event));
    return bar;
  }

  // The slider has its own arrows, Home and End, a button its own Space, the speed all of these.
  pressed(event) {
    const { key, target } = event,
      to = {
        ArrowLeft: this.now - 1,
        ArrowRight: this.now + 1,
        ArrowDown: this.now - 1,
        ArrowUp: this.now + 1,
        Home: 0,
        End: this.last,
      }[key];
    if (target === this.speed || event.ctrlKey || event.altKey || event.metaKey) return;
    if (key === " " && target === this.slider) this.turn();
    else if (to !== undefined && target !== this.slider) this.show(to);
    else return;
    event.preventDefault();
  }

  // A click on the picture is easily made by chance: it starts nothing where motion is unwelcome.
  clicked() {
    if (!still.matches || this.runs) this.turn();
  }

  get runs() {
    return playing === this;
  }

  // The video, loaded at the first call; it is seen once it has a frame to show.
  load() {
    this.loaded ??= this.fetched().catch(() => this.failed());
    return this.loaded;
  }

  async fetched() {
    this.label.textContent = "loading …";
    const src = await near(this.address);
    const video = made("video", { playsInline: true, muted: true, preload: "auto", src });
    video.setAttribute("aria-label", this.poster.alt);
    await new Promise((done, wrong) => {
      Object.assign(video, { onloadedmetadata: done, onerror: wrong });
    });
    video.addEventListener("seeked", () => this.arrived());
    video.addEventListener("ended", () => this.pause());
    video.addEventListener("click", () => this.clicked());
    this.video = video;
    this.failing = false;
    this.paced();
  }

  failed() {
    const link = made("a", { href: this.address, textContent: "its file" });
    this.label.replaceChildren("The film cannot be played here; ", link, " can be opened.");
    this.failing = true;
    this.loaded = null; // asked again, it tries again
  }

  paced() {
    if (this.video) this.video.playbackRate = Number(this.speed.value);
  }

  // Show one checkpoint; while the video is on its way to one, only the last that was asked for
  // is gone to next.
  async show(wanted) {
    this.pause();
    this.now = Math.max(0, Math.min(this.last, wanted));
    this.told();
    await this.load();
    this.told();
    this.seek();
  }

  seek() {
    const { video } = this;
    if (!video || this.runs || video.seeking) return;
    const time = this.moment(this.now);
    if (Math.abs(video.currentTime - time) > 0.01 / this.rate) video.currentTime = time;
    else this.seen();
  }

  arrived() {
    if (this.runs) return;
    if (this.checkpoint(this.video.currentTime) === this.now) this.seen();
    else this.seek();
  }

  seen() {
    if (!this.video.isConnected) this.place.append(this.video);
  }

  async turn() {
    if (this.runs) return this.pause();
    playing?.pause();
    playing = this;
    if (this.now === this.last) this.now = 0;
    this.told();
    await this.load();
    if (!this.video) return this.pause();
    if (!this.runs) return undefined;
    this.video.currentTime = this.moment(this.now);
    await new Promise((done) => this.video.addEventListener("seeked", done, { once: true }));
    if (!this.runs) return undefined;
    this.seen();
    return this.video.play().then(
      () => this.follow(),
      () => this.pause(),
    );
  }

  pause() {
    if (!this.runs) return;
    playing = null;
    this.video?.pause();
    this.told();
  }

  // While it plays, the slider goes with it.
  follow() {
    if (!this.runs) return;
    this.now = this.checkpoint(this.video.currentTime);
    this.told();
    requestAnimationFrame(() => this.follow());
  }

  // The middle of the time for which a checkpoint is shown; of the first and the last, a moment.
  moment(i) {
    return (i === 0 ? 0.5 : this.held + i - 0.5) / this.rate;
  }

  checkpoint(time) {
    return Math.max(0, Math.min(this.last, Math.floor(time * this.rate) - this.held + 1));
  }

  told() {
    const words = `step ${counted(this.steps[this.now])} of ${counted(this.steps[this.last])}`;
    const label = this.runs ? "Pause" : "Play";
    if (this.slider.value !== String(this.now)) this.slider.value = this.now;
    this.slider.setAttribute("aria-valuetext", words);
    if (!this.failing && this.label.textContent !== words) this.label.textContent = words;
    if (this.button.title === label) return;
    this.button.innerHTML = icon(this.runs ? PAUSE : PLAY);
    this.button.title = label;
    this.button.setAttribute("aria-label", label);
  }
}

for (const link of document.querySelectorAll(".rg-film[data-steps] a.film")) {
  /** @type {HTMLElement} */
  const figure = link.closest(".rg-film");
  if (stepsOf(figure.dataset.steps).length > 1) new Film(figure, link);
}
addEventListener("beforeprint", () => playing?.pause());

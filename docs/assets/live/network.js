// What a report ships for its playground: live.json and the weights beside it.
import { read } from "../data.js";
import { Rule } from "./rule.js";

/** @import { Model, Weights } from "./forward.js" */

/**
 * @typedef {{seed: number, file: string, first: number, steps: number[], loss: (number | null)[],
 *   error: (number | null)[]}} Seed
 * @typedef {{tokens: number[], note: string, step: number | null}} Example
 * @typedef {{length: number, everything: boolean, contexts: number[][], wrong: number[][]}} Counted
 * @typedef {{rows: number, columns: number, data: string}} Packed
 * @typedef {{format: number, name: string, title: string, system: string, model: Model, tokens:
 *   string[], classes: string[], class_names: Record<string, string>, shapes: [string, number[]][],
 *   parameters: number, checkpoints: number, seeds: Seed[], error_name: string, rule: any, stands:
 *   number[][] | null, counted: Counted[], reader: Packed | null, presets: {title: string, items:
 *   Example[]}[]}} About
 */

const FORMAT = 1;

/**
 * Whole numbers [row * columns + column] out of a line of text: base64 of deflated little-endian
 * int32.
 * @param {Packed} packed
 */
export async function unpacked(packed) {
  const bytes = Uint8Array.from(atob(packed.data), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Int32Array(await new Response(stream).arrayBuffer());
}

/** A file beside another one; an Error whose message a reader understands. @param {URL} url */
async function loaded(url) {
  const answer = await read(url);
  if (!answer.ok)
    throw new Error(`${url.pathname.split("/").at(-1)}: the server said ${answer.status}`);
  return answer;
}

/**
 * A run in the reader's browser: its weights at every checkpoint that was shipped, and its rule.
 */
export class Network {
  /**
   * @param {About} about
   * @param {URL} url where live.json lies
   * @param {Rule} rule
   */
  constructor(about, url, rule) {
    this.about = about;
    this.url = url;
    this.rule = rule;
    this.model = about.model;
    this.tokens = about.tokens;
    /** @type {Map<string, Promise<Float32Array>>} */
    this.files = new Map();
  }

  /** @param {string | URL} address of live.json */
  static async load(address) {
    const url = new URL(address, document.baseURI);
    const about = await (await loaded(url)).json();
    if (about.format !== FORMAT)
      throw new Error(
        `live.json has format ${about.format}, this page reads ${FORMAT}; build the report again`,
      );
    return new Network(about, url, await Rule.of(about));
  }

  /** The numbers of a file of weights, read once. @param {string} name */
  file(name) {
    let found = this.files.get(name);
    if (!found) {
      found = loaded(new URL(name, this.url))
        .then((answer) => answer.arrayBuffer())
        .then((bytes) => {
          const wanted =
            Math.max(
              ...this.about.seeds
                .filter((seed) => seed.file === name)
                .map((seed) => seed.first + seed.steps.length),
            ) *
            this.about.parameters *
            4;
          if (bytes.byteLength !== wanted)
            throw new Error(
              `${name} holds ${bytes.byteLength} bytes, wanted ${wanted}; build the report again`,
            );
          return new Float32Array(bytes);
        });
      found.catch(() => this.files.delete(name)); // so that it can be tried again
      this.files.set(name, found);
    }
    return found;
  }

  /**
   * The weights of a seed at all its checkpoints.
   * @param {number} index into about.seeds
   * @returns {Promise<Weights[]>}
   */
  async seed(index) {
    const { file, first, steps } = this.about.seeds[index];
    const flat = await this.file(file);
    return steps.map((_, i) =>
      this.named(
        flat.subarray((first + i) * this.about.parameters, (first + i + 1) * this.about.parameters),
      ),
    );
  }

  /**
   * One network's numbers by name.
   * @param {Float32Array} flat
   * @returns {Weights}
   */
  named(flat) {
    /** @type {Weights} */
    const weights = {};
    let at = 0;
    for (const [name, shape] of this.about.shapes) {
      const size = shape.reduce((a, b) => a * b, 1);
      weights[name] = flat.subarray(at, (at += size));
    }
    return weights;
  }
}

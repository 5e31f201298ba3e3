// What the playground says in words: of the position in focus, and the same in Python.
import { percent } from "./dom.js";

/** @import { State } from "./address.js" */
/** @import { Network } from "./network.js" */
/** @import { View } from "./view.js" */

const MOST = 6; // tokens that are named one by one

/** What is demanded after the position in focus, and what the network says. @param {View} view */
export function sentence({ net, focus, wanted, first, chances, state }) {
  const says = `${net.tokens[first]} (${percent(chances[first])})`;
  const at = `After position ${focus}`;
  const end = "with the end of the path moved";
  if (!net.rule.exists)
    return `${at}${state.point ? `, ${end},` : ""} the first choice is ${says}.`;
  const demands = `${at} the rule demands`;
  if (!wanted)
    return `${demands} nothing${state.point ? `; ${end}` : ""}; the first choice is ${says}.`;
  const names = wanted.allowed.map((id) => net.tokens[id]);
  const asks = names.length > MOST ? `one of ${names.length} tokens` : names.join(" or ");
  const stands = net.rule.kind === "positions" ? "made from" : "which stands at";
  const source = wanted.source === null ? "" : `, ${stands} position ${wanted.source}`;
  const choice = `the first choice${state.point ? `, ${end},` : ""} is ${says}`;
  const fate = wanted.allowed.includes(first) ? "right" : "wrong";
  return `${demands} ${asks}${source}; ${choice}: ${fate}.`;
}

/**
 * Python that gives the same activations.
 * @param {Network} net
 * @param {State} state
 */
export function python({ about, tokens }, state) {
  const seed = about.seeds[state.seed];
  const of = state.seed ? `.of_seed(run.seeds.index(${seed.seed}))` : "";
  const names = JSON.stringify(state.tokens.map((id) => tokens[id]).join(" "));
  const lines = [
    "from reportgen.core import config as configs",
    "from reportgen.core.runs import Run",
    "from reportgen.core.study import study_of",
    "from reportgen.pipeline.store import Store",
    "from reportgen.project import Project",
    "",
    "project = Project.find()",
    "files = configs.Files.of(project)",
    `path = project.config("${about.name}")`,
    "config = configs.load(path, rules=project.rules, files=files)",
    `folder = Store(project.store).last("${about.name}/train").folder`,
    'run = Run.load(folder / "run.safetensors")',
    `study = study_of(config, run, ${seed.steps[state.checkpoint]})${of}`,
    `tokens = [${state.tokens.join(", ")}]  # ids of ${names}`,
    "trace = study.trace_of([tokens])",
    "print(trace.pattern(), trace.logits)",
  ];
  const asTrained = state.attention === "trained" && state.ffn && state.positions;
  if (!asTrained || state.point)
    lines.push("# this is the network as trained; what is switched off above is not");
  return lines.join("\n");
}

"""A bundle does what its modules do, in a browser; what cannot be bundled is refused with its
place.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from reportgen.errors import StageError
from reportgen.offline.bundle import bundle
from reportgen.offline.masked import masked
from reportgen.offline.offline import work_as_files

PAGE = """<!doctype html><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,">
<body><script src="in/main.js" type="module"></script><p id="late"></p></body>"""
# every form that is known, and what only looks like one
ODD = {
    "in/main.js": r"""
import "./first.js"; // import "./nowhere.js";
import plain, { one, two as deux, default as again } from './many.js';
import * as all from "./many.js"
import {
  // { three } of three lines
  Kind,
  even,
} from "../out/circle.js";
import Named from "./named.js";
const text = "import { a } from './b.js'", templ = `
export default ${[1, 2].map((n) => `${n}/${"}"}`).join()} import "c.js"`;
/* export { nothing }; "
import x from "y" */
const ratio = 8 / 4 / 2, pattern = /["'`/]import "[/]/.test('"\'`/import "/'), open = [/a"/, 1][1];
const map = { import: 1, export: 2 }, $other = map.import + map.export;
const later = await_it();
async function await_it() {
  const { lazy } = await import("./lazy.js");
  return lazy;
}
const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
worker.onmessage = async ({ data }) => {
  window.told = JSON.stringify([
    plain(), one, deux, again === plain, all.two, Object.keys(all).sort(), even(7), Kind.of(2).name,
    new Named().name, text, templ, ratio, pattern, open, $other, await later, data,
    new URL("data.css", import.meta.url).href.split("/").slice(-2), this === undefined,
    window.order, document.getElementById("late") !== null, stringly(),
  ]);
};
worker.postMessage(20);
function stringly() { return "a" + `b` / 2 + "c" }
""",
    "in/first.js": """window.order = ["first"];\nexport {};\n""",
    "in/many.js": """
window.order.push("many");
export default function named() { return "default" }
export const one = 1;
const zwei = 2;
export { zwei as two, };
""",
    "in/named.js": "export default class extends Object { get name() { return 'anonymous' } }\n",
    "in/lazy.js": """window.order.push("lazy");\nexport const lazy = `lazy ${{ a: 1 }.a}`;\n""",
    "out/circle.js": """
import { odd } from "./back.js";
window.order.push("circle");
export function even(n) { return n === 0 ? true : odd(n - 1) }
export class Kind { static of(n) { return new Kind(n) } constructor(n) { this.name = `kind ${n}` } }
""",
    "out/back.js": """
import { even } from "./circle.js";
window.order.push("back");
export function odd(n) { return n === 0 ? false : even(n - 1) }
""",
    "in/worker.js": """
import { twice } from "./shared.js";
self.onmessage = ({ data }) => postMessage(twice(data) + 2);
""",
    "in/shared.js": "export const twice = (n) => 2 * n;\n",
}
REFUSED = {  # what it is -> the module, and what is said
    "of several": ("export const a = 1, b = 2;", "a.js:1: an export of several constants"),
    "changing": ("\nexport let a = 1;", "a.js:2: `export let a = 1;`"),
    "taken apart": ("export const { a } = b;", "a.js:1: `export const { a } = b;`"),
    "all of another": ('export * from "./b.js";', 'a.js:1: `export * from "./b.js";`'),
    "of another": ('export { a } from "./b.js";', 'a.js:1: `export { a } from "./b.js";`'),
    "not known before": ("import(name);", "a.js:1: `import(name);`"),
    "with a type": (
        'import a from "./a.json" with { type: "json" };',
        'a.js:1: `import a from "./a.json" with { type: "json" };`',
    ),
    "about itself": ("import.meta.env;", "a.js:1: `import.meta.env;`"),
    "bare": ('import a from "lib";', "a.js:1: a module 'lib' from elsewhere"),
    "of a host": (
        'import a from "https://a.example/a.js";',
        "a.js:1: a module 'https://a.example/a.js' from elsewhere",
    ),
    "above": ('import a from "../a.js";', "a.js:1: a module '../a.js' from elsewhere"),
    "waiting": ("f();\nawait f();", "a.js:2: an await outside of functions"),
    "a worker": ("new Worker(address);", "a.js:1: `new Worker(address);`"),
    "no end of a string": ("f('a);", "a.js:1: a string that does not end"),
    "no end of a template": ("f(`a${b});", "a.js:1: a template that does not end"),
}


def laid(folder: Path, modules: Mapping[str, str]) -> Path:
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    for name, text in modules.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.browser
def test_a_bundle_does_what_its_modules_do(
    chromium: Any, served: Callable[[Path], str], tmp_path: Path
) -> None:
    def told(address: str) -> Any:
        page, wrong = chromium.new_page(), []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        page.wait_for_function("window.told")
        found = page.evaluate("window.told")
        page.close()
        assert not wrong
        return json.loads(found)

    laid(tmp_path, ODD)
    modules = told(served(tmp_path) + "/index.html")
    assert modules[:8] == ["default", 1, 2, True, 2, ["default", "one", "two"], False, "kind 2"]
    assert modules[16] == 42
    work_as_files(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*.js")) == ["main.js"]
    assert told((tmp_path / "index.html").as_uri()) == modules


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_not_known_is_refused(kind: str) -> None:
    text, said = REFUSED[kind]
    texts = {"a.js": text, "b.js": "export const a = 1;"}
    with pytest.raises(StageError) as refused:
        bundle("a.js", texts.__getitem__)
    words = f"{said}, which `reportgen offline` cannot make a plain script of"
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        (
            {"in/main.js": 'import { b } from "./a.js";', "in/a.js": "export const a = 1;"},
            "in/main.js: in/a.js exports no b",
        ),
        (
            {"in/main.js": 'import "./a.js";'},
            "in/a.js: a module imports it, but it is no file of the site",
        ),
        (
            {"in/main.js": '\nfetch("a.json");'},
            "in/main.js:2: a page opened from a file may not fetch; docs/assets/data.js has"
            " `read`, which can do both",
        ),
        (
            {
                "in/main.js": 'new Worker(new URL("w.js", import.meta.url), { type: "module" });',
                "in/w.js": "f(import.meta.url);",
            },
            "in/w.js: a worker that asks for its own address, or begins another, cannot be made a"
            " plain script",
        ),
        (
            {},
            "index.html: the module in/main.js is no file of the site, and a page opened from a"
            " file can load no other",
        ),
    ],
)
def test_what_cannot_work_in_a_site_is_refused(
    tmp_path: Path, modules: Mapping[str, str], said: str
) -> None:
    laid(tmp_path, modules)
    with pytest.raises(StageError) as refused:
        work_as_files(tmp_path)
    assert str(refused.value) == said


def test_modules_of_pages_that_cannot_be_plain_are_refused(tmp_path: Path) -> None:
    laid(tmp_path, {"in/main.js": 'import "./a.js";', "in/a.js": ""})
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    twice = '<script type="module" src="in/a.js"></script>'
    (tmp_path / "index.html").write_text(page + twice, encoding="utf-8")
    with pytest.raises(StageError) as refused:
        work_as_files(tmp_path)
    assert str(refused.value) == (
        "in/a.js: a page begins with this module, and in/main.js holds it too: as plain scripts it"
        " would run twice"
    )
    (tmp_path / "index.html").write_text('<script type="module">f()</script>', encoding="utf-8")
    with pytest.raises(StageError) as refused:
        work_as_files(tmp_path)
    assert str(refused.value) == (
        "index.html: a module is written in the page itself, which `reportgen offline` cannot make"
        " a plain script of; put it into a file of docs/"
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a // b\nc /* d\n */ e", "a     \nc     \n    e"),
        ('f(\'a\', "b\\"c")', "f(' ', \"    \")"),
        ("a = b / c / d;", "a = b / c / d;"),
        ("return /a[/]'/g.b", f"return {8 * ' '}.b"),
        ("f(`a${ b(`c`) }d`)", "f(     b(   )    )"),
        ("`${ { a: 1 } }`", "    { a: 1 }   "),
    ],
)
def test_only_code_is_looked_at(text: str, code: str) -> None:
    assert masked(text, "a.js") == code

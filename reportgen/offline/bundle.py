"""A module and all that it imports as one plain script, which runs as they would.

Imports that go in a circle are there once the circle has run, as far as functions use them.
"""

import json
import posixpath
from collections.abc import Callable

from reportgen.errors import StageError
from reportgen.offline.modules import Module, taken_apart

RUNTIME = """(() => {
const $source = typeof document === "undefined" ? "" : document.currentScript.src;
const $made = {}, $begun = {};
const $address = (name) => new URL($paths[name], $source).href;
const $later = (name) => Promise.resolve().then(() => $load(name).exports);
const $worker = (name) => ($begun[name] ??= URL.createObjectURL(new Blob([$workers[name]])));
const $take = (name, taken) => {
  const one = $load(name);
  one.done ? taken(one.exports) : one.waiting.push(taken);
};
const $load = (name) => {
  if ($made[name]) return $made[name];
  const one = ($made[name] = { exports: {}, waiting: [], done: false });
  $modules[name].call(undefined, one.exports);
  one.done = true;
  for (const taken of one.waiting) taken(one.exports);
  return one;
};
"""


def bundle(
    entry: str, text_of: Callable[[str], str], *, as_worker: bool = False
) -> tuple[str, set[str]]:
    """The script, and the modules that it holds.

    `entry` is the path of a module below the site, and `text_of` what lies at a path. StageError
    names file and line of what a plain script cannot do.
    """
    modules = _gathered(entry, text_of)
    _check_names(modules)
    if as_worker:
        _check_worker(modules)
    begun = sorted({name for each in modules.values() for name in each.workers})
    workers = {name: bundle(name, text_of, as_worker=True) for name in begun}
    above = posixpath.dirname(entry) or "."
    parts = [
        RUNTIME,
        f"const $paths = {_json({m: posixpath.relpath(m, above) for m in sorted(modules)})};",
        f"const $workers = {_json({name: text for name, (text, _) in workers.items()})};",
        "const $modules = {",
        *(_function(name, modules[name]) for name in sorted(modules)),
        "};",
        f"$load({_json(entry)});",
        "})();",
    ]
    held = {*modules, *(name for _, names in workers.values() for name in names)}
    return "\n".join(parts) + "\n", held


def _gathered(entry: str, text_of: Callable[[str], str]) -> dict[str, Module]:
    found, wanted = dict[str, Module](), [entry]
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = each = taken_apart(text_of(name), name)
            wanted += [*(other for other, _ in each.needs), *each.later]
    return found


def _check_names(modules: dict[str, Module]) -> None:
    for name, module in modules.items():
        for other, names in module.needs:
            for wanted in names.values():
                if wanted != "*" and wanted not in modules[other].exports:
                    raise StageError(f"{name}: {other} exports no {wanted}")


def _check_worker(modules: dict[str, Module]) -> None:
    for name, module in modules.items():
        if module.asks_address or module.workers:
            raise StageError(
                f"{name}: a worker that asks for its own address, or begins another, cannot be made"
                " a plain script"
            )


def _function(name: str, module: Module) -> str:
    """A module as a function that runs it once."""
    taken = [
        f"$take({_json(other)}, ($one) => {{ {_assigned(names)} }});"
        for other, names in module.needs
    ]
    mine = [name for _, names in module.needs for name in names]
    shared = ", ".join(f"{_json(theirs)}: {own}" for theirs, own in module.exports.items())
    lines = [
        f'{_json(name)}: function ($exports) {{ "use strict";',
        *([f"let {', '.join(mine)};"] if mine else []),
        *taken,
        module.text,
        f"Object.assign($exports, {{ {shared} }});",
        "},",
    ]
    return "\n".join(lines)


def _assigned(names: object) -> str:
    assert isinstance(names, dict)
    said = (
        f"{mine} = $one{'' if theirs == '*' else f'[{_json(theirs)}]'};"
        for mine, theirs in names.items()
    )
    return " ".join(said)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

"""The public names of the package with their signatures, as text: a line a thing."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import reportgen
import reportgen.api

# of what can be iterated, counted or shown
TOKENS = "str | Sequence[str | int] | Sequence[Sequence[str | int]] | ndarray"
SPECIAL = ("__len__", "__getitem__", "__iter__", "__contains__", "_repr_html_", "_repr_svg_")


def public() -> Iterator[tuple[str, object]]:
    """Every public object by its dotted name, members of classes among them."""
    for module in (reportgen, reportgen.api):
        for name in module.__all__:
            yield from members(f"{module.__name__}.{name}", getattr(module, name))


def members(name: str, found: object) -> Iterator[tuple[str, object]]:
    """An object, and of a class what belongs to it; of an alias of one that was told, itself."""
    yield name, found
    if inspect.isclass(found) and name.startswith("reportgen.api."):
        for own in dir(found):
            inner = inspect.getattr_static(found, own)
            if not own.startswith("_") or (own in SPECIAL and own in vars(found)):
                yield f"{name}.{own}", inner


def short(words: str) -> str:
    """A type without the modules it comes from."""
    words = re.sub(r"<class '([^']*)'>", r"\1", words)
    words = re.sub(r"\b(?:[a-z_]+\.)+(?=\w)", "", words)
    return words.replace(TOKENS, "Tokens")


def told(name: str, found: object) -> str:
    """One line: a signature, the type of a property, the fields of a dataclass."""
    if isinstance(found, property) or hasattr(found, "func"):
        function = found.fget if isinstance(found, property) else found.func
        return f"{name}: {inspect.signature(function).return_annotation}"
    if inspect.isclass(found):
        if is_dataclass(found):
            known = ", ".join(f"{f.name}: {f.type}" for f in fields(found) if f.name[0] != "_")
            return f"{name}: {known}"
        return f"{name}: {found.__qualname__}"
    if callable(found):
        return f"{name}{inspect.signature(found)}"
    return f"{name}: {type(found).__name__}"


def text() -> str:
    """All of it, in the order of names."""
    lines = [told(*each).partition(each[0])[2] for each in public()]
    return "".join(f"{name}{short(line)}\n" for (name, _), line in zip(public(), lines))

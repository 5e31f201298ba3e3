"""Functions that templates call, with what they are called with checked: a template is told what it
got wrong, not what Python made of it.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from reprlib import repr as shortened
from typing import ParamSpec, TypeVar

from jinja2 import Undefined

from reportgen.errors import TemplateError

WANTED: dict[object, tuple[tuple[type, ...], str]] = {
    str: ((str,), "text in quotes"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    bool: ((bool,), "true or false"),
}
Given = ParamSpec("Given")
Result = TypeVar("Result")


def checked(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """The function, which raises TemplateError where it is called with too much, too little, or
    something of another type.
    """
    name, signature = function.__name__, inspect.signature(function)

    @wraps(function)
    def call(*given: Given.args, **named: Given.kwargs) -> Result:
        try:
            bound = signature.bind(*given, **named)
        except TypeError as error:
            raise TemplateError(
                f"{name}: {error}; it is called as {_called(name, signature)}"
            ) from error
        for key, value in bound.arguments.items():
            if isinstance(value, Undefined):
                str(value)  # says which name is not defined
            types, words = WANTED.get(signature.parameters[key].annotation, ((object,), ""))
            if (
                not isinstance(value, types)
                or isinstance(value, bool)
                and bool not in (*types, object)
            ):
                raise TemplateError(f"{name}: {key}: got {shortened(value)}, wanted {words}")
        return function(*given, **named)

    return call


def _called(name: str, signature: inspect.Signature) -> str:
    return f"{name}({', '.join(signature.parameters)})"

"""One rule a file; `base` says what a rule is, `automaton` tabulates it."""

from reportgen.extensions import folders

__path__ = [*__path__, *map(str, folders("rules"))]

"""One rule a file; `base` says what a rule is, `automaton` tabulates it."""

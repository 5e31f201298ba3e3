"""Templates in, Markdown out: what a page says of a model is bound to what was measured."""

"""Templates in, Markdown out: what a page says of a network is bound to what was measured."""

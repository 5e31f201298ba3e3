"""Tasks of inputs and outputs: every input there is, answered by a function of it."""

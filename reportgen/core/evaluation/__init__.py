"""Many networks evaluated on the same data at all checkpoints."""

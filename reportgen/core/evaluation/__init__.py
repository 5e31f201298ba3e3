"""Many networks judged on the same data at all checkpoints, a way for each family of rules."""

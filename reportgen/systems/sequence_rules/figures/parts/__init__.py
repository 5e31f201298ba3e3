"""systems/sequence_rules/figures/parts."""

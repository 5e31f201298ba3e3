"""systems/sequence_rules/figures."""

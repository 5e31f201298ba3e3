"""systems/sequence_rules."""

"""systems/sequence_rules/facts."""

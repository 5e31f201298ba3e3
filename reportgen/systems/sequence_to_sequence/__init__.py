"""systems/sequence_to_sequence."""

"""systems/sequence_to_sequence/figures/parts."""

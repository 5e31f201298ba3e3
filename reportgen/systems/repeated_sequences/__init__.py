"""systems/repeated_sequences."""

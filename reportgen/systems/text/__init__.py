"""systems/text."""

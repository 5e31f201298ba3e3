"""systems/text/figures/parts."""

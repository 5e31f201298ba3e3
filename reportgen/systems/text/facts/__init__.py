"""Facts and claims about networks that read a text."""

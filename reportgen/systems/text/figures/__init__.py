"""Figures about networks that read a text."""

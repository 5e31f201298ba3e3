"""Figures of networks that read sequences which repeat themselves."""

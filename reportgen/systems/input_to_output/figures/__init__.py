"""Figures of networks that answer inputs."""

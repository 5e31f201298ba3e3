"""The site as a zip whose pages work when they are opened as files, without a server.

A browser lets such a page load pictures, style sheets and plain scripts, but neither modules nor
data: modules become plain scripts, and data lie in plain scripts too.
"""

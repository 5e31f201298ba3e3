"""One file a subject: statements about a network, and the criteria by which its facts decide
them.
"""

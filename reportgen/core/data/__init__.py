"""The data of a configuration: what every kind of them offers, and whether there is anything to
show.
"""

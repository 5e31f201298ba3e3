"""One figure a file: compute (numbers of a study), scale (limits over all frames), draw (artists),
caption and alt (words).
"""

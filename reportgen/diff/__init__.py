"""What moved from one build of a report to another, or from what was accepted: facts, verdicts,
pictures, films and sentences, read from the files that were built.
"""

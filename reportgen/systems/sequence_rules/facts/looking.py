"""Does the rule ask to look back, and where it does not, is attention idle?"""

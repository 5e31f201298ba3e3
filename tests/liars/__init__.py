"""Networks that are made to lie: trained ones with a part of them broken, and what their pages may
not say.
"""

"""Sheets for a phone: what a figure drew for a wide page, laid out anew."""

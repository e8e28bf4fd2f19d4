"""Whole projects without the window: what is to be asked, and asking it."""

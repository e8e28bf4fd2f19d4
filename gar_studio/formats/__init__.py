"""Formats that labels leave in."""

"""Holds answers against those that the authors of GAR released with their code."""

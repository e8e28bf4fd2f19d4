"""Masks, prompts, regions, categories, relations and exchanges: plain frozen values."""

"""Measurements on real photos: `python -m benchmarks.NAME`; figures are in docs/figures.md."""

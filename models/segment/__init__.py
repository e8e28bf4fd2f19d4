"""Segmenters: GrabCut without weights, SAM with them."""

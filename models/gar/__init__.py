"""GAR: Grasp Any Region (arXiv 2510.18876) on transformers' Perception-LM."""

"""gar-nano: a small GAR trained on drawn scenes, which ships with the program."""

"""How good a model is: right answers counted, with their uncertainty."""

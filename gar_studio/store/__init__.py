"""The project on disk: one SQLite file that is never behind what a person accepted."""

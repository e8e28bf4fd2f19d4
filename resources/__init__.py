"""Data that ships with the studio: theme and sample project."""

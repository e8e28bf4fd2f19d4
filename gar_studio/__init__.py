"""GAR Studio's core: what an annotation is and what can be done to it.  No Qt, no torch."""

__version__ = "0.1.0"

"""Names of categories as paths: “animal/dog” is a dog below the animals.

The path is the whole of the hierarchy.  A parent needs no category of its own, and a name without
a stroke is a category at the top.
"""

STROKE = "/"


def tidy(name: str) -> str:
    """Return a name with single spaces, and none at the ends of its parts."""
    return STROKE.join(" ".join(part.split()) for part in name.split(STROKE))


def has_empty_part(name: str) -> bool:
    """Whether a tidy name has nothing before, after or between its strokes."""
    return "" in name.split(STROKE)


def parent_of(name: str) -> str:
    """Return the path of the parent, or "" at the top."""
    return name.rpartition(STROKE)[0]


def leaf_of(name: str) -> str:
    """Return the last part of a name."""
    return name.rpartition(STROKE)[2]


def depth_of(name: str) -> int:
    """Return how many parents a name has."""
    return name.count(STROKE)


def is_within(name: str, path: str) -> bool:
    """Whether a name is the path itself or lies below it."""
    return name == path or name.startswith(path + STROKE)


def moved(name: str, *, old: str, new: str) -> str:
    """Return the name that something within `old` has once that is called `new`."""
    return new + name[len(old) :]

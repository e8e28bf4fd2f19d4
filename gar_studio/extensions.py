"""Finds what packages bring, by entry point, so that the core imports none of them."""

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points

from gar_studio.errors import EngineError
from gar_studio.language import tr


def available(group: str) -> Mapping[str, EntryPoint]:
    """Return every installed entry point of a group by its name."""
    return {point.name: point for point in entry_points(group=group)}


def load(points: Mapping[str, EntryPoint], name: str, *, noun: str) -> object:
    """Import what stands under `name`.

    Args:
        points: by name, see `available`.
        name: one of theirs.
        noun: what messages call it, such as “engine”.

    Raises:
        EngineError: there is none, or its package cannot be imported.
    """
    if name not in points:
        known = ", ".join(sorted(points)) or tr("none: install GAR Studio with pip first")
        raise EngineError(
            tr("There is no {noun} called “{name}”.", noun=tr(noun), name=name),
            advice=tr("Those that are known: {known}.", known=known),
        )
    try:
        return points[name].load()
    except (ImportError, AttributeError) as error:
        raise EngineError(
            tr(
                "The {noun} “{name}” cannot be loaded: {error}.",
                noun=tr(noun),
                name=name,
                error=error,
            ),
            advice=tr("Run “gar-studio doctor” to see what is missing."),
        ) from error

"""Finds engines by entry point, so that no room of the house imports another one's engines."""

import logging
from collections.abc import Mapping
from importlib.metadata import EntryPoint

from gar_studio import extensions
from gar_studio.engines.construction import (
    EngineFactory,
    EngineKind,
    EngineOptions,
    ModelSource,
)
from gar_studio.engines.description import Describer
from gar_studio.engines.segmentation import Segmenter
from gar_studio.errors import EngineError
from gar_studio.language import mark, tr

_LOG = logging.getLogger(__name__)

GROUP = "gar_studio.engines"
DEFAULT_SEGMENTER = "grabcut"
DEFAULT_DESCRIBER = "gar-nano"


def available() -> Mapping[str, EntryPoint]:
    """Return the entry point of every installed engine by its name."""
    return extensions.available(GROUP)


def factory(name: str) -> EngineFactory:
    """Return the factory called `name`.

    Raises:
        EngineError: there is none, or its package cannot be imported.
    """
    loaded = extensions.load(available(), name, noun=mark("engine"))
    if not isinstance(loaded, EngineFactory):
        raise EngineError(tr("The entry point “{name}” is not an engine factory.", name=name))
    return loaded


def factories(kind: EngineKind) -> Mapping[str, EngineFactory]:
    """Return every engine of a kind that can be found, by its name; torch is not imported.

    One that cannot be loaded is left out: `factory` and “gar-studio doctor” say why.
    """
    found: dict[str, EngineFactory] = {}
    for name in sorted(available()):
        try:
            made = factory(name)
        except EngineError as error:
            _LOG.warning("left out: %s", error)
            continue
        if made.kind is kind:
            found[name] = made
    return found


def build_segmenter(name: str, options: EngineOptions) -> Segmenter:
    """Build the segmenter called `name`; torch may be imported now.

    Raises:
        EngineError: it cannot be found or built, or is not a segmenter.
    """
    engine = _build(name, EngineKind.SEGMENT, options)
    if not isinstance(engine, Segmenter):
        raise EngineError(tr("What the engine “{name}” built is no segmenter.", name=name))
    return engine


def build_describer(name: str, options: EngineOptions) -> Describer:
    """Build the describer called `name`; torch may be imported now.

    Raises:
        EngineError: it cannot be found or built, or is not a describer.
    """
    engine = _build(name, EngineKind.DESCRIBE, options)
    if not isinstance(engine, Describer):
        raise EngineError(tr("What the engine “{name}” built is no describer.", name=name))
    return engine


def _build(name: str, kind: EngineKind, options: EngineOptions) -> Segmenter | Describer:
    found = factory(name)
    if found.kind is not kind:
        raise EngineError(
            tr("The engine “{name}” describes; it cannot segment.", name=name)
            if kind is EngineKind.SEGMENT
            else tr("The engine “{name}” segments; it cannot describe.", name=name)
        )
    if options.own_process and found.model_source is not ModelSource.ADDRESS:
        from gar_studio.remote.process import build_apart  # noqa: PLC0415 - few want it

        return build_apart(kind, name, options)
    return found.build(options)

"""All that a person can choose from: the catalogues' models, their own, and engines without any."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gar_studio.engines import catalogue, registry
from gar_studio.engines.catalogue import ModelEntry, OnDisk, OwnModel
from gar_studio.engines.construction import EngineFactory, EngineKind, ModelSource
from gar_studio.errors import EngineError
from gar_studio.language import tr
from gar_studio.system_memory import free_main_memory

Key: TypeAlias = tuple[str, str]
"""Engine and `EngineOptions.model`: what tells one model on the shelf from another."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One model on the shelf.

    Attributes:
        entry: what is known of it.
        kind: whether it gives masks or words.
        own: whether a user has added it.
    """

    entry: ModelEntry
    kind: EngineKind
    own: bool = False

    @property
    def key(self) -> Key:
        """What tells it from others."""
        return self.entry.engine, self.entry.weights

    @property
    def usable(self) -> bool:
        """Whether it can be loaded as it is."""
        return self.entry.on_disk is OnDisk.COMPLETE and not self.entry.problem


@dataclass(frozen=True, slots=True)
class EngineOffer:
    """An engine that loads models of a user's own."""

    name: str
    title: str
    needs: str
    source: ModelSource
    kind: EngineKind


@dataclass(frozen=True, slots=True)
class Shelf:
    """What there is, as it was found.

    Attributes:
        offers: masks first, then words.
        engines: those that take a file, a folder or a hub id.
        problems: catalogues that cannot be loaded.
        free: bytes of main memory that are free, or None if nobody says.
    """

    offers: tuple[Offer, ...]
    engines: tuple[EngineOffer, ...]
    problems: tuple[EngineError, ...] = ()
    free: int | None = None


def shelf(own: Sequence[OwnModel] = ()) -> Shelf:
    """Look at what is there.  It reads disks, asks no network and imports no torch.

    Args:
        own: models that the user has added, or uses and no catalogue knows.
    """
    factories = {kind: registry.factories(kind) for kind in EngineKind}
    kinds = {name: kind for kind, found in factories.items() for name in found}
    listing = catalogue.listing()
    known = {(entry.engine, entry.weights) for entry in listing.entries}
    wanted = [one for one in dict.fromkeys(own) if (one.engine, one.model) not in known]
    mine = catalogue.listing(wanted).entries if wanted else ()
    listed = {entry.engine for entry in listing.entries}
    found = [
        *((entry, False) for entry in listing.entries),
        *(
            (_bare(name, factory), False)
            for of_kind in factories.values()
            for name, factory in of_kind.items()
            if factory.model_source is ModelSource.NONE and name not in listed
        ),
        *((entry, True) for entry in mine[len(mine) - len(wanted) :] if wanted),
    ]
    offers = [
        Offer(entry, kinds[entry.engine], own=added)
        for entry, added in found
        if entry.engine in kinds
    ]
    return Shelf(
        offers=tuple(sorted(offers, key=lambda offer: offer.kind is EngineKind.DESCRIBE)),
        engines=tuple(
            EngineOffer(name, factory.title, factory.needs, factory.model_source, kind)
            for kind, of_kind in factories.items()
            for name, factory in of_kind.items()
            if factory.model_source is not ModelSource.NONE
        ),
        problems=listing.problems,
        free=free_main_memory(),
    )


def _bare(name: str, factory: EngineFactory) -> ModelEntry:
    """Describe an engine that needs no model and is in no catalogue."""
    return ModelEntry(
        name=factory.title,
        model="",
        engine=name,
        licence="",
        size=0,
        size_is_exact=True,
        memory=(),
        on_disk=OnDisk.COMPLETE,
        about=tr("Needs {needs}.", needs=factory.needs),
    )

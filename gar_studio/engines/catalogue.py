"""What a catalogue of models is, and where catalogues are found.

The core knows no network and no hub: a package that brings engines also brings the list of the
models they load, under the entry point group `gar_studio.catalogues`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

from gar_studio import extensions
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import EngineError

GROUP = "gar_studio.catalogues"
DEFAULT_CATALOGUE = "gar"


class OnDisk(StrEnum):
    """How much of a model is on this computer."""

    ABSENT = "absent"
    PARTIAL = "partial"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """What a model takes of its device's memory, as an estimate.

    Attributes:
        dtype: "float32", "bfloat16" or "float16".
        weights_bytes: for the weights alone.
        bytes: for the weights and one request with five regions on the model's most tiles.
    """

    dtype: str
    weights_bytes: int
    bytes: int


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model of a catalogue.

    Attributes:
        name: what people call it.
        model: what `EngineOptions.model` takes: a hub id or a folder.
        engine: the engine that loads it, by its name in `gar_studio.engines.registry`.
        licence: under which terms the weights may be used.
        size: bytes of its files.
        size_is_exact: whether `size` was read from the files; otherwise it is an estimate, and
            the hub says the rest when it is asked.
        memory: what it needs, by number type; empty where its files cannot be read.
        on_disk: how much of it is here.
        bytes_on_disk: bytes of it that are here.
        folder: where it is, if it is complete.
        problem: why it cannot be loaded as it is, as a sentence, or "".
    """

    name: str
    model: str
    engine: str
    licence: str
    size: int
    size_is_exact: bool
    memory: tuple[MemoryNeed, ...]
    on_disk: OnDisk
    bytes_on_disk: int = 0
    folder: Path | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a download is.

    Attributes:
        file: the file that is on its way.
        done: bytes of all files that are here.
        total: bytes of all files.
    """

    file: str
    done: int
    total: int


ProgressCallback: TypeAlias = Callable[[DownloadProgress], None]


@runtime_checkable
class Catalogue(Protocol):
    """Lists models and fetches them.  Importing and listing imports no torch."""

    def entries(self, folders: Sequence[Path] = ()) -> tuple[ModelEntry, ...]:
        """Return the models it knows, and the user's own `folders`.  No network is touched."""

    def download(self, model: str, *, progress: ProgressCallback, cancel: CancelToken) -> Path:
        """Fetch a model from the hub, or what is missing of it; return its folder.

        Args:
            model: a hub id.
            progress: called from this thread as bytes arrive.
            cancel: checked at every piece; the file on its way is removed then.

        Raises:
            Cancelled: the token was cancelled.
            CheckpointError: the model is not there, the hub cannot be reached, the disk is too
                full, or a file arrived with another checksum.
        """


def available() -> Mapping[str, EntryPoint]:
    """Return the entry point of every installed catalogue by its name."""
    return extensions.available(GROUP)


def catalogue(name: str) -> Catalogue:
    """Return the catalogue called `name`.

    Raises:
        EngineError: there is none, or its package cannot be imported.
    """
    loaded = extensions.load(available(), name, noun="catalogue")
    if not isinstance(loaded, Catalogue):
        raise EngineError(f"The entry point “{name}” is not a catalogue of models.")
    return loaded


def catalogue_of(model: str) -> Catalogue:
    """Return the catalogue that lists a hub id, or else the studio's own.

    Raises:
        EngineError: a catalogue cannot be loaded.
    """
    found = [made for name in sorted(available()) if _lists(made := catalogue(name), model)]
    return found[0] if found else catalogue(DEFAULT_CATALOGUE)


def _lists(made: Catalogue, model: str) -> bool:
    return any(entry.model == model for entry in made.entries())

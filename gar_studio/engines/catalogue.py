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
from gar_studio.language import mark, tr
from gar_studio.remote.address import is_address

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
        bytes: for the weights and one large request: five regions on the model's most tiles, or
            one image to cut out of.
    """

    dtype: str
    weights_bytes: int
    bytes: int


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model of a catalogue.

    Attributes:
        name: what people call it.
        model: what it is asked for by: a hub id, a folder, a file, or "" for what comes with the
            program.
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
        about: what it is good for and what not, in a sentence or two.
        source: where `Catalogue.download` fetches it from, or "" where it cannot be fetched.
        file: the one file that it is, where `EngineOptions.model` takes a file; it may not be
            there yet.
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
    about: str = ""
    source: str = ""
    file: Path | None = None

    @property
    def weights(self) -> str:
        """What `EngineOptions.model` takes."""
        return self.model if self.file is None else str(self.file)


@dataclass(frozen=True, slots=True)
class OwnModel:
    """A model that a user has named: the engine that loads it, and a folder, file or hub id."""

    engine: str
    model: str


@dataclass(frozen=True, slots=True)
class Listing:
    """All that can be chosen, and what went wrong with a catalogue, if anything."""

    entries: tuple[ModelEntry, ...]
    problems: tuple[EngineError, ...] = ()


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

    def entries(self, own: Sequence[str] = ()) -> tuple[ModelEntry, ...]:
        """Return the models it knows, then the user's own.  No network is touched.

        Args:
            own: folders, files and hub ids; those that cannot be for its engines are left out.
        """

    def download(self, model: str, *, progress: ProgressCallback, cancel: CancelToken) -> Path:
        """Fetch a model, or what is missing of it; return its folder or file.

        Args:
            model: `ModelEntry.model` of one that has a `source`, or another hub id.
            progress: called from this thread as bytes arrive.
            cancel: checked at every piece; what has come is kept, and the next call goes on there.

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
    loaded = extensions.load(available(), name, noun=mark("catalogue"))
    if not isinstance(loaded, Catalogue):
        raise EngineError(tr("The entry point “{name}” is not a catalogue of models.", name=name))
    return loaded


def catalogue_of(model: str) -> Catalogue:
    """Return the catalogue that lists a hub id, or else the studio's own.

    Raises:
        EngineError: a catalogue cannot be loaded.
    """
    found = [made for name in sorted(available()) if _lists(made := catalogue(name), model)]
    return found[0] if found else catalogue(DEFAULT_CATALOGUE)


def listing(own: Sequence[OwnModel] = ()) -> Listing:
    """Return every catalogue's models, then the user's own.  No network and no torch.

    A catalogue that cannot be loaded is left out and told of.
    """
    catalogues: list[Catalogue] = []
    problems: list[EngineError] = []
    for name in sorted(available(), key=lambda name: (name != DEFAULT_CATALOGUE, name)):
        try:
            catalogues.append(catalogue(name))
        except EngineError as error:
            problems.append(error)
    names = [one.model for one in own]
    known: list[ModelEntry] = []
    described: dict[OwnModel, ModelEntry] = {}
    for made in catalogues:
        for entry in made.entries(names):
            if entry.model in names:
                described.setdefault(OwnModel(entry.engine, entry.model), entry)
            else:
                known.append(entry)
    return Listing((*known, *(described.get(one) or _unknown(one) for one in own)), tuple(problems))


def recognise(model: str) -> ModelEntry | None:
    """Return what a folder, file or hub id is for, or None if no catalogue can tell."""
    found = [
        entry
        for name in sorted(available())
        for entry in catalogue(name).entries([model])
        if entry.model == model
    ]
    whole = [entry for entry in found if not entry.problem]
    return next(iter(whole or found), None)


def _unknown(one: OwnModel) -> ModelEntry:
    """Describe a model of which no catalogue can tell anything: its engine will."""
    if is_address(one.model):
        return ModelEntry(
            name=one.model.partition("//")[2],
            model=one.model,
            engine=one.engine,
            licence=mark("as the server says"),
            size=0,
            size_is_exact=False,
            memory=(),
            on_disk=OnDisk.COMPLETE,
            about=tr("A server: photos are sent there when something is asked about them."),
        )
    path = Path(one.model).expanduser()
    return ModelEntry(
        name=path.name or one.model,
        model=one.model,
        engine=one.engine,
        licence=mark("as its maker says"),
        size=0,
        size_is_exact=False,
        memory=(),
        on_disk=OnDisk.COMPLETE if path.exists() else OnDisk.ABSENT,
    )


def _lists(made: Catalogue, model: str) -> bool:
    return any(entry.model == model for entry in made.entries())

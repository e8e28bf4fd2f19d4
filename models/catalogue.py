"""The GAR checkpoints that people can get, and what of them is on this computer.

Importing and listing imports no torch and touches no network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from gar_studio.engines.catalogue import (
    MemoryNeed,
    ModelEntry,
    OnDisk,
    ProgressCallback,
)
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import CheckpointError
from gar_studio.language import mark, tr
from models.gar.factory import NANO_NOTICE
from models.hub import is_hub_id, weight_files
from models.hub_cache import HUB, Cached, Present, cached, present
from models.memory import ITEM_BYTES, Shape, need, read_shape

ENGINE = "gar"

RELEASED_LICENCE = mark(
    "weights: research only, non-commercial (derived from Meta's "
    "Perception-LM); released code: Apache-2.0"
)
"""Source: gar.md, Licences."""

OWN_LICENCE = mark("as its maker says; trained from GAR's weights it stays non-commercial")

_TABLE_DTYPES = ("float32", "bfloat16")
_JSON_BYTES = 18_000_000
"""Tokenizer and settings: a Llama 3 tokenizer.json has about 17 MB."""


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A released checkpoint.

    Attributes:
        hub_id: where it is on the hub.
        about: what people should know when they choose.
        shape: its network.  The number of weights is that of the network laid out with the
            sizes of its parts, which the papers give (arXiv 2504.13180, Perception-LM: PE-Lang L
            with Llama 3.2 1B, PE-Lang G with Llama 3.1 8B; gar.md, What it is).
    """

    hub_id: str
    shape: Shape
    about: str = ""

    @property
    def name(self) -> str:
        """The hub id without its owner."""
        return self.hub_id.rpartition("/")[2]

    @property
    def size(self) -> int:
        """Bytes to download, about: the weights are released in bfloat16."""
        return self.shape.weights * ITEM_BYTES["bfloat16"] + _JSON_BYTES


KNOWN = (
    KnownModel(
        "HaochenWang/GAR-1B",
        Shape(
            weights=1_534_139_392,
            layers=16,
            hidden=2048,
            intermediate=8192,
            heads=32,
            key_value=512,
            vocabulary=128_262,
        ),
        about=mark(
            "Describes regions, relates up to five of them and answers questions, "
            "in open words. The smaller GAR: it also runs on a processor, slowly."
        ),
    ),
    KnownModel(
        "HaochenWang/GAR-8B",
        Shape(
            weights=9_795_213_056,
            layers=32,
            hidden=4096,
            intermediate=14_336,
            heads=32,
            key_value=1024,
            vocabulary=128_262,
        ),
        about=mark("The larger GAR: more exact words. It is meant for a graphics card with 24 GB."),
    ),
)


@dataclass(frozen=True, slots=True)
class GARCatalogue:
    """Lists the released GARs and the user's own folders, and fetches from the hub."""

    def entries(self, own: Sequence[str] = ()) -> tuple[ModelEntry, ...]:
        """Return gar-nano, the released models, and the user's own.  No network is touched."""
        cache = cached()
        released = [_known_entry(model, cache) for model in KNOWN]
        known = {model.hub_id for model in KNOWN}
        mine = [
            _hub_entry(model, cache) if is_hub_id(model) else folder_entry(Path(model).expanduser())
            for model in own
            if model not in known and not Path(model).expanduser().is_file()
        ]
        return (_nano_entry(), *released, *mine)

    def download(self, model: str, *, progress: ProgressCallback, cancel: CancelToken) -> Path:
        """Fetch a hub id into the hub's cache; see `models.download.download`.

        Raises:
            Cancelled: the token was cancelled.
            CheckpointError: it could not be fetched.
        """
        from models.download import download  # noqa: PLC0415 - opens the HTTP client's modules

        return download(model, progress=progress, cancel=cancel)


def is_complete(folder: Path) -> bool:
    """Whether a folder's settings and all its weights are there and whole, by their headers."""
    try:
        read_shape(folder)
    except CheckpointError:
        return False
    return True


def folder_entry(folder: Path) -> ModelEntry:
    """Describe a checkpoint in the user's own folder, also one that cannot be loaded."""
    memory: tuple[MemoryNeed, ...] = ()
    problem = ""
    try:
        memory = _memory(read_shape(folder))
    except CheckpointError as error:
        problem = (
            error.what if folder.is_dir() else tr("There is no folder “{folder}”.", folder=folder)
        )
    size = _bytes_in(folder)
    found = OnDisk.COMPLETE if memory else OnDisk.PARTIAL if size else OnDisk.ABSENT
    return ModelEntry(
        name=folder.name,
        model=str(folder),
        engine=ENGINE,
        licence=OWN_LICENCE,
        size=size,
        size_is_exact=True,
        memory=memory,
        on_disk=found,
        bytes_on_disk=size,
        folder=folder if memory else None,
        problem=problem,
    )


def _nano_entry() -> ModelEntry:
    with as_file(files("resources") / "gar_nano") as folder:
        size = _bytes_in(folder)
        return ModelEntry(
            name="gar-nano",
            model="",
            engine="gar-nano",
            licence="Apache-2.0",
            size=size,
            size_is_exact=True,
            memory=_memory(read_shape(folder)),
            on_disk=OnDisk.COMPLETE,
            bytes_on_disk=size,
            about=tr("Comes with GAR Studio. {nano_notice}", nano_notice=NANO_NOTICE),
        )


def _known_entry(model: KnownModel, cache: Cached) -> ModelEntry:
    here = present(model.hub_id, cache, is_complete)
    return _entry(
        here,
        name=model.name,
        hub_id=model.hub_id,
        licence=RELEASED_LICENCE,
        size=model.size,
        shape=model.shape,
        about=model.about,
    )


def _hub_entry(hub_id: str, cache: Cached) -> ModelEntry:
    """Describe a hub id of the user's own: what it is shows when it is here."""
    here = present(hub_id, cache, is_complete)
    name = hub_id.rpartition("/")[2]
    return _entry(here, name=name, hub_id=hub_id, licence=OWN_LICENCE, size=0, shape=None)


def _entry(
    here: Present,
    *,
    name: str,
    hub_id: str,
    licence: str,
    size: int,
    shape: Shape | None,
    about: str = "",
) -> ModelEntry:
    shape = read_shape(here.folder) if here.folder else shape
    return ModelEntry(
        name=name,
        model=hub_id,
        engine=ENGINE,
        licence=licence,
        size=_bytes_in(here.folder) if here.folder else size,
        size_is_exact=here.folder is not None,
        memory=_memory(shape) if shape else (),
        on_disk=here.on_disk,
        bytes_on_disk=here.bytes,
        folder=here.folder,
        about=about,
        source=f"{HUB}/{hub_id}",
    )


def _memory(shape: Shape) -> tuple[MemoryNeed, ...]:
    return tuple(need(shape, dtype) for dtype in _TABLE_DTYPES)


def _bytes_in(folder: Path) -> int:
    if not folder.is_dir():
        return 0
    try:
        weights = weight_files(folder)
    except CheckpointError:
        weights = list(folder.glob("*.safetensors"))
    others = [file for pattern in ("*.json", "*.jinja") for file in folder.glob(pattern)]
    return sum(file.stat().st_size for file in {*weights, *others})


CATALOGUE = GARCatalogue()

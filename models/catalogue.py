"""The GAR checkpoints that people can get, and what of them is on this computer.

Importing and listing imports no torch and touches no network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gar_studio.engines.catalogue import (
    MemoryNeed,
    ModelEntry,
    OnDisk,
    ProgressCallback,
)
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import CheckpointError
from models.hub import weight_files
from models.memory import ITEM_BYTES, Shape, need, read_shape

if TYPE_CHECKING:
    from huggingface_hub import CachedRepoInfo

ENGINE = "gar"

RELEASED_LICENCE = (
    "weights: research only, non-commercial (derived from Meta's Perception-LM); "
    "released code: Apache-2.0"
)
"""Source: gar.md, Licences."""

OWN_LICENCE = "as its maker says; trained from GAR's weights it stays non-commercial"

_TABLE_DTYPES = ("float32", "bfloat16")
_JSON_BYTES = 18_000_000
"""Tokenizer and settings: a Llama 3 tokenizer.json has about 17 MB."""


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A released checkpoint.

    Attributes:
        hub_id: where it is on the hub.
        shape: its network.  The number of weights is that of the network laid out with the
            sizes of its parts, which the papers give (arXiv 2504.13180, Perception-LM: PE-Lang L
            with Llama 3.2 1B, PE-Lang G with Llama 3.1 8B; gar.md, What it is).
    """

    hub_id: str
    shape: Shape

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
    ),
)


@dataclass(frozen=True, slots=True)
class GARCatalogue:
    """Lists the released GARs and the user's own folders, and fetches from the hub."""

    def entries(self, folders: Sequence[Path] = ()) -> tuple[ModelEntry, ...]:
        """Return the released models, then `folders`.  No network is touched."""
        cached = _cached()
        released = [_known_entry(model, cached.get(model.hub_id)) for model in KNOWN]
        return (*released, *(folder_entry(folder) for folder in folders))

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
        problem = error.what
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


def _known_entry(model: KnownModel, cached: "CachedRepoInfo | None") -> ModelEntry:
    folder = _complete_snapshot(cached) if cached else None
    shape = read_shape(folder) if folder else model.shape
    here = _cached_bytes(cached) if cached else 0
    found = OnDisk.COMPLETE if folder else OnDisk.PARTIAL if here else OnDisk.ABSENT
    return ModelEntry(
        name=model.name,
        model=model.hub_id,
        engine=ENGINE,
        licence=RELEASED_LICENCE,
        size=_bytes_in(folder) if folder else model.size,
        size_is_exact=folder is not None,
        memory=_memory(shape),
        on_disk=found,
        bytes_on_disk=here,
        folder=folder,
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


def _cached() -> "dict[str, CachedRepoInfo]":
    """Return the models in the hub's cache by their ids; the hub itself is not asked."""
    from huggingface_hub import constants, scan_cache_dir  # noqa: PLC0415 - slow to import
    from huggingface_hub.errors import CacheNotFound  # noqa: PLC0415

    try:
        found = scan_cache_dir(constants.HF_HUB_CACHE)
    except CacheNotFound:
        return {}
    return {repo.repo_id: repo for repo in found.repos if repo.repo_type == "model"}


def _complete_snapshot(cached: "CachedRepoInfo") -> Path | None:
    """Return the folder that the branch `main` leads to, if it is complete."""
    for revision in cached.revisions:
        if "main" in revision.refs and is_complete(revision.snapshot_path):
            return revision.snapshot_path
    return None


def _cached_bytes(cached: "CachedRepoInfo") -> int:
    unfinished = cached.repo_path.glob("blobs/*.incomplete")
    return cached.size_on_disk + sum(file.stat().st_size for file in unfinished)


CATALOGUE = GARCatalogue()

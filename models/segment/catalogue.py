"""The models that cut out: what can be got, and what of it is on this computer.

Importing and listing imports neither torch nor OpenCV and touches no network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gar_studio.engines.catalogue import MemoryNeed, ModelEntry, OnDisk, ProgressCallback
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import CheckpointError
from gar_studio.language import mark, tr
from gar_studio.settings import cache_folder
from models.gar.config import CONFIG_FILE, read_json
from models.hub import is_hub_id, weight_files
from models.hub_cache import HUB, Cached, cached, present
from models.memory import ITEM_BYTES, count_weights
from models.segment.sam_released import FILES, ReleasedFile

SAM_LICENCE = "Apache-2.0 (Meta)"
OWN_LICENCE = mark("as its maker says")
MODEL_TYPES = frozenset({"sam", "sam_hq", "sam2", "sam2_video"})
"""`model_type` of the folders that the engine `sam-hub` loads."""

_GRID = 64 * 64
"""Patches of the image, each of which attends to each (segment_anything, `build_sam.py`)."""

_COPIES = 2
"""Tables of attention at the same time: scores, and their softmax."""

_RESERVE = 2**29
"""For the image, its embedding and the libraries' own workspaces."""


@dataclass(frozen=True, slots=True)
class KnownSam:
    """A SAM on the hub.

    Attributes:
        title: what people call it.
        hub_id: where it is.
        weights: how many numbers it is made of (arXiv 2408.00714, table of SAM 2.1's sizes;
            for SAM-HQ those of SAM and about a million more, arXiv 2306.01567).
        heads: attention heads of an encoder that keeps whole tables of attention, or 0.
        licence: under which terms the weights may be used.
        about: what people should know when they choose.
    """

    title: str
    hub_id: str
    weights: int
    heads: int
    licence: str
    about: str


_SAM2 = "facebook/sam2.1-hiera-"
_HQ = "syscv-community/sam-hq-vit-"
_HQ_LICENCE = "Apache-2.0 (SysCV)"

KNOWN = (
    KnownSam(
        "SAM 2.1 tiny",
        f"{_SAM2}tiny",
        38_900_000,
        0,
        SAM_LICENCE,
        mark("The quickest SAM: a good first choice without a graphics card."),
    ),
    KnownSam(
        "SAM 2.1 small",
        f"{_SAM2}small",
        46_000_000,
        0,
        SAM_LICENCE,
        mark("More exact than tiny."),
    ),
    KnownSam(
        "SAM 2.1 base plus",
        f"{_SAM2}base-plus",
        80_800_000,
        0,
        SAM_LICENCE,
        mark("Between small and large in exactness and time."),
    ),
    KnownSam(
        "SAM 2.1 large",
        f"{_SAM2}large",
        224_400_000,
        0,
        SAM_LICENCE,
        mark("The most exact SAM 2.1; better with a graphics card."),
    ),
    KnownSam(
        "SAM-HQ ViT-B",
        f"{_HQ}base",
        95_000_000,
        12,
        _HQ_LICENCE,
        mark("SAM ViT-B with finer borders, for thin and intricate things."),
    ),
    KnownSam(
        "SAM-HQ ViT-L",
        f"{_HQ}large",
        314_000_000,
        16,
        _HQ_LICENCE,
        mark("SAM ViT-L with finer borders, for thin and intricate things."),
    ),
    KnownSam(
        "SAM-HQ ViT-H",
        f"{_HQ}huge",
        643_000_000,
        16,
        _HQ_LICENCE,
        mark("SAM ViT-H with finer borders; slow without a graphics card."),
    ),
)

_GRABCUT = ModelEntry(
    name="GrabCut",
    model="",
    engine="grabcut",
    licence=mark("no weights; OpenCV: Apache-2.0"),
    size=0,
    size_is_exact=True,
    memory=(),
    on_disk=OnDisk.COMPLETE,
    about=mark(
        "Comes with GAR Studio and needs no weights. It follows colours and "
        "edges, so it does well on things that stand out from what is behind "
        "them. It does not know what an object is and cannot find everything by "
        "itself."
    ),
)


class _Config(msgspec.Struct):
    model_type: str


@dataclass(frozen=True, slots=True)
class SegmentCatalogue:
    """Lists GrabCut, the released SAMs and the user's own, and fetches them."""

    def entries(self, own: Sequence[str] = ()) -> tuple[ModelEntry, ...]:
        """Return GrabCut, the released SAMs, then the user's own.  No network is touched."""
        cache = cached()
        known = {file.name for file in FILES} | {sam.hub_id for sam in KNOWN}
        return (
            _GRABCUT,
            *(_file_entry(file) for file in FILES),
            *(_known_entry(sam, cache) for sam in KNOWN),
            *(_own_entry(model, cache) for model in own if model not in known),
        )

    def download(self, model: str, *, progress: ProgressCallback, cancel: CancelToken) -> Path:
        """Fetch one of Meta's files by its name, or a hub id into the hub's cache.

        Raises:
            Cancelled: the token was cancelled.
            CheckpointError: it could not be fetched.
        """
        # Both open the HTTP client's modules.
        from models.download import download  # noqa: PLC0415
        from models.file_download import download_file  # noqa: PLC0415
        from models.transfer import Algorithm, Source  # noqa: PLC0415

        for file in FILES:
            if file.name == model:
                source = Source(file.name, file.url, file.size, Algorithm.SHA256, file.sha256, {})
                return download_file(source, _place(file), progress=progress, cancel=cancel)
        return download(model, progress=progress, cancel=cancel)


def is_complete(folder: Path) -> bool:
    """Whether a folder's settings and weights are those of a SAM, and whole by their headers."""
    try:
        return not _problem_of(folder)
    except CheckpointError:
        return False


def _place(file: ReleasedFile) -> Path:
    return cache_folder() / "models" / file.name


def _file_entry(file: ReleasedFile) -> ModelEntry:
    from models.file_download import bytes_here  # noqa: PLC0415 - opens the HTTP client's modules

    place = _place(file)
    here = bytes_here(place)
    whole = place.is_file() and here == file.size
    return ModelEntry(
        name=file.title,
        model=file.name,
        engine="sam",
        licence=SAM_LICENCE,
        size=file.size,
        size_is_exact=True,
        memory=(_need(file.size // ITEM_BYTES["float32"], file.heads, "float32"),),
        on_disk=OnDisk.COMPLETE if whole else OnDisk.PARTIAL if here else OnDisk.ABSENT,
        bytes_on_disk=here,
        folder=place.parent if whole else None,
        about=file.about,
        source=file.url.removeprefix("https://"),
        file=place,
    )


def _known_entry(sam: KnownSam, cache: Cached) -> ModelEntry:
    here = present(sam.hub_id, cache, is_complete)
    weights = count_weights(here.folder) if here.folder else sam.weights
    return ModelEntry(
        name=sam.title,
        model=sam.hub_id,
        engine="sam-hub",
        licence=sam.licence,
        size=_bytes_in(here.folder) if here.folder else sam.weights * ITEM_BYTES["float32"],
        size_is_exact=here.folder is not None,
        memory=_needs(weights, sam.heads),
        on_disk=here.on_disk,
        bytes_on_disk=here.bytes,
        folder=here.folder,
        about=sam.about,
        source=f"{HUB}/{sam.hub_id}",
    )


def _own_entry(model: str, cache: Cached) -> ModelEntry:
    path = Path(model).expanduser()
    if is_hub_id(model):
        return _own_hub_entry(model, cache)
    return _own_folder_entry(model, path) if path.is_dir() else _own_file_entry(model, path)


def _own_hub_entry(hub_id: str, cache: Cached) -> ModelEntry:
    here = present(hub_id, cache, is_complete)
    return ModelEntry(
        name=hub_id.rpartition("/")[2],
        model=hub_id,
        engine="sam-hub",
        licence=OWN_LICENCE,
        size=_bytes_in(here.folder) if here.folder else 0,
        size_is_exact=here.folder is not None,
        memory=_needs(count_weights(here.folder), 0) if here.folder else (),
        on_disk=here.on_disk,
        bytes_on_disk=here.bytes,
        folder=here.folder,
        source=f"{HUB}/{hub_id}",
    )


def _own_folder_entry(model: str, folder: Path) -> ModelEntry:
    problem, weights = "", 0
    try:
        problem = _problem_of(folder)
        weights = count_weights(folder)
    except CheckpointError as error:
        problem = problem or error.what
    size = _bytes_in(folder)
    return ModelEntry(
        name=folder.name,
        model=model,
        engine="sam-hub",
        licence=OWN_LICENCE,
        size=size,
        size_is_exact=True,
        memory=() if problem else _needs(weights, 0),
        on_disk=OnDisk.PARTIAL if problem else OnDisk.COMPLETE,
        bytes_on_disk=size,
        folder=folder,
        problem=problem,
    )


def _own_file_entry(model: str, path: Path) -> ModelEntry:
    there = path.is_file()
    size = path.stat().st_size if there else 0
    problem = "" if there else tr("There is no file or folder “{path}”.", path=path)
    if there and path.suffix.lower() != ".pth":
        problem = tr("“{name}” is no .pth file.", name=path.name)
    return ModelEntry(
        name=path.name,
        model=model,
        engine="sam",
        licence=OWN_LICENCE,
        size=size,
        size_is_exact=True,
        memory=() if problem else (_need(size // ITEM_BYTES["float32"], 16, "float32"),),
        on_disk=OnDisk.COMPLETE if there else OnDisk.ABSENT,
        bytes_on_disk=size,
        folder=path.parent if there else None,
        problem=problem,
        file=path,
    )


def _problem_of(folder: Path) -> str:
    """Say why a folder is no SAM, or "".

    Raises:
        CheckpointError: its settings or weights are missing or damaged.
    """
    kind = read_json(folder / CONFIG_FILE, _Config).model_type
    if kind not in MODEL_TYPES:
        return tr(
            "“{name}” holds a model of the type “{kind}”, which is no SAM.",
            name=folder.name,
            kind=kind,
        )
    count_weights(folder)
    return ""


def _needs(weights: int, heads: int) -> tuple[MemoryNeed, ...]:
    return tuple(_need(weights, heads, dtype) for dtype in ("float32", "bfloat16"))


def _need(weights: int, heads: int, dtype: str) -> MemoryNeed:
    """Estimate what weights and one image take."""
    item = ITEM_BYTES[dtype]
    attention = _COPIES * heads * _GRID**2 * item
    return MemoryNeed(dtype, weights * item, weights * item + attention + _RESERVE)


def _bytes_in(folder: Path) -> int:
    try:
        weights = weight_files(folder)
    except CheckpointError:
        weights = list(folder.glob("*.safetensors"))
    return sum(file.stat().st_size for file in {*weights, *folder.glob("*.json")})


CATALOGUE = SegmentCatalogue()

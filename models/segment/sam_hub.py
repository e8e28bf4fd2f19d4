"""SAM, SAM-HQ and SAM 2 through transformers, from a folder or a hub id, safetensors only.

The three families differ in what their encoder returns and how they resize a picture; the table
`_FAMILIES` says how, and one class does the rest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import msgspec
import numpy as np
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from gar_studio.annotation.mask import BoolArray
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.protocol import CancelToken, EngineInfo, RGBArray
from gar_studio.errors import CheckpointError, EngineError
from gar_studio.language import mark, tr
from models.device import resolve_device, resolve_dtype
from models.gar.config import CONFIG_FILE, PREPROCESSOR_FILE, PROCESSOR_FILE, read_json
from models.hub import Kind, find_folder, listed, revision, weight_files
from models.segment.embeddings import Embedding
from models.segment.sam_enlarge import enlarged, enlarged_above
from models.segment.sam_memory import check_free
from models.segment.sam_network import cancelled_between, clear_errors
from models.segment.sam_prompts import Points, SamPrompts
from models.torch_setup import import_torchvision

import_torchvision()

import transformers  # noqa: E402 - imports torchvision itself

EXAMPLE = "facebook/sam2.1-hiera-tiny"

_LICENCE = mark("as the checkpoint says (Meta's SAM and SAM 2: Apache-2.0)")
_QUANTISED = frozenset({"int8", "int4"})


@dataclass(frozen=True, slots=True)
class _Family:
    """How one family is run.

    Attributes:
        title: the name that people read.
        model: the class of its network in transformers.
        processor: the class of its image processor.
        names: of the tensors that its encoder returns.
        blocks: where the encoder's blocks are.
    """

    title: str
    model: str
    processor: str
    names: Callable[[object], dict[str, Tensor]]
    blocks: str


def _single(encoded: object) -> dict[str, Tensor]:
    assert isinstance(encoded, Tensor)
    return {"image_embeddings": encoded}


def _with_intermediate(encoded: object) -> dict[str, Tensor]:
    embeddings, intermediate = cast(tuple[Tensor, list[Tensor]], encoded)
    named = {f"intermediate_embeddings.{i}": one for i, one in enumerate(intermediate)}
    return {"image_embeddings": embeddings, **named}


def _levels(encoded: object) -> dict[str, Tensor]:
    return {f"image_embeddings.{i}": one for i, one in enumerate(cast(list[Tensor], encoded))}


# The video weights of SAM 2 hold its image model whole; what tracks objects is left out.
_SAM2 = _Family(
    "SAM 2", "Sam2Model", "Sam2ImageProcessor", _levels, "vision_encoder.backbone.blocks"
)
_FAMILIES: Mapping[str, _Family] = {
    "sam": _Family("SAM", "SamModel", "SamImageProcessor", _single, "vision_encoder.layers"),
    "sam_hq": _Family(
        "SAM-HQ", "SamHQModel", "SamImageProcessor", _with_intermediate, "vision_encoder.layers"
    ),
    "sam2": _SAM2,
    "sam2_video": _SAM2,
}


class _Config(msgspec.Struct):
    model_type: str


class HubSam:
    """Fulfils `SamNetwork`: SAM, SAM-HQ or SAM 2 as transformers runs them, bit for bit."""

    def __init__(
        self,
        model: nn.Module,
        processor: Any,  # noqa: ANN401 - untyped library
        family: _Family,
        info: EngineInfo,
    ) -> None:
        """Take a network on its device, transformers' image processor, and what to say of it."""
        self.model: Any = model
        self._processor = processor
        self._family = family
        self._info = info
        weight = next(model.parameters())
        self._device, self._dtype = weight.device, weight.dtype

    @classmethod
    def from_options(cls, options: EngineOptions) -> "HubSam":
        """Load the folder or hub id `options.model`.

        Raises:
            CheckpointError: it is not there, of another family, damaged or unsafe.
            MemoryShortageError: its weights need more memory than is free; nothing was loaded.
            EngineError: the device is not there, or the type is not one of SAM's.
        """
        if options.dtype in _QUANTISED:
            raise EngineError(
                tr("SAM does not run in {dtype}.", dtype=options.dtype),
                advice=tr("Use auto, float32 or bfloat16."),
            )
        device = resolve_device(options.device)
        wanted = "float32" if options.dtype == "auto" else options.dtype
        dtype = resolve_dtype(wanted, device)
        kind = Kind(noun=mark("a SAM of this engine"), example=EXAMPLE, is_complete=is_complete)
        folder = find_folder(options.model, kind, allow_download=options.allow_download)
        family = _family_of(folder)
        check_free(folder, device=device, dtype=dtype)
        info = EngineInfo(
            name=f"{family.title} {_short_name(options.model)}",
            revision=revision(folder),
            device=str(device),
            licence=_LICENCE,
            encodes=True,
        )
        model = _load(folder, family, dtype)
        with clear_errors():
            model.to(device)
        return cls(model, _load_processor(folder, family), family, info)

    @property
    def info(self) -> EngineInfo:
        """Who this is."""
        return self._info

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self._device

    @property
    def logits_shape(self) -> tuple[int, int]:
        """(h, w) of the low-resolution logits."""
        config = self.model.config.prompt_encoder_config
        side = 4 * (config.image_size // config.patch_size)
        return side, side

    def frame(self, *, height: int, width: int) -> tuple[int, int]:
        """Return the (rows, columns) of image pixels that the logits cover; see `SamNetwork`."""
        longest = max(height, width)
        return (height, width) if self._family is _SAM2 else (longest, longest)

    def check_size(self, *, height: int, width: int) -> None:
        """Raise `EngineError` if the shorter side would vanish."""
        if 0 in self._inner(height=height, width=width):
            raise EngineError(
                tr(
                    "An image of {width}×{height} pixels is too narrow for SAM.",
                    width=width,
                    height=height,
                ),
                advice=tr("Use GrabCut for it."),
            )

    @torch.no_grad()
    def encode(self, pixels: RGBArray, cancel: CancelToken) -> Embedding:
        """Encode an (H, W, 3) image; see `SamNetwork.encode`."""
        prepared = self._processor(images=np.array(pixels), return_tensors="pt")
        values = prepared["pixel_values"].to(self._device, self._dtype)
        with cancelled_between(self.model.get_submodule(self._family.blocks), cancel):
            return self._family.names(self.model.get_image_embeddings(values))

    @torch.no_grad()
    def decode(
        self, embedding: Embedding, prompts: SamPrompts, *, height: int, width: int
    ) -> tuple[Tensor, list[float]]:
        """Run the mask decoder; see `SamNetwork.decode`.

        The libraries give either the mask for clear prompts or those for ambiguous ones, so that
        clear prompts take two passes of the decoder.
        """
        given = self._given(prompts, height=height, width=width) | _joined(embedding)
        logits: list[Tensor] = []
        scores: list[float] = []
        for several in (True,) if prompts.ambiguous else (False, True):
            output = self.model(**given, multimask_output=several)
            logits.append(output.pred_masks[0, 0])
            scores += output.iou_scores[0, 0].float().tolist()
        return torch.cat(logits), scores

    @torch.no_grad()
    def decode_points(
        self, embedding: Embedding, points: Points, *, height: int, width: int
    ) -> tuple[Tensor, Tensor]:
        """Decode points one by one, all together; see `SamNetwork.decode_points`."""
        moved = self._moved(points, height=height, width=width)
        given: dict[str, Any] = {
            "input_points": moved[None, :, None].to(self._device),
            "input_labels": torch.ones(1, len(points), 1, dtype=torch.int64, device=self._device),
        }
        output = self.model(**given, **_joined(embedding), multimask_output=True)
        return output.pred_masks[0], output.iou_scores[0].float()

    @torch.no_grad()
    def enlarge(self, logits: Tensor, *, height: int, width: int, offset: float = 0.0) -> BoolArray:
        """Return the (H, W) mask of (h, w) logits; the steps are transformers' processor's."""
        values = logits.float()
        if self._family is not _SAM2:
            padded = self._processor.pad_size
            inner = self._inner(height=height, width=width)
            square = enlarged(values, (padded["height"], padded["width"]))
            values = square[: inner[0], : inner[1]]
        return enlarged_above(values, (height, width), offset)

    def _inner(self, *, height: int, width: int) -> tuple[int, int]:
        """Return the (height, width) that an image is resized to."""
        size = self._processor.size
        if self._family is _SAM2:
            return int(size["height"]), int(size["width"])
        scale = size["longest_edge"] / max(height, width)
        return int(height * scale + 0.5), int(width * scale + 0.5)

    def _moved(self, points: Points, *, height: int, width: int) -> Tensor:
        """Return (n, 2) points of the image in the pixels of what it is resized to."""
        inner = self._inner(height=height, width=width)
        scale = np.array([inner[1] / width, inner[0] / height])
        # SAM 2's processor computes in single precision, the others' in double.
        if self._family is _SAM2:
            return torch.tensor(points, dtype=torch.float32) * torch.tensor(
                scale, dtype=torch.float32
            )
        return torch.from_numpy(points * scale)

    def _given(self, prompts: SamPrompts, *, height: int, width: int) -> dict[str, Tensor]:
        given: dict[str, Tensor] = {}
        if len(prompts.points):
            moved = self._moved(prompts.points, height=height, width=width)
            given["input_points"] = moved[None, None].to(self._device)
            given["input_labels"] = torch.tensor(prompts.labels)[None, None].to(self._device)
        if prompts.box is not None:
            corners = self._moved(prompts.box.reshape(2, 2), height=height, width=width)
            given["input_boxes"] = corners.reshape(1, 1, 4).to(self._device)
        if prompts.logits is not None:
            logits = torch.tensor(np.array(prompts.logits), dtype=self._dtype)
            given["input_masks"] = logits[None, None].to(self._device)
        return given


def is_complete(folder: Path) -> bool:
    """Whether a folder holds a SAM's settings and weights."""
    try:
        _family_of(folder)
        weight_files(folder)
    except CheckpointError:
        return False
    return True


def _joined(embedding: Embedding) -> dict[str, Any]:
    """Turn named tensors back into what the network takes: numbered ones into lists."""
    joined: dict[str, Any] = {}
    for name, tensor in sorted(embedding.items()):
        base, _, number = name.partition(".")
        if number:
            joined.setdefault(base, []).append(tensor)
        else:
            joined[base] = tensor
    return joined


def _family_of(folder: Path) -> _Family:
    kind = read_json(folder / CONFIG_FILE, _Config).model_type
    if kind not in _FAMILIES:
        raise CheckpointError(
            tr(
                "“{folder}” holds a model of the type “{kind}”, which is no SAM of this engine.",
                folder=folder,
                kind=kind,
            ),
            advice=tr(
                "Choose one of the types {families}, such as {example}.",
                families=", ".join(_FAMILIES),
                example=EXAMPLE,
            ),
        )
    return _FAMILIES[kind]


def _load(folder: Path, family: _Family, dtype: torch.dtype) -> nn.Module:
    kind = getattr(transformers, family.model)
    weight_files(folder)
    try:
        model, report = kind.from_pretrained(
            folder,
            dtype=dtype,
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
        )
    except (SafetensorError, OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        raise CheckpointError(
            tr(
                "“{folder}” cannot be loaded as a {title}: {error}.",
                folder=folder,
                title=family.title,
                error=str(error).splitlines()[0][:200],
            ),
            advice=tr("Fetch the checkpoint again; config.json and weights must belong together."),
        ) from error
    problems = {
        tr("missing"): report["missing_keys"],
        tr("of another shape"): [name for name, *_ in report["mismatched_keys"]],
        tr("unknown"): report["unexpected_keys"],
    }
    found = [f"{what}: {listed(sorted(names))}" for what, names in problems.items() if names]
    if found:
        raise CheckpointError(
            tr(
                "The weights in “{folder}” do not fit their config.json; {found}.",
                folder=folder,
                found="; ".join(found),
            ),
            advice=tr("Fetch the checkpoint again; config.json and weights must belong together."),
        )
    return cast(nn.Module, model.eval().requires_grad_(requires_grad=False))


def _load_processor(folder: Path, family: _Family) -> Any:  # noqa: ANN401 - untyped library
    if not any((folder / name).is_file() for name in (PREPROCESSOR_FILE, PROCESSOR_FILE)):
        raise CheckpointError(
            tr(
                "The model folder “{folder}” has no {preprocessor_file}.",
                folder=folder,
                preprocessor_file=PREPROCESSOR_FILE,
            ),
            advice=tr("Fetch the missing file from where the model came."),
        )
    kind = getattr(transformers, family.processor)
    try:
        return kind.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            tr(
                "The settings of “{folder}” for pictures cannot be read: {error}.",
                folder=folder,
                error=str(error).splitlines()[0][:200],
            ),
            advice=tr("Fetch the checkpoint again."),
        ) from error


def _short_name(model: str) -> str:
    """Return a hub id without its owner, or a folder's name."""
    return (
        Path(model).expanduser().resolve().name
        if Path(model).is_dir()
        else model.rsplit("/", maxsplit=1)[-1]
    )

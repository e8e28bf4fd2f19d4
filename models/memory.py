"""How much memory a checkpoint needs, and how much its device has, before anything is loaded.

Importing this file imports no torch.  An estimate is weights, read from the safetensors headers,
plus the largest usual request: all tiles of the model, five regions, the longest answer.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError, safe_open

from gar_studio.engines.catalogue import MemoryNeed
from gar_studio.errors import CheckpointError, EngineError
from gar_studio.language import tr
from gar_studio.system_memory import free_main_memory
from models.gar.config import GARConfig, read_config
from models.hub import weight_files

if TYPE_CHECKING:
    import torch

_LOG = logging.getLogger(__name__)

ITEM_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
"""Bytes of one number, by the names that users give types."""

_TEXT_TOKENS = 512
_NEW_TOKENS = 1024
_PREFILL_CHUNK = 512
_RESERVE = 256 * 2**20
"""For the libraries' own workspaces."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers of a network that its memory depends on.

    Attributes:
        weights: numbers in its files.
        layers: of the decoder.
        hidden: width of the decoder.
        intermediate: width of its feed-forward layers.
        heads: its attention heads.
        key_value: width of its keys, and of its values, in one layer.
        vocabulary: its tokens.
        tiles: most tiles beside the thumbnail.
        tile_tokens: visual tokens of a tile, and slots of a region.
        regions: most regions in one request.
    """

    weights: int
    layers: int
    hidden: int
    intermediate: int
    heads: int
    key_value: int
    vocabulary: int
    tiles: int = 16
    tile_tokens: int = 256
    regions: int = 5

    @property
    def tokens(self) -> int:
        """Tokens of the largest usual request with its answer."""
        visual = (self.tiles + 1 + self.regions) * self.tile_tokens
        return visual + _TEXT_TOKENS + _NEW_TOKENS


def need(shape: Shape, dtype: str) -> MemoryNeed:
    """Estimate what a network needs.

    The request: keys and values of every token in every layer, the tiles' features and the
    prompt's embeddings, and for one prefill chunk the feed-forward layer, the attention's
    scores (in float32, where no fused kernel spares them) and the logits of one token.

    Args:
        shape: the network's numbers.
        dtype: a key of `ITEM_BYTES`.
    """
    item = ITEM_BYTES[dtype]
    weights = shape.weights * item
    cache = 2 * shape.layers * shape.key_value * shape.tokens * item
    features = 2 * shape.tokens * shape.hidden * item
    chunk = _PREFILL_CHUNK * (4 * shape.hidden + 3 * shape.intermediate) * item
    scores = _PREFILL_CHUNK * shape.heads * shape.tokens * ITEM_BYTES["float32"]
    logits = shape.vocabulary * ITEM_BYTES["float32"]
    return MemoryNeed(
        dtype=dtype,
        weights_bytes=weights,
        bytes=weights + cache + features + chunk + scores + logits + _RESERVE,
    )


def read_shape(folder: Path) -> Shape:
    """Read a checkpoint's config and safetensors headers, and no weight.

    Raises:
        CheckpointError: a file is missing, damaged or cut off.
    """
    return _shape(read_config(folder), weights=count_weights(folder))


def count_weights(folder: Path) -> int:
    """Return how many numbers the weights of a checkpoint are, from the headers alone.

    Raises:
        CheckpointError: a weight file is missing, damaged or cut off.
    """
    total = 0
    for file in weight_files(folder):
        try:
            with safe_open(str(file), framework="numpy") as weights:
                for key in weights.keys():  # noqa: SIM118 - safe_open is no mapping
                    total += _product(weights.get_slice(key).get_shape())
        except (SafetensorError, OSError) as error:
            raise CheckpointError(
                tr("“{file}” is damaged or cut off: {error}.", file=file, error=error),
                advice=tr("Fetch the file again from where it came."),
            ) from error
    return total


def check_fits(folder: Path, *, device: "torch.device", dtype: "torch.dtype") -> None:
    """Raise if a checkpoint will not fit into what is free of a device's memory.

    Where the system does not say how much is free, nothing is checked.

    Raises:
        EngineError: it will not fit; the advice names what would.
        CheckpointError: its files are missing, damaged or cut off.
    """
    shape = read_shape(folder)
    wanted = need(shape, str(dtype).removeprefix("torch."))
    free = free_memory(device)
    if free is None:
        _LOG.info("%s does not say how much memory is free", device)
        return
    if wanted.bytes <= free:
        return
    others = _what_fits(shape, wanted=wanted, free=free, device=device)
    raise EngineError(
        tr(
            "The model in “{folder}” needs about {bytes} in {dtype}, and {free} "
            "are free on {device}.",
            folder=folder,
            bytes=_gb(wanted.bytes),
            dtype=wanted.dtype,
            free=_gb(free),
            device=device,
        ),
        kept=tr("Nothing was loaded."),
        advice=tr("What would fit: {others}.", others="; ".join(others))
        if others
        else tr("Close other programs, or use a machine with more memory; no smaller choice fits."),
    )


def free_memory(device: "torch.device") -> int | None:
    """Return the bytes that are free on a device, or None where the system does not say."""
    if device.type == "cuda":
        import torch  # noqa: PLC0415 - the catalogue reads this file without torch

        free, _ = torch.cuda.mem_get_info(device)
        # What torch holds and does not use is free for the next model.
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return free + unused
    if device.type == "mps":
        import torch  # noqa: PLC0415

        recommended = torch.mps.recommended_max_memory()
        return max(0, recommended - torch.mps.current_allocated_memory())
    return free_main_memory()


def _shape(config: GARConfig, *, weights: int) -> Shape:
    text = config.mllm.text_config
    head = text.head_dim or text.hidden_size // text.num_attention_heads
    return Shape(
        weights=weights,
        layers=text.num_hidden_layers,
        hidden=text.hidden_size,
        intermediate=text.intermediate_size,
        heads=text.num_attention_heads,
        key_value=head * (text.num_key_value_heads or text.num_attention_heads),
        vocabulary=text.vocab_size,
        tiles=config.max_tiles,
        tile_tokens=config.tokens_per_tile,
        regions=config.prompt_count,
    )


def _what_fits(shape: Shape, *, wanted: MemoryNeed, free: int, device: "torch.device") -> list[str]:
    from models.catalogue import KNOWN  # noqa: PLC0415 - it reads this file

    found = []
    half = need(shape, "bfloat16")
    if half.bytes < wanted.bytes and half.bytes <= free:
        found.append(tr("the number type bfloat16 (about {bytes})", bytes=_gb(half.bytes)))
    for model in KNOWN:
        smaller = need(model.shape, "bfloat16")
        if model.shape.weights < shape.weights and smaller.bytes <= free:
            found.append(
                tr(
                    "{hub_id} in bfloat16 (about {bytes})",
                    hub_id=model.hub_id,
                    bytes=_gb(smaller.bytes),
                )
            )
    if device.type != "cpu":
        main = free_main_memory()
        for dtype in ("float32", "bfloat16"):
            there = need(shape, dtype)
            if main is not None and there.bytes <= main:
                found.append(
                    tr(
                        "the CPU in {dtype}, which is slow (about {bytes})",
                        dtype=dtype,
                        bytes=_gb(there.bytes),
                    )
                )
                break
    return found


def _product(shape: list[int]) -> int:
    total = 1
    for length in shape:
        total *= length
    return total


def _gb(count: int) -> str:
    return f"{count / 1e9:.1f} GB"

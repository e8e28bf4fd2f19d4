"""Reads a SAM checkpoint (`sam_vit_b|l|h_*.pth`) as plain weights and builds its network.

The network's sizes are read from the shapes of the weights, so that the released checkpoints,
ones finetuned from them and small ones for tests all take the same way.  What shapes cannot tell
is the same in every released checkpoint and fixed here: eight heads in the mask decoder, the
padding and the colours' mean and deviation (segment_anything, `build_sam.py`).
"""

import hashlib
import pickle
import re
import struct
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import torch
from torch import Tensor, nn

from gar_studio.errors import CheckpointError
from gar_studio.language import mark, tr
from models.segment.sam_refusals import ADVICE, first, not_sam, unreadable
from models.segment.sam_released import DIGESTS as RELEASED
from models.torch_setup import import_torchvision

import_torchvision()

from segment_anything.modeling import (  # noqa: E402 - needs torchvision first
    ImageEncoderViT,
    MaskDecoder,
    PromptEncoder,
    Sam,
    TwoWayTransformer,
)

VARIANTS: Mapping[tuple[int, int], str] = {
    (768, 12): "vit_b",
    (1024, 24): "vit_l",
    (1280, 32): "vit_h",
}
"""Width and depth of the image encoder → the name of the released variant."""

MAX_BYTES = 8 * 2**30
"""Larger files are refused unread; the largest released one has 2.6 GB."""

_DECODER_HEADS = 8
_PIXEL_MEAN = (123.675, 116.28, 103.53)
_PIXEL_STD = (58.395, 57.12, 57.375)
# What torch's reader raises for files that are cut off, of another kind or made up.
_UNREADABLE = (
    pickle.UnpicklingError,
    struct.error,
    EOFError,
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
)


@dataclass(frozen=True, slots=True)
class SamSizes:
    """The sizes of a SAM network (names as in segment_anything's constructors).

    Attributes:
        image_size: side in pixels of the square that images are padded to.
        patch_size: side in pixels of a patch.
        width: channels of the image encoder.
        depth: blocks of the image encoder.
        heads: attention heads of the image encoder.
        mlp_width: hidden channels of the encoder's MLPs.
        window: side in patches of the attention windows; 0 where all attention is global.
        global_blocks: indices of the blocks with global attention.
        prompt_width: channels of the prompts and of the mask decoder.
        mask_channels: hidden channels for the mask that is fed back.
        decoder_depth: layers of the mask decoder's transformer.
        decoder_mlp_width: hidden channels of that transformer's MLPs.
        masks: candidates for ambiguous prompts, beside the one for clear prompts.
        iou_depth: layers of the head that predicts quality.
        iou_width: hidden channels of that head.
    """

    image_size: int
    patch_size: int
    width: int
    depth: int
    heads: int
    mlp_width: int
    window: int
    global_blocks: tuple[int, ...]
    prompt_width: int
    mask_channels: int
    decoder_depth: int
    decoder_mlp_width: int
    masks: int
    iou_depth: int
    iou_width: int

    @property
    def variant(self) -> str:
        """The released variant of this encoder: "vit_b", "vit_l", "vit_h", or "custom"."""
        return VARIANTS.get((self.width, self.depth), "custom")

    @classmethod
    def of(cls, weights: Mapping[str, Tensor]) -> "SamSizes":
        """Read the sizes from the shapes of a checkpoint's weights.

        Raises:
            KeyError: a weight that tells a size is missing.
            IndexError: one has too few dimensions.
            ValueError: the sizes contradict each other.
        """
        shape = {name: tuple(tensor.shape) for name, tensor in weights.items()}
        width, _, _, patch = shape["image_encoder.patch_embed.proj.weight"]
        grid = shape["image_encoder.pos_embed"][1]
        depth = _count(weights, r"image_encoder\.blocks\.(\d+)\.norm1\.weight")
        # Relative positions have 2 n - 1 rows for attention over n patches, a column per channel
        # of a head.
        reaches = [shape[f"image_encoder.blocks.{i}.attn.rel_pos_h"] for i in range(depth)]
        sides = [(rows + 1) // 2 for rows, _ in reaches]
        head_width = reaches[0][1]
        if head_width < 1 or width % head_width:
            raise ValueError("heads do not divide the width")
        local = {side for side in sides if side != grid}
        if len(local) > 1:
            raise ValueError("windows of several sizes")
        return cls(
            image_size=grid * patch,
            patch_size=patch,
            width=width,
            depth=depth,
            heads=width // head_width,
            mlp_width=shape["image_encoder.blocks.0.mlp.lin1.weight"][0],
            window=local.pop() if local else 0,
            global_blocks=tuple(i for i, side in enumerate(sides) if side == grid),
            prompt_width=shape["prompt_encoder.no_mask_embed.weight"][1],
            mask_channels=shape["prompt_encoder.mask_downscaling.3.weight"][0],
            decoder_depth=_count(
                weights, r"mask_decoder\.transformer\.layers\.(\d+)\.norm1\.weight"
            ),
            decoder_mlp_width=shape["mask_decoder.transformer.layers.0.mlp.lin1.weight"][0],
            masks=shape["mask_decoder.mask_tokens.weight"][0] - 1,
            iou_depth=_count(weights, r"mask_decoder\.iou_prediction_head\.layers\.(\d+)\.weight"),
            iou_width=shape["mask_decoder.iou_prediction_head.layers.0.weight"][0],
        )


def load_sam(path: Path, *, variant: str = "") -> tuple[Sam, SamSizes]:
    """Build the network of a checkpoint file, in float32 on the CPU.

    The file is read as weights alone (`torch.load(weights_only=True)`): code in it is refused
    and never run.  One that has the name of a released file has to be that file.

    Args:
        path: the `.pth` file.
        variant: "vit_b", "vit_l", "vit_h", or "" to take what the file holds.

    Raises:
        CheckpointError: the file is missing, unreadable, damaged or unsafe, is not the released
            one whose name it has, holds weights that are not SAM's, or another variant than
            `variant`.
    """
    if variant and variant not in VARIANTS.values():
        known = ", ".join(VARIANTS.values())
        raise CheckpointError(
            tr("SAM has no variant “{variant}”.", variant=variant),
            advice=tr("Choose one of {known}.", known=known),
        )
    weights = _read_weights(path)
    sizes = _sizes(weights, path)
    if variant and sizes.variant != variant:
        held = sizes.variant if sizes.variant != "custom" else tr("none of the released variants")
        raise CheckpointError(
            tr("“{name}” holds {held}, not {variant}.", name=path.name, held=held, variant=variant),
            advice=tr("Choose the variant “automatic”, or the other file."),
        )
    return _build(sizes, weights, path), sizes


def file_digest(path: Path) -> str:
    """Return 12 hexadecimal digits of the file's SHA-256.

    Raises:
        OSError: the file cannot be read.
    """
    return _sha256(path)[:12]


def _sha256(path: Path) -> str:
    found = path.stat()
    return _sha256_of_state(path, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=4)
def _sha256_of_state(path: Path, size: int, changed: int) -> str:
    """Return the digest of a file as it is now; a file of this size and time is read once."""
    del size, changed
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _check_released(path: Path) -> None:
    wanted = RELEASED.get(path.name)
    if wanted is None:
        return
    found = _sha256(path)
    if found != wanted:
        raise CheckpointError(
            tr(
                "“{name}” is not the file that Meta released under this name: its "
                "SHA-256 begins with {found} and not with {wanted}.",
                name=path.name,
                found=found[:12],
                wanted=wanted[:12],
            ),
            kept=tr("It was not loaded."),
            advice=tr("Copy or download it again; if the weights are your own, rename the file."),
        )


def _read_weights(path: Path) -> dict[str, Tensor]:
    if not path.is_file():
        raise CheckpointError(
            tr("SAM's checkpoint “{path}” is a folder.", path=path)
            if path.is_dir()
            else tr("SAM's checkpoint “{path}” does not exist.", path=path),
            advice=tr("Check the path of the .pth file."),
        )
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CheckpointError(
                tr(
                    "“{name}” is larger than {max_bytes} GiB: no SAM is.",
                    name=path.name,
                    max_bytes=MAX_BYTES // 2**30,
                ),
                advice=tr(ADVICE),
            )
        _check_released(path)
        with warnings.catch_warnings():
            # Of old or foreign formats torch warns first; whether they load is what counts.
            warnings.simplefilter("ignore", UserWarning)
            loaded = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise CheckpointError(
            tr(
                "“{name}” cannot be read: {strerror}.",
                name=path.name,
                strerror=error.strerror or error,
            ),
            advice=tr("Check that you may read the file."),
        ) from error
    except _UNREADABLE as error:
        raise unreadable(path, error) from error
    except MemoryError as error:
        raise CheckpointError(
            tr("There is not enough memory to read “{name}”.", name=path.name),
            advice=tr("Use a smaller variant."),
        ) from error
    return _checked(loaded, path)


def _checked(loaded: object, path: Path) -> dict[str, Tensor]:
    if not isinstance(loaded, dict) or not loaded:
        raise not_sam(path, tr("it holds no table of weights"))
    weights: dict[str, Tensor] = {}
    for name, tensor in loaded.items():
        if not isinstance(name, str) or not isinstance(tensor, Tensor):
            raise not_sam(path, tr("its entry “{name}” is not a weight", name=str(name)[:60]))
        if tensor.layout != torch.strided or not tensor.is_floating_point():
            raise not_sam(
                path, tr("its weight “{name}” is not made of plain numbers", name=name[:60])
            )
        # A view can claim to be far larger than the numbers that the file has for it.
        if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
            raise not_sam(path, tr("its weight “{name}” is larger than its data", name=name[:60]))
        weights[name] = tensor
    return weights


def _sizes(weights: Mapping[str, Tensor], path: Path) -> SamSizes:
    try:
        return SamSizes.of(weights)
    except KeyError as error:
        raise not_sam(path, tr("the weight {error} is missing", error=error)) from error
    except (IndexError, ValueError) as error:
        raise not_sam(path, tr("its weights' shapes do not fit together")) from error


def _build(sizes: SamSizes, weights: dict[str, Tensor], path: Path) -> Sam:
    try:
        with torch.device("meta"):  # no memory and no random numbers for weights that are replaced
            sam = build_network(sizes)
    except (AssertionError, RuntimeError, ValueError, ZeroDivisionError) as error:
        raise not_sam(path, tr("its weights' shapes do not fit together")) from error
    wanted = {name: tuple(tensor.shape) for name, tensor in sam.state_dict().items()}
    missing = sorted(wanted.keys() - weights.keys())
    surplus = sorted(weights.keys() - wanted.keys())
    if missing or surplus:
        what = "; ".join(
            tr(text, count=len(names), names=first(names))
            for names, text in (
                (missing, mark("{count} missing ({names})")),
                (surplus, mark("{count} unknown ({names})")),
            )
            if names
        )
        raise not_sam(path, tr("its weights do not fit: {what}", what=what))
    for name, shape in wanted.items():
        if tuple(weights[name].shape) != shape:
            raise not_sam(
                path,
                tr(
                    "“{name}” has the shape {shape} and not {wanted}",
                    name=name,
                    shape=tuple(weights[name].shape),
                    wanted=shape,
                ),
            )
    sam.load_state_dict({name: weights[name].float() for name in wanted}, assign=True)
    # The colours' statistics are not in the file, and what was built on "meta" has no values.
    for name, values in (("pixel_mean", _PIXEL_MEAN), ("pixel_std", _PIXEL_STD)):
        sam.register_buffer(name, torch.tensor(values).view(-1, 1, 1), persistent=False)
    sam.requires_grad_(requires_grad=False)
    return sam.eval()


def build_network(sizes: SamSizes) -> Sam:
    """Build a SAM of these sizes, its weights as their layers start them.

    Raises:
        AssertionError, RuntimeError, ValueError, ZeroDivisionError: the sizes do not fit together.
    """
    grid = sizes.image_size // sizes.patch_size
    encoder = ImageEncoderViT(
        img_size=sizes.image_size,
        patch_size=sizes.patch_size,
        embed_dim=sizes.width,
        depth=sizes.depth,
        num_heads=sizes.heads,
        mlp_ratio=sizes.mlp_width / sizes.width,
        out_chans=sizes.prompt_width,
        qkv_bias=True,
        norm_layer=partial(nn.LayerNorm, eps=1e-6),
        use_rel_pos=True,
        window_size=sizes.window,
        global_attn_indexes=sizes.global_blocks,
    )
    prompts = PromptEncoder(
        embed_dim=sizes.prompt_width,
        image_embedding_size=(grid, grid),
        input_image_size=(sizes.image_size, sizes.image_size),
        mask_in_chans=sizes.mask_channels,
    )
    decoder = MaskDecoder(
        num_multimask_outputs=sizes.masks,
        transformer=TwoWayTransformer(
            depth=sizes.decoder_depth,
            embedding_dim=sizes.prompt_width,
            mlp_dim=sizes.decoder_mlp_width,
            num_heads=_DECODER_HEADS,
        ),
        transformer_dim=sizes.prompt_width,
        iou_head_depth=sizes.iou_depth,
        iou_head_hidden_dim=sizes.iou_width,
    )
    return Sam(encoder, prompts, decoder, list(_PIXEL_MEAN), list(_PIXEL_STD))


def _count(weights: Mapping[str, Tensor], pattern: str) -> int:
    """Return how many names match, numbered from 0 without a gap.

    Raises:
        ValueError: there is none, or a number is left out.
    """
    numbers = {int(match[1]) for name in weights if (match := re.fullmatch(pattern, name))}
    if not numbers or max(numbers) != len(numbers) - 1:
        raise ValueError(f"layers {pattern} are missing")
    return len(numbers)

"""What a GAR checkpoint says about itself, read, checked and frozen."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from gar_studio.engines.description import MAX_REGIONS
from gar_studio.errors import CheckpointError
from gar_studio.language import tr

CONFIG_FILE = "config.json"
PREPROCESSOR_FILE = "preprocessor_config.json"
PROCESSOR_FILE = "processor_config.json"
GENERATION_FILE = "generation_config.json"

MODEL_TYPE = "GAR"
_MAX_JSON_BYTES = 64 * 1024 * 1024
_MAX_TILES = 64

_Positive = Annotated[int, Meta(ge=1)]
_Index = Annotated[int, Meta(ge=0)]
_T = TypeVar("_T")


class ReplayScaling(StrEnum):
    """How a region's box becomes coordinates of the feature map (gar.md, Two scalings)."""

    RELEASED = "released"
    """Scaled down twice, as in the code that the released weights were trained with."""
    EXACT = "exact"
    """Scaled down once, as the paper describes it."""


class VisionArgs(msgspec.Struct, frozen=True, omit_defaults=True):
    """The vision tower's arguments to timm that a checkpoint may set; others are ignored.

    Only sizes and norms: timm's builder also takes paths of weights to unpickle, so nothing
    that a stranger's file says is handed to it unread.
    """

    embed_dim: _Positive
    depth: _Positive
    num_heads: _Positive
    img_size: tuple[_Positive, _Positive]
    global_pool: str = "map"
    use_post_transformer_norm: bool | None = None
    init_values: float | None = None
    ref_feat_shape: tuple[_Positive, _Positive] | None = None
    mlp_ratio: float | None = None
    patch_size: _Positive | None = None


class VisionSettings(msgspec.Struct, frozen=True):
    """The vision tower: a Perception Encoder of timm."""

    architecture: Annotated[str, Meta(pattern=r"^vit_pe_(core|lang|spatial)_[a-z0-9_]+$")]
    model_args: VisionArgs


class TextSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """The decoder: the numbers of a Llama config that shape the network; others are ignored."""

    vocab_size: _Positive
    hidden_size: _Positive
    intermediate_size: _Positive
    num_hidden_layers: _Positive
    num_attention_heads: _Positive
    model_type: str = "llama"
    num_key_value_heads: _Positive | None = None
    head_dim: _Positive | None = None
    hidden_act: str = "silu"
    max_position_embeddings: _Positive = 2048
    rms_norm_eps: float = 1e-6
    rope_theta: float | None = None
    rope_scaling: dict[str, str | int | float | None] | None = None
    rope_parameters: dict[str, str | int | float | None] | None = None
    tie_word_embeddings: bool = False
    attention_bias: bool = False
    mlp_bias: bool = False
    bos_token_id: int | None = None
    eos_token_id: int | list[int] | None = None
    pad_token_id: int | None = None


class MLLMSettings(msgspec.Struct, frozen=True):
    """The Perception-LM inside a GAR (transformers' `PerceptionLMConfig`)."""

    vision_config: VisionSettings
    text_config: TextSettings
    image_token_id: _Index = 128002
    video_token_id: _Index = 128003
    projector_pooling_ratio: _Positive = 2
    vision_use_cls_token: bool = True
    tie_word_embeddings: bool | None = None


class _GARFile(msgspec.Struct):
    model_type: str = ""
    prompt_numbers: _Positive = MAX_REGIONS
    crop_tokens_ids: list[_Index] = []
    kernel_size: tuple[_Positive, _Positive] = (14, 14)
    mask_path_embedding_out_channels: _Positive = 1
    mllm_config: Any = None
    replay_scaling: ReplayScaling = ReplayScaling.RELEASED


class _PreprocessorFile(msgspec.Struct):
    tile_size: _Positive = 448
    max_num_tiles: Annotated[int, Meta(ge=1, le=_MAX_TILES)] = 16
    image_mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    image_std: tuple[float, float, float] = (0.5, 0.5, 0.5)
    letterbox: bool = False


class _ProcessorFile(msgspec.Struct):
    patch_size: _Positive = 14
    pooling_ratio: _Positive = 2


class _GenerationFile(msgspec.Struct):
    eos_token_id: int | list[int] | None = None


@dataclass(frozen=True, slots=True)
class GARConfig:
    """A GAR's settings (gar.md, Checkpoint layout).

    Attributes:
        slot_ids: token id of region i's feature slots, by prompt number.
        replay_scaling: how boxes are scaled for the feature replay.
        mllm: the Perception-LM inside.
        tile_size: side of a tile in pixels.
        max_tiles: most tiles beside the thumbnail that the model is meant for.
        patch_size: side of a ViT patch in pixels.
        pooling: patches per visual token, along one side.
        image_mean: mean of each channel for values in 0…1.
        image_std: standard deviation of each channel for values in 0…1.
        stop_ids: tokens that end an answer, as far as the config files say.
        letterbox: whether a photo keeps its aspect inside its tiles, with grey beside it; the
            released models stretch it.
    """

    slot_ids: tuple[int, ...]
    replay_scaling: ReplayScaling
    mllm: MLLMSettings
    tile_size: int
    max_tiles: int
    patch_size: int
    pooling: int
    image_mean: tuple[float, float, float]
    image_std: tuple[float, float, float]
    stop_ids: frozenset[int]
    letterbox: bool = False

    @property
    def prompt_count(self) -> int:
        """How many region prompts there are: `<Prompt0>` and so on."""
        return len(self.slot_ids)

    @property
    def tokens_per_side(self) -> int:
        """Visual tokens along one side of a tile, and of a replayed region: 16."""
        return self.tile_size // self.patch_size // self.pooling

    @property
    def tokens_per_tile(self) -> int:
        """Visual tokens of a tile, and slots of a region: 256."""
        return self.tokens_per_side**2

    @property
    def vision_width(self) -> int:
        """Channels of the vision tower."""
        return self.mllm.vision_config.model_args.embed_dim


def read_config(folder: Path) -> GARConfig:
    """Read a checkpoint folder's JSON files.

    Raises:
        CheckpointError: a file is missing or unreadable, or what it says does not fit together.
    """
    gar = read_json(folder / CONFIG_FILE, _GARFile)
    if gar.model_type != MODEL_TYPE:
        raise CheckpointError(
            tr(
                "The model in “{folder}” is of type “{model_type}”, not “{model_type_2}”.",
                folder=folder,
                model_type=gar.model_type,
                model_type_2=MODEL_TYPE,
            ),
            advice=tr("Choose a folder with a GAR checkpoint."),
        )
    mllm = _convert(gar.mllm_config, MLLMSettings, folder / CONFIG_FILE)
    preprocessor = _read_optional(folder / PREPROCESSOR_FILE, _PreprocessorFile)
    processor = _read_optional(folder / PROCESSOR_FILE, _ProcessorFile)
    generation = _read_optional(folder / GENERATION_FILE, _GenerationFile)
    config = GARConfig(
        slot_ids=tuple(gar.crop_tokens_ids),
        replay_scaling=gar.replay_scaling,
        mllm=mllm,
        tile_size=preprocessor.tile_size,
        max_tiles=preprocessor.max_num_tiles,
        patch_size=processor.patch_size,
        pooling=processor.pooling_ratio,
        image_mean=preprocessor.image_mean,
        image_std=preprocessor.image_std,
        stop_ids=_ids(mllm.text_config.eos_token_id) | _ids(generation.eos_token_id),
        letterbox=preprocessor.letterbox,
    )
    for problem in _contradictions(gar, config):
        raise CheckpointError(
            tr(
                "The settings in “{folder}” contradict each other: {problem}.",
                folder=folder,
                problem=problem,
            ),
            advice=tr("Fetch the checkpoint again from where it came."),
        )
    return config


def read_json(path: Path, kind: type[_T]) -> _T:
    """Read a JSON file as `kind`, a msgspec type; unknown keys are ignored.

    Raises:
        CheckpointError: the file is missing, too large, no JSON, or lacks what `kind` needs.
    """
    return _convert(_decode(path), kind, path)


def _decode(path: Path) -> Any:  # noqa: ANN401 - JSON can be anything
    try:
        if path.stat().st_size > _MAX_JSON_BYTES:
            raise CheckpointError(tr("“{path}” is too large to be a settings file.", path=path))
        return msgspec.json.decode(path.read_bytes())
    except FileNotFoundError as error:
        raise CheckpointError(
            tr("The model folder “{parent}” has no {name}.", parent=path.parent, name=path.name),
            advice=tr("Choose the folder that holds config.json and the *.safetensors files."),
        ) from error
    except OSError as error:
        raise CheckpointError(
            tr("“{path}” cannot be read: {strerror}.", path=path, strerror=error.strerror)
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CheckpointError(
            tr("“{path}” is not readable JSON: {error}.", path=path, error=error),
            advice=tr("The file is damaged; fetch it again from where it came."),
        ) from error


def _convert(value: object, kind: type[_T], path: Path) -> _T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise CheckpointError(
            tr("“{path}” does not say what a GAR needs: {error}.", path=path, error=error),
            advice=tr("Choose a checkpoint in the layout of the released GAR."),
        ) from error


def _read_optional(path: Path, kind: type[_T]) -> _T:
    return read_json(path, kind) if path.exists() else kind()


def _ids(value: int | list[int] | None) -> frozenset[int]:
    if value is None:
        return frozenset()
    return frozenset([value] if isinstance(value, int) else value)


def _contradictions(gar: _GARFile, config: GARConfig) -> list[str]:
    """Return what cannot all be true, as clauses."""
    vision, text = config.mllm.vision_config.model_args, config.mllm.text_config
    side = config.patch_size * config.pooling
    vocabulary = text.vocab_size
    ids = [*config.slot_ids, config.mllm.image_token_id]
    rules = {
        tr(
            "prompt_numbers is {prompt_numbers}, crop_tokens_ids has {count}",
            prompt_numbers=gar.prompt_numbers,
            count=len(config.slot_ids),
        ): (gar.prompt_numbers == config.prompt_count == len(set(config.slot_ids))),
        tr(
            "a slot or image token lies outside the vocabulary of {vocabulary}",
            vocabulary=vocabulary,
        ): (max(ids) < vocabulary),
        tr("the image token is also a slot token"): (
            config.mllm.image_token_id not in config.slot_ids
        ),
        tr(
            "kernel_size is {kernel_size}, patch_size is {patch_size}",
            kernel_size=gar.kernel_size,
            patch_size=config.patch_size,
        ): (gar.kernel_size == (config.patch_size, config.patch_size)),
        tr(
            "the vision tower's patch_size is {patch_size}, the processor's is {config_patch_size}",
            patch_size=vision.patch_size,
            config_patch_size=config.patch_size,
        ): vision.patch_size in {None, config.patch_size},
        tr(
            "tile_size is {tile_size}, img_size is {img_size}",
            tile_size=config.tile_size,
            img_size=vision.img_size,
        ): (vision.img_size == (config.tile_size, config.tile_size)),
        tr(
            "tiles of {tile_size} pixels cannot be divided by {side}",
            tile_size=config.tile_size,
            side=side,
        ): (config.tile_size % side == 0),
        tr(
            "pooling_ratio is {pooling}, the projector's is {projector_pooling_ratio}",
            pooling=config.pooling,
            projector_pooling_ratio=config.mllm.projector_pooling_ratio,
        ): (config.pooling == config.mllm.projector_pooling_ratio),
        tr(
            "mask_path_embedding_out_channels is "
            "{mask_path_embedding_out_channels}, the vision tower is {embed_dim} "
            "wide",
            mask_path_embedding_out_channels=gar.mask_path_embedding_out_channels,
            embed_dim=vision.embed_dim,
        ): (gar.mask_path_embedding_out_channels == vision.embed_dim),
        tr(
            "the decoder is of type “{model_type}”, not “llama”", model_type=text.model_type
        ): text.model_type == "llama",
        tr(
            "{num_attention_heads} attention heads do not divide {hidden_size}",
            num_attention_heads=text.num_attention_heads,
            hidden_size=text.hidden_size,
        ): (text.head_dim is not None or text.hidden_size % text.num_attention_heads == 0),
        tr(
            "{num_heads} attention heads do not divide {embed_dim}",
            num_heads=vision.num_heads,
            embed_dim=vision.embed_dim,
        ): (vision.embed_dim % vision.num_heads == 0),
        tr("an image_std is not positive"): min(config.image_std) > 0,
    }
    return [clause for clause, holds in rules.items() if not holds]

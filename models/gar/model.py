"""The network: Perception-LM, and the mask patch embedding that GAR adds to it.

Source: arXiv 2510.18876, Section 3; gar.md, Image and mask.  Shapes below: S a tile's side in
pixels (448), T·T visual tokens a tile (256), D the vision tower's width, C the decoder's width,
L a number of tokens, V the vocabulary.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec
import torch
from torch import Tensor, nn

from gar_studio.errors import EngineError
from gar_studio.language import tr
from models.gar.config import GARConfig
from models.gar.kv_cache import KVCache
from models.gar.thin import use_thin_products
from models.torch_setup import import_torchvision

import_torchvision()

from transformers import (  # noqa: E402 - timm and transformers import torchvision themselves
    PerceptionLMConfig,
    PerceptionLMForConditionalGeneration,
)
from transformers.models.llama.modeling_llama import (  # noqa: E402
    LlamaModel,
    LlamaRotaryEmbedding,
)

# transformers 5.24 renamed the argument, and warns about the name that older versions need.
_NAMES = ("cache", "past_key_values")
DECODER_CACHE = next(n for n in _NAMES if n in inspect.signature(LlamaModel.forward).parameters)


class GARModel(nn.Module):
    """A GAR without weights; `models.gar.checkpoint` fills it in.

    Its state dict has the keys of a released checkpoint: `mllm.*` and
    `mask_patch_embedding.weight`.
    """

    def __init__(self, config: GARConfig) -> None:
        """Lay the network out on torch's current default device."""
        super().__init__()
        self.config = config
        self.mllm = PerceptionLMForConditionalGeneration(perception_lm_config(config))
        use_thin_products(self.mllm.model.language_model)
        use_thin_products(self.mllm.lm_head)
        patch = config.patch_size
        self.mask_patch_embedding = nn.Conv2d(
            3, config.vision_width, kernel_size=patch, stride=patch, bias=False
        )

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.mask_patch_embedding.weight.device

    @property
    def dtype(self) -> torch.dtype:
        """The type of the weights."""
        return self.mask_patch_embedding.weight.dtype

    @property
    def bytes_per_token(self) -> int:
        """Bytes of a token's keys and values in all layers."""
        text = self.config.mllm.text_config
        heads = text.num_key_value_heads or text.num_attention_heads
        width = text.head_dim or text.hidden_size // text.num_attention_heads
        size = torch.finfo(self.dtype).bits // 8
        return 2 * text.num_hidden_layers * heads * width * size

    @torch.inference_mode()
    def encode_tile(self, pixels: Tensor, mask: Tensor | None) -> Tensor:
        """Compute one tile's visual tokens.

        Args:
            pixels: (3, S, S) float32, normalised.
            mask: (S, S), 1 where a region is; None where no region touches the tile.

        Returns:
            (T·T, C).
        """
        tower = self.mllm.model.vision_tower.timm_model
        added = None if mask is None else self._embed_mask(mask)
        # The mask joins between patch embedding and position embedding, in the middle of timm's
        # forward pass; a hook for the time of this call is the one door that timm offers there.
        hook = tower.patch_embed.register_forward_hook(
            lambda _module, _inputs, patches: patches if added is None else patches + added
        )
        try:
            tokens = tower.forward_features(pixels[None].to(self.device, self.dtype))
        finally:
            hook.remove()
        if self.config.mllm.vision_use_cls_token:
            tokens = tokens[:, 1:]
        return cast(Tensor, self.mllm.model.multi_modal_projector(tokens)[0])

    @torch.inference_mode()
    def embed_tokens(self, ids: Tensor) -> Tensor:
        """Look up tokens: (L,) → (L, C)."""
        return cast(Tensor, self.mllm.get_input_embeddings()(ids.to(self.device)))

    @torch.inference_mode()
    def extend(self, embeddings: Tensor, cache: KVCache) -> Tensor:
        """Run the decoder over further tokens.

        Args:
            embeddings: (L, C) of the tokens that follow those in the cache.
            cache: keys and values so far; grows by L.

        Returns:
            (V,) float32 logits of the token after the last one.
        """
        output = self.mllm.model.language_model(
            inputs_embeds=embeddings[None], use_cache=True, **{DECODER_CACHE: cache}
        )
        last = output.last_hidden_state[0, -1]
        return cast(Tensor, self.mllm.lm_head(last).to(torch.float32))

    @torch.inference_mode()
    def extend_batch(self, ids: Tensor, cache: KVCache, *, padding: Tensor) -> Tensor:
        """Run the decoder over one further token of each of several requests.

        Args:
            ids: (B,) the tokens.
            cache: keys and values of a batch (`models.gar.kv_cache.StackedCache`); grows by 1.
            padding: (B,) how many of the cache's first columns are padding.

        Returns:
            (B, V) float32 logits of the next tokens.
        """
        columns = torch.arange(cache.length + 1, device=self.device)
        starts = padding.to(self.device)[:, None]
        # Positions count from each request's own first token, so that padding changes nothing.
        output = self.mllm.model.language_model(
            inputs_embeds=self.embed_tokens(ids)[:, None],
            attention_mask=(columns[None] >= starts).long() if padding.any() else None,
            position_ids=cache.length - starts,
            use_cache=True,
            **{DECODER_CACHE: cache},
        )
        last = output.last_hidden_state[:, -1]
        return cast(Tensor, self.mllm.lm_head(last).to(torch.float32))

    def new_cache(self) -> KVCache:
        """Return an empty cache for `extend`."""
        return KVCache(self.config.mllm.text_config.num_hidden_layers)

    def _embed_mask(self, mask: Tensor) -> Tensor:
        """Turn (S, S) into (1, patches, D): three equal channels through the convolution."""
        channels = mask.to(self.device, self.dtype).expand(1, 3, -1, -1)
        return cast(Tensor, self.mask_patch_embedding(channels).flatten(2).transpose(1, 2))


def perception_lm_config(config: GARConfig) -> PerceptionLMConfig:
    """Make transformers' config out of the values that were read and checked, and no others."""
    raw: dict[str, Any] = msgspec.to_builtins(config.mllm)
    raw["vision_config"] |= {"model_type": "timm_wrapper", "num_classes": 0, "do_pooling": False}
    raw["text_config"]["model_type"] = "llama"
    if raw["tie_word_embeddings"] is None:
        raw["tie_word_embeddings"] = config.mllm.text_config.tie_word_embeddings
    raw["attn_implementation"] = "sdpa"
    return PerceptionLMConfig(**raw)


def build_empty(config: GARConfig) -> GARModel:
    """Lay a GAR out without memory for its weights and without initialising them.

    All parameters are on the meta device; the few tables that follow from the config alone
    (rotary positions) are computed, on the CPU.

    Raises:
        EngineError: the installed timm or transformers cannot build what the config asks for.
    """
    try:
        with torch.device("meta"):
            model = GARModel(config)
    except (RuntimeError, ValueError, TypeError, KeyError, ImportError, AssertionError) as error:
        raise EngineError(
            tr(
                "This GAR cannot be built with the installed timm and transformers: {error}.",
                error=error,
            ),
            advice=tr("Check the checkpoint's config.json, or update timm and transformers."),
        ) from error
    for module in list(model.modules()):
        _compute_tables(module)
    for name, table in model.named_buffers():
        if table.is_meta:
            raise EngineError(
                tr("The installed timm does not say how to compute “{name}”.", name=name),
                advice=tr("Update timm."),
            )
    return model.eval()


def _compute_tables(module: nn.Module) -> None:
    own: Mapping[str, Tensor | None] = module._buffers
    if not any(table is not None and table.is_meta for table in own.values()):
        return
    if isinstance(module, LlamaRotaryEmbedding):
        fresh = LlamaRotaryEmbedding(module.config)
        for name, table in fresh.named_buffers():
            setattr(module, name, table)
    elif hasattr(module, "init_non_persistent_buffers"):
        compute = cast(Callable[[], None], module.init_non_persistent_buffers)
        module.to_empty(device="cpu", recurse=False)
        compute()

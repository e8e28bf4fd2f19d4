"""One request on its way through the network: tiles, replay, prefill, greedy decoding.

The window, the command line and the parity check all run this class.  Each stage is a method of
its own, so that what a stage returns can be kept for the next request.
"""

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gar_studio.annotation.mask import BoolArray
from gar_studio.engines.protocol import CancelToken, Progress, RGBArray
from gar_studio.errors import CheckpointError, RequestError
from models.gar.config import GARConfig
from models.gar.image_processor import TileStack, make_tiles, normalise
from models.gar.model import Cache, GARModel
from models.gar.replay import SPATIAL_SCALE, replay, stitch

PREFILL_CHUNK = 512
"""Most tokens between two looks at the cancel token."""

STAGE_TILES = "tiles"
STAGE_PREFILL = "prompt"


@dataclass(frozen=True, slots=True)
class PromptIds:
    """The tokens before the answer, image and slot tokens written out.

    Attributes:
        ids: token ids.
        prompts: prompt number of each region, in the order of the regions' masks.
    """

    ids: tuple[int, ...]
    prompts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token of the answer."""

    token: int


@dataclass(frozen=True, eq=False)
class Prefix:
    """The decoder's state after the prompt.

    Holds tensors, so it is compared by identity.

    Attributes:
        cache: keys and values of the prompt's tokens; decoding appends to it.
        logits: (V,) float32 of the first token of the answer.
    """

    cache: Cache
    logits: Tensor


@dataclass(frozen=True, eq=False)
class Trace:
    """What a run computed, stage by stage; `GARSession.run` returns it at its end.

    Holds tensors, so it is compared by identity.

    Attributes:
        features: (1 + tiles, T·T, C) of the tiles, the thumbnail first.
        replayed: (regions, T·T, C).
        last_logits: (V,) float32 of the first token of the answer.
        tokens: the answer, without the token that ended it.
        ended: whether the model ended the answer itself.
    """

    features: Tensor
    replayed: Tensor
    last_logits: Tensor
    tokens: tuple[int, ...]
    ended: bool


class GARSession:
    """Runs requests on one network.  Used by one thread at a time; a failed run leaves no trace."""

    def __init__(self, model: GARModel) -> None:
        self._model = model

    @property
    def config(self) -> GARConfig:
        """The network's settings."""
        return self._model.config

    def prepare(
        self,
        pixels: RGBArray,
        masks: Sequence[BoolArray],
        *,
        cancel: CancelToken,
        max_tiles: int | None = None,
    ) -> TileStack:
        """Cut the photo and its regions' masks into tiles.

        Args:
            pixels: (H, W, 3) uint8 RGB.
            masks: (H, W) bool, one a region, none empty.
            cancel: checked between the steps.
            max_tiles: most tiles beside the thumbnail; None for the model's own number.

        Raises:
            Cancelled: the token was cancelled.
        """
        tiles = self.config.max_tiles if max_tiles is None else max_tiles
        return make_tiles(pixels, masks, config=self.config, max_tiles=tiles, cancel=cancel)

    def run(
        self,
        stack: TileStack,
        prompt: PromptIds,
        *,
        max_new_tokens: int,
        stop_ids: Collection[int],
        cancel: CancelToken,
    ) -> Generator[Progress | NewToken, None, Trace]:
        """Run the network: progress first, then the answer's tokens, and at the end the trace.

        The token is checked before each tile, prefill chunk and new token.

        Raises:
            RequestError: the prompt and its answer are longer than the model's context.
            CheckpointError: the prompt does not have the image and slot tokens that are needed.
            Cancelled: the token was cancelled.
        """
        self.check(stack, prompt, max_new_tokens=max_new_tokens)
        features = yield from self.encode(stack, cancel=cancel)
        replayed = self.replay(stack, features)
        embeddings = self.embed(prompt, features=features, replayed=replayed)
        prefix = yield from self.prefill(embeddings, cancel=cancel)
        tokens: list[int] = []
        ended = False
        for token in self.decode(prefix, limit=max_new_tokens, cancel=cancel):
            if token in stop_ids:
                ended = True
                break
            tokens.append(token)
            yield NewToken(token)
        return Trace(
            features=features,
            replayed=replayed,
            last_logits=prefix.logits,
            tokens=tuple(tokens),
            ended=ended,
        )

    def encode(self, stack: TileStack, *, cancel: CancelToken) -> Generator[Progress, None, Tensor]:
        """Compute the tiles' features one by one; return (1 + tiles, T·T, C)."""
        yield Progress(STAGE_TILES, 0, stack.count)
        features = []
        for index in range(stack.count):
            cancel.check()
            pixels = normalise(stack.pixels[index], self.config)
            mask = stack.mask[index] if stack.touched[index] else None
            features.append(self._model.encode_tile(pixels, mask))
            yield Progress(STAGE_TILES, index + 1, stack.count)
        return torch.stack(features)

    @torch.inference_mode()
    def replay(self, stack: TileStack, features: Tensor) -> Tensor:
        """Read every region's own box out of the tiles' features: (regions, T·T, C)."""
        return replay(
            stitch(features[1:], stack.grid),
            stack.boxes,
            side=self.config.tokens_per_side,
            scale=SPATIAL_SCALE[self.config.replay_scaling],
        ).to(features.dtype)

    @torch.inference_mode()
    def embed(self, prompt: PromptIds, *, features: Tensor, replayed: Tensor) -> Tensor:
        """Look up the prompt's tokens and lay the features over their slots: (L, C)."""
        ids = torch.tensor(prompt.ids)
        embeddings = self._model.embed_tokens(ids).clone()
        image = (ids == self.config.mllm.image_token_id).to(embeddings.device)
        embeddings[image] = features.flatten(0, 1)
        for number, values in zip(prompt.prompts, replayed, strict=True):
            slots = (ids == self.config.slot_ids[number]).to(embeddings.device)
            embeddings[slots] = values
        return embeddings

    def prefill(
        self, embeddings: Tensor, *, cancel: CancelToken
    ) -> Generator[Progress, None, Prefix]:
        """Run the decoder over (L, C) in chunks; return its state after them."""
        chunks = torch.split(embeddings, PREFILL_CHUNK)
        cache = self._model.new_cache()
        yield Progress(STAGE_PREFILL, 0, len(chunks))
        for done, chunk in enumerate(chunks, start=1):
            cancel.check()
            logits = self._model.extend(chunk, cache)
            yield Progress(STAGE_PREFILL, done, len(chunks))
        return Prefix(cache=cache, logits=logits)

    def decode(
        self, prefix: Prefix, *, limit: int, cancel: CancelToken
    ) -> Generator[int, None, None]:
        """Yield at most `limit` tokens, always the likeliest one; the caller knows when to stop."""
        logits = prefix.logits
        for done in range(1, limit + 1):
            cancel.check()
            token = int(logits.argmax())
            yield token
            if done < limit:
                cancel.check()
                logits = self._model.extend(
                    self._model.embed_tokens(torch.tensor([token])), prefix.cache
                )

    def check(self, stack: TileStack, prompt: PromptIds, *, max_new_tokens: int) -> None:
        """Check that tiles, regions and tokens fit each other and the model's context.

        Raises:
            RequestError: the prompt and its answer are longer than the model's context.
            CheckpointError: the prompt does not have the image and slot tokens that are needed.
        """
        context = self.config.mllm.text_config.max_position_embeddings
        length = len(prompt.ids) + max_new_tokens
        if length > context:
            raise RequestError(
                f"The question needs {length} tokens with its answer; the model takes {context}.",
                advice="Ask a shorter question, or allow fewer tiles or fewer new tokens.",
            )
        per_tile = self.config.tokens_per_tile
        wanted = {self.config.mllm.image_token_id: stack.count * per_tile}
        wanted |= {self.config.slot_ids[number]: per_tile for number in prompt.prompts}
        found = {token: prompt.ids.count(token) for token in wanted}
        if found != wanted or len(prompt.prompts) != len(stack.boxes):
            raise CheckpointError(
                f"The prompt has image and slot tokens {found}, but {wanted} are needed.",
                advice="Check the checkpoint's chat template and token ids.",
            )

"""One request on its way through the network: tiles, replay, prefill, greedy decoding.

The window, the command line and the parity check all run this class.  Each stage is a method of
its own, so that what a stage returns can be kept for the next request: `models.gar.store` holds
what is kept, and every result is the same as without it.
"""

from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gar_studio.annotation.mask import BoolArray
from gar_studio.engines.protocol import CancelToken, Progress, RGBArray
from gar_studio.errors import Cancelled
from gar_studio.language import mark
from models.gar.batch import Batch
from models.gar.config import GARConfig
from models.gar.image_processor import ImageTiles, TileStack, add_masks, cut_image, normalise
from models.gar.kv_cache import KVCache
from models.gar.model import GARModel
from models.gar.prompt import PromptIds
from models.gar.replay import SPATIAL_SCALE, replay, stitch
from models.gar.requests import check_prompt
from models.gar.store import KeptPrefix, PrefixIdentity, SessionStore
from models.gar.tiles import choose_grid

PREFILL_CHUNK = 512
"""Most tokens between two looks at the cancel token."""

STAGE_TILES = mark("tiles")
STAGE_PREFILL = mark("prompt")

_HEADROOM = 1.25
"""Free memory has to be this many times what a request is estimated to need."""


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
        identity: what the state depends on, or None if it may not be kept.
    """

    cache: KVCache
    logits: Tensor
    identity: PrefixIdentity | None = None


@dataclass(frozen=True, eq=False)
class Trace:
    """How a run ended; `GARSession.run` returns it.

    Holds a tensor, so it is compared by identity.

    Attributes:
        last_logits: (V,) float32 of the first token of the answer.
        tokens: the answer, without the token that ended it.
        ended: whether the model ended the answer itself.
    """

    last_logits: Tensor
    tokens: tuple[int, ...]
    ended: bool


class GARSession:
    """Runs requests on one network.  Used by one thread at a time; a failed run leaves no trace."""

    def __init__(
        self,
        model: GARModel,
        *,
        store: SessionStore | None = None,
        free_memory: Callable[[], int | None] | None = None,
    ) -> None:
        """Prepare.

        Args:
            model: the network, on its device already.
            store: what is kept between requests; None keeps nothing.
            free_memory: says how many bytes are free there, or None where nobody can tell.
        """
        self._model = model
        self._store = SessionStore(0) if store is None else store
        self._free_memory = free_memory
        self._image: tuple[str, int, ImageTiles] | None = None

    @property
    def config(self) -> GARConfig:
        """The network's settings."""
        return self._model.config

    @property
    def store(self) -> SessionStore:
        """What is kept between requests."""
        return self._store

    def forget(self, reason: str) -> None:
        """Drop all that is kept between requests, with a line in the log."""
        self._image = None
        self._store.make_room(reason)

    def prepare(
        self,
        pixels: RGBArray,
        masks: Sequence[BoolArray],
        *,
        cancel: CancelToken,
        max_tiles: int | None = None,
        image_key: str = "",
    ) -> TileStack:
        """Cut the photo and its regions' masks into tiles.

        Args:
            pixels: (H, W, 3) uint8 RGB.
            masks: (H, W) bool, one a region, none empty.
            cancel: checked between the steps.
            max_tiles: most tiles beside the thumbnail; None for the model's own number, which is
                never exceeded.
            image_key: `ImageData.key` of the photo; "" if nothing of it may be kept.

        Raises:
            Cancelled: the token was cancelled.
        """
        limit = self._tile_limit(max_tiles)
        tiles = self._cut(pixels, limit=limit, image_key=image_key, cancel=cancel)
        cancel.check()
        return add_masks(tiles, masks, config=self.config, image_key=image_key)

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
        prefix = yield from self.begin(stack, prompt, max_new_tokens=max_new_tokens, cancel=cancel)
        tokens: list[int] = []
        ended = False
        try:
            for token in self.decode(prefix, limit=max_new_tokens, cancel=cancel):
                if token in stop_ids:
                    ended = True
                    break
                tokens.append(token)
                yield NewToken(token)
        except (Cancelled, GeneratorExit):
            self.keep(prefix, tokens)
            raise
        self.keep(prefix, tokens)
        return Trace(last_logits=prefix.logits, tokens=tuple(tokens), ended=ended)

    def begin(
        self,
        stack: TileStack,
        prompt: PromptIds,
        *,
        max_new_tokens: int,
        cancel: CancelToken,
        room: int = PREFILL_CHUNK,
    ) -> Generator[Progress, None, Prefix]:
        """Do all that comes before the first token; what is kept from before is not done again.

        Memory for `room` tokens of the answer is made now, and for more when they come.

        Raises:
            RequestError, CheckpointError, Cancelled: see `run`.
        """
        check_prompt(stack, prompt, config=self.config, max_new_tokens=max_new_tokens)
        self._make_room(len(prompt.ids) + max_new_tokens)
        identity = self._identity(stack, prompt)
        kept = self._store.take_prefix(identity) if identity else None
        cache = kept.cache if kept else self._model.new_cache()
        start = cache.length
        cache.reserve(len(prompt.ids) + min(max_new_tokens, room))
        try:
            embeddings = yield from self._embeddings(stack, prompt, start=start, cancel=cancel)
            prefix = yield from self.prefill(embeddings, cancel=cancel, cache=cache)
        except (Cancelled, GeneratorExit):
            if kept is not None:
                cache.cut(start)
                self._store.keep_prefix(kept)
            raise
        return Prefix(cache=prefix.cache, logits=prefix.logits, identity=identity)

    def keep(self, prefix: Prefix, tokens: Sequence[int]) -> None:
        """Keep the decoder's state for a request that goes on from it, within the budget."""
        identity = prefix.identity
        if identity is not None:
            longer = identity.extended(tuple(tokens))
            self._store.keep_prefix(KeptPrefix(longer, prefix.cache))

    def encode(self, stack: TileStack, *, cancel: CancelToken) -> Generator[Progress, None, Tensor]:
        """Compute the tiles' features one by one; return (1 + tiles, T·T, C)."""
        yield Progress(STAGE_TILES, 0, stack.count)
        features: list[Tensor] = []
        for index in range(stack.count):
            cancel.check()
            twin = index == 1 and stack.is_its_thumbnail
            features.append(features[0] if twin else self._encode_tile(stack, index))
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
            if not prompt.introduces(number):
                continue
            slots = (ids == self.config.slot_ids[number]).to(embeddings.device)
            embeddings[slots] = values
        return embeddings

    def prefill(
        self, embeddings: Tensor, *, cancel: CancelToken, cache: KVCache | None = None
    ) -> Generator[Progress, None, Prefix]:
        """Run the decoder over (L, C) in chunks, after what is in `cache`; return its state."""
        chunks = torch.split(embeddings, PREFILL_CHUNK)
        cache = self._model.new_cache() if cache is None else cache
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

    def tiles_of(self, pixels: RGBArray, *, max_tiles: int | None) -> int:
        """Return how many tiles a photo is cut into, the thumbnail among them."""
        height, width, _ = pixels.shape
        limit = self._tile_limit(max_tiles)
        size = self.config.tile_size
        grid = choose_grid(width=width, height=height, tile_size=size, max_tiles=limit)
        return 1 + grid.tiles

    def new_batch(self, prompts: Sequence[PromptIds]) -> Batch:
        """Return a batch with room for requests with these prompts."""
        longest = max(len(prompt.ids) for prompt in prompts)
        return Batch(self._model, rows=len(prompts), columns=longest)

    def together(self, *, tokens: int) -> int:
        """Return how many requests of so many tokens the budget holds; at least one."""
        return max(1, self._store.budget // (tokens * self._model.bytes_per_token))

    def _tile_limit(self, wanted: int | None) -> int:
        """Return how many tiles a request may have: never more than the model is meant for."""
        most = self.config.max_tiles
        return most if wanted is None else min(wanted, most)

    def _cut(
        self, pixels: RGBArray, *, limit: int, image_key: str, cancel: CancelToken
    ) -> ImageTiles:
        """Cut the photo up; the last one's tiles are kept."""
        if image_key and self._image is not None and self._image[:2] == (image_key, limit):
            return self._image[2]
        tiles = cut_image(pixels, config=self.config, max_tiles=limit, cancel=cancel)
        self._image = (image_key, limit, tiles) if image_key and self._store.budget else None
        return tiles

    def _encode_tile(self, stack: TileStack, index: int) -> Tensor:
        key = stack.keys[index] if stack.keys else None
        kept = self._store.features(key) if key else None
        if kept is not None:
            return kept
        pixels = normalise(stack.pixels[index], self.config)
        mask = stack.mask[index] if stack.touched[index] else None
        features = self._model.encode_tile(pixels, mask)
        if key:
            self._store.keep_features(key, features)
        return features

    def _embeddings(
        self, stack: TileStack, prompt: PromptIds, *, start: int, cancel: CancelToken
    ) -> Generator[Progress, None, Tensor]:
        """Return the (L, C) embeddings of the prompt's tokens from `start` on."""
        rest = prompt.ids[start:]
        visual = {self.config.mllm.image_token_id, *self.config.slot_ids}
        if visual.isdisjoint(rest):
            return self._model.embed_tokens(torch.tensor(rest))
        features = yield from self.encode(stack, cancel=cancel)
        replayed = self.replay(stack, features)
        return self.embed(prompt, features=features, replayed=replayed)[start:]

    def _identity(self, stack: TileStack, prompt: PromptIds) -> PrefixIdentity | None:
        if not stack.keys:
            return None
        slots = (self.config.slot_ids[number] for number in prompt.prompts)
        return PrefixIdentity(
            ids=prompt.ids,
            tiles=stack.keys,
            boxes=tuple(zip(slots, stack.boxes, strict=True)),
            image_id=self.config.mllm.image_token_id,
            per_tile=self.config.tokens_per_tile,
        )

    def _make_room(self, tokens: int) -> None:
        """Drop what is kept if the memory would run out otherwise."""
        free = self._free_memory() if self._free_memory and len(self._store) else None
        if free is not None and free < _HEADROOM * tokens * self._model.bytes_per_token:
            self.forget("the memory is nearly full")

"""What GAR's own engine is measured against, and how one answer is timed.

The plain way is that of the released code: every request computes all tiles, in one batch, and
the whole prompt, with transformers' own unmodified `generate`, one request at a time (gar.md,
Faults of the released scripts: it holds no cache).  Photo, prompt and weights are the same.
"""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import GenerationConfig
from transformers.generation.streamers import BaseStreamer

from gar_studio.engines.description import DescribeRequest
from gar_studio.engines.protocol import CancelToken, ImageData
from models.gar.image_processor import TileStack, make_tiles, normalise
from models.gar.model import GARModel
from models.gar.prompt import PromptPlan, plan_prompt
from models.gar.session import GARSession
from models.gar.text_stream import TextStream
from models.gar.thin import ThinLinear
from models.gar.tokens import GARTokenizer


@dataclass(frozen=True, slots=True)
class Timed:
    """An answer and its times in seconds.

    Attributes:
        text: the answer; each token has a text of its own.
        new_tokens: its length.
        vision: from the first tile to the last.
        first_token: from the request to the first token.
        seconds: from the request to the end.
    """

    text: str
    new_tokens: int
    vision: float
    first_token: float
    seconds: float

    @property
    def per_token(self) -> float:
        """Seconds from one token to the next."""
        return (self.seconds - self.first_token) / max(self.new_tokens - 1, 1)


class PlainWay:
    """Answers as the released code does."""

    def __init__(
        self, model: GARModel, tokenizer: GARTokenizer, *, stop_ids: Collection[int] = ()
    ) -> None:
        """Answer with a network that is shared with the other side.

        Args:
            model: the network.
            tokenizer: of the same checkpoint.
            stop_ids: tokens that end an answer; random networks give none.
        """
        self._stop_ids = sorted(stop_ids)
        self._model = model
        self._tokenizer = tokenizer
        self._formulas = GARSession(model)  # without a store; for the prompt's embeddings alone
        # Otherwise transformers takes the end token of a config that names none.
        model.mllm.generation_config.eos_token_id = None

    @torch.inference_mode()
    def answer(self, image: ImageData, request: DescribeRequest) -> Timed:
        """Answer one request from its beginning."""
        started = time.perf_counter()
        stack = self._cut(image, request)
        plan = plan_prompt(
            request,
            slot_texts=self._tokenizer.slot_texts,
            neutralise=self._tokenizer.neutralise,
        )
        prompt = self._tokenizer.encode(plan, tiles=stack.count)
        before = time.perf_counter()
        features = self._encode(stack)
        vision = time.perf_counter() - before
        replayed = self._formulas.replay(stack, features)
        embeddings = self._formulas.embed(prompt, features=features, replayed=replayed)
        clock = _Clock()
        with _ordinary_layers(self._model):
            tokens = self._generate(embeddings, request.max_new_tokens, clock)
        assert clock.first is not None
        return Timed(
            text=self._text(tokens, plan),
            new_tokens=len(tokens),
            vision=vision,
            first_token=clock.first - started,
            seconds=time.perf_counter() - started,
        )

    def _cut(self, image: ImageData, request: DescribeRequest) -> TileStack:
        config = self._model.config
        masks = [region.mask.to_array() for region in request.regions]
        most = config.max_tiles if request.max_tiles is None else request.max_tiles
        return make_tiles(image.pixels, masks, config=config, max_tiles=most, cancel=CancelToken())

    def _encode(self, stack: TileStack) -> Tensor:
        """Return all tiles' (1 + tiles, T·T, C) features, computed in one batch."""
        model = self._model
        tower = model.mllm.model.vision_tower.timm_model
        mask = stack.mask[:, None].to(model.dtype).expand(-1, 3, -1, -1)
        added = model.mask_patch_embedding(mask).flatten(2).transpose(1, 2)
        hook = tower.patch_embed.register_forward_hook(
            lambda _module, _inputs, patches: patches + added
        )
        try:
            tokens = tower.forward_features(normalise(stack.pixels, model.config).to(model.dtype))
        finally:
            hook.remove()
        if model.config.mllm.vision_use_cls_token:
            tokens = tokens[:, 1:]
        return cast(Tensor, model.mllm.model.multi_modal_projector(tokens))

    def _generate(self, embeddings: Tensor, new_tokens: int, clock: "_Clock") -> list[int]:
        """Return the likeliest tokens after (L, C) embeddings."""
        # transformers types neither its own models' `generate` nor its settings.
        mllm: Any = self._model.mllm
        ids = mllm.generate(
            inputs_embeds=embeddings[None],
            attention_mask=torch.ones(1, len(embeddings), dtype=torch.long),
            generation_config=GenerationConfig(  # type: ignore[no-untyped-call]
                do_sample=False,
                max_new_tokens=new_tokens,
                pad_token_id=0,
                eos_token_id=self._stop_ids or None,
            ),
            streamer=clock,
        )
        tokens = cast(list[int], ids[0].tolist())
        return tokens[:-1] if tokens[-1] in self._stop_ids else tokens

    def _text(self, tokens: list[int], plan: PromptPlan) -> str:
        stream = TextStream(
            decode=self._tokenizer.decode,
            hidden_ids=self._tokenizer.hidden_ids,
            prompt_numbers=self._tokenizer.prompt_numbers,
            region_ids=plan.region_ids,
        )
        for token in tokens:
            stream.push(token)
        stream.finish()
        return stream.text


@contextmanager
def _ordinary_layers(model: GARModel) -> Iterator[None]:
    """Make our own linear layers torch's for a while: the plain way is transformers' own."""
    ours = [part for part in model.modules() if isinstance(part, ThinLinear)]
    try:
        for part in ours:
            part.__class__ = nn.Linear
        yield
    finally:
        for part in ours:
            part.__class__ = ThinLinear


class _Clock(BaseStreamer):
    """Notes when `generate` hands out its first token."""

    def __init__(self) -> None:
        self.first: float | None = None

    def put(self, value: Tensor) -> None:
        # The prompt comes first; as it is given by embeddings, it has no ids.
        if value.numel() and self.first is None:
            self.first = time.perf_counter()

    def end(self) -> None:
        pass

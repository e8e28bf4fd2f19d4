"""The SAM engine: any network of the family behind the `Segmenter` protocol."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from gar_studio.annotation.mask import Mask
from gar_studio.engines.construction import ScribblePrompt
from gar_studio.engines.protocol import CancelToken, EngineInfo, FloatArray, ImageData, Progress
from gar_studio.engines.segmentation import (
    Candidate,
    EverythingRequest,
    SegmentRequest,
    SegmentResult,
)
from gar_studio.errors import EngineError, NothingFoundError
from gar_studio.language import tr
from models.segment.embeddings import Embedding, EmbeddingKey, EmbeddingStore
from models.segment.sam_everything import RELEASED_LIMITS, Limits, find_everything, grid
from models.segment.sam_network import SamNetwork, clear_errors
from models.segment.sam_prompts import (
    SamPrompts,
    sam_prompts,
    with_earlier_mask,
    with_scribbles,
)

MAX_CANDIDATES = 3


class SamSegmenter:
    """Fulfils `gar_studio.engines.segmentation.Segmenter` with a SAM network.

    Embeddings are kept in a store, so that an image is encoded once, also across sessions.  The
    masks are those of the network's own library, bit for bit.
    """

    def __init__(
        self,
        network: SamNetwork,
        store: EmbeddingStore,
        limits: Limits = RELEASED_LIMITS,
        scribbles: ScribblePrompt = ScribblePrompt.CLICKS,
    ) -> None:
        """Take a network that is on its device already.

        Args:
            network: what encodes and decodes.
            store: where embeddings are kept.
            limits: which masks `everything` keeps.
            scribbles: what the network is given for scribbles on a new object.
        """
        self._network = network
        self._store = store
        self._limits = limits
        self._scribbles = scribbles

    @property
    def info(self) -> EngineInfo:
        """Who this is."""
        return self._network.info

    def with_scribbles_as(self, scribbles: ScribblePrompt) -> "SamSegmenter":
        """Return an engine that gives the same network something else for scribbles.

        The two share network and embeddings, so that only one of them works at a time.
        """
        return SamSegmenter(self._network, self._store, self._limits, scribbles)

    def prepare(self, image: ImageData, cancel: CancelToken) -> None:
        """Compute the image's embedding unless it is kept.

        Raises:
            Cancelled: the token was cancelled; it is checked before every block of the encoder.
            EngineError: the image is too narrow for SAM, or memory ran out.
        """
        self._embedding_of(image, cancel)

    def segment(
        self,
        image: ImageData,
        request: SegmentRequest,
        cancel: CancelToken,
        first: Callable[[SegmentResult], None] | None = None,
    ) -> SegmentResult:
        """Return up to three candidates, by SAM's own estimate of quality, best first.

        One click alone is ambiguous: the candidates are then SAM's three masks for ambiguous
        prompts (whole, part and part of a part).  Otherwise they are its mask for clear prompts
        and the two best ones of those three.  Empty masks and copies are left out.

        The network takes one mask prompt.  An earlier mask comes first: it is what the network
        was trained to refine, and scribbles are clicks beside it.

        Raises:
            PromptError: the prompts lie outside the image or ask for nothing.
            Cancelled: the token was cancelled.
            NothingFoundError: all masks are empty.
            EngineError: memory ran out, or the candidate to refine carries logits of another size.
        """
        started = time.perf_counter()
        height, width = image.height, image.width
        request.prompts.check(height=height, width=width)
        prompts = self._prompts(request, height=height, width=width)
        embedding = self._embedding_of(image, cancel)
        cancel.check()
        with self._forgetting_on_failure():
            low_res, scores = self._network.decode(embedding, prompts, height=height, width=width)
            candidates: list[Candidate] = []
            for index in _order(scores, ambiguous=prompts.ambiguous):
                cancel.check()
                full = self._network.enlarge(low_res[index], height=height, width=width)
                if not full.any():
                    continue
                mask = Mask.from_array(full)
                if any(mask == other.mask for other in candidates):
                    continue
                candidates.append(_candidate(mask, scores[index], low_res[index]))
                if len(candidates) == request.most:
                    break
                if len(candidates) == 1 and first is not None:
                    first(self._result(request, candidates, started))
        if not candidates:
            raise NothingFoundError(
                tr("SAM found no object at these prompts."),
                advice=tr("Click elsewhere or draw a box."),
            )
        return self._result(request, candidates, started)

    def everything(
        self,
        image: ImageData,
        request: EverythingRequest,
        cancel: CancelToken,
        progress: Callable[[Progress], None],
    ) -> SegmentResult:
        """Return the masks of all objects, by SAM's own estimate of quality, best first.

        There may be none, and more than three; they carry no logits.  Progress is told in
        points of the grid.

        Raises:
            PromptError: the box lies outside the image.
            Cancelled: the token was cancelled.
            EngineError: memory ran out, or the grid has no points or too many.
        """
        started = time.perf_counter()
        grid(request, height=image.height, width=image.width)  # what is wrong is told at once
        embedding = self._embedding_of(image, cancel)
        with self._forgetting_on_failure():
            candidates = find_everything(
                self._network,
                embedding,
                image,
                request,
                limits=self._limits,
                cancel=cancel,
                progress=progress,
            )
        return SegmentResult(
            request_id=request.request_id,
            image_key=image.key,
            candidates=candidates,
            info=self.info,
            seconds=time.perf_counter() - started,
        )

    def close(self) -> None:
        """Drop the embeddings in memory; the network goes with the engine."""
        self._store.forget()

    def _prompts(self, request: SegmentRequest, *, height: int, width: int) -> SamPrompts:
        """Return what the network is given, in the image's pixels."""
        shape = self._network.logits_shape
        frame = self._network.frame(height=height, width=width)
        scribbles, previous = request.prompts.scribbles, request.previous
        if scribbles and previous is None and self._scribbles is ScribblePrompt.MASK:
            others = replace(request, prompts=replace(request.prompts, scribbles=()))
            prompts = sam_prompts(others, height=height, width=width)
            size = (height, width)
            return with_scribbles(prompts, scribbles, shape=shape, frame=frame, size=size)
        prompts = sam_prompts(request, height=height, width=width)
        if prompts.logits is not None:
            self._check_logits(prompts.logits)
        elif previous is not None:
            prompts = with_earlier_mask(prompts, previous.mask, shape=shape, frame=frame)
        return prompts

    def _result(
        self, request: SegmentRequest, candidates: list[Candidate], started: float
    ) -> SegmentResult:
        return SegmentResult(
            request_id=request.request_id,
            image_key=request.image_key,
            candidates=tuple(candidates),
            info=self.info,
            seconds=time.perf_counter() - started,
        )

    def _embedding_of(self, image: ImageData, cancel: CancelToken) -> Embedding:
        cancel.check()
        key = EmbeddingKey(image=image.key, revision=f"{self.info.name} {self.info.revision}")
        kept = self._store.get(key, self._network.device)
        if kept is not None:
            return kept
        self._network.check_size(height=image.height, width=image.width)
        with self._forgetting_on_failure():
            embedding = self._network.encode(image.pixels, cancel)
        self._store.put(key, embedding)
        return embedding

    def _check_logits(self, logits: FloatArray) -> None:
        if logits.shape != self._network.logits_shape:
            raise EngineError(
                tr(
                    "The mask to refine carries logits of {shape}; this SAM needs {logits_shape}.",
                    shape=logits.shape,
                    logits_shape=self._network.logits_shape,
                ),
                advice=tr("Start anew with a click on the object."),
            )

    @contextmanager
    def _forgetting_on_failure(self) -> Iterator[None]:
        """Drop the embeddings when memory ran out, so that the next request starts clean."""
        try:
            with clear_errors():
                yield
        except EngineError as error:
            if isinstance(error.__cause__, MemoryError | RuntimeError):
                self._store.forget()
                if torch.cuda.is_available():
                    torch.cuda.empty_cache()
            raise


def _order(scores: list[float], *, ambiguous: bool) -> list[int]:
    """Return which masks to offer, best first: three, the clear one only for clear prompts."""
    first = [] if ambiguous else [0]
    others = sorted(range(len(first), len(scores)), key=lambda index: -scores[index])
    chosen = [*first, *others[: MAX_CANDIDATES - len(first)]]
    return sorted(chosen, key=lambda index: -scores[index])


def _candidate(mask: Mask, score: float, logits: Tensor) -> Candidate:
    low_res = logits.detach().cpu().numpy().astype(np.float32)
    low_res.flags.writeable = False
    return Candidate(mask=mask, score=min(max(score, 0.0), 1.0), low_res=low_res)

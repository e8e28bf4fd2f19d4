"""What the SAM engine needs of a network, whatever library and family it is from."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

import torch
from torch import Tensor, nn

from gar_studio.annotation.mask import BoolArray
from gar_studio.engines.protocol import CancelToken, EngineInfo, RGBArray
from gar_studio.errors import EngineError, MemoryShortageError
from gar_studio.language import tr
from models.segment.embeddings import Embedding
from models.segment.sam_prompts import Points, SamPrompts


class SamNetwork(Protocol):
    """A network of the SAM family: an image encoder and a prompted mask decoder."""

    @property
    def info(self) -> EngineInfo:
        """Who this is."""

    @property
    def device(self) -> torch.device:
        """Where it runs."""

    @property
    def logits_shape(self) -> tuple[int, int]:
        """(h, w) of the low-resolution logits that it gives and takes."""

    def frame(self, *, height: int, width: int) -> tuple[int, int]:
        """Return the (rows, columns) of image pixels that the logits cover, the image first."""

    def check_size(self, *, height: int, width: int) -> None:
        """Raise `EngineError` if it cannot encode an image of this size."""

    def encode(self, pixels: RGBArray, cancel: CancelToken) -> Embedding:
        """Encode an (H, W, 3) image.

        Raises:
            Cancelled: the token was cancelled; it is checked before every block.
        """

    def decode(
        self, embedding: Embedding, prompts: SamPrompts, *, height: int, width: int
    ) -> tuple[Tensor, list[float]]:
        """Return (m, h, w) logits and m estimates of quality in 0…1.

        For clear prompts number 0 is the mask for clear prompts, and the others are those for
        ambiguous ones; for ambiguous prompts there are only the latter.
        """

    def decode_points(
        self, embedding: Embedding, points: Points, *, height: int, width: int
    ) -> tuple[Tensor, Tensor]:
        """Decode each of (n, 2) points (x, y) in image pixels by itself, all together.

        Returns:
            (n, m, h, w) logits of the masks for ambiguous prompts, and (n, m) estimates of
            their quality.
        """

    def enlarge(self, logits: Tensor, *, height: int, width: int, offset: float = 0.0) -> BoolArray:
        """Return the (H, W) mask of (h, w) logits that lie more than `offset` above the threshold.

        `offset` is a number that float32 holds exactly.
        """


@contextmanager
def cancelled_between(modules: Iterable[nn.Module], cancel: CancelToken) -> Iterator[None]:
    """Check the token before each of the modules runs."""
    hooks = [module.register_forward_pre_hook(lambda *_: cancel.check()) for module in modules]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
    cancel.check()


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn what torch raises into one sentence.

    Raises:
        MemoryShortageError: memory ran out.
        EngineError: the network failed.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, MemoryError | torch.OutOfMemoryError) or "memory" in str(error):
            raise MemoryShortageError(
                tr("There is not enough memory for SAM."),
                kept=tr("Nothing was changed, and the engine can be used again."),
                advice=tr("Close other programs, use a smaller variant or image, or the CPU."),
            ) from error
        raise EngineError(
            tr("SAM failed: {error}.", error=str(error).splitlines()[0][:200]),
            kept=tr("Nothing was changed, and the engine can be used again."),
        ) from error

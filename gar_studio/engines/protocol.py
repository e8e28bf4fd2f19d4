"""What all engines share: images, cancellation, progress, and who they are.

Engines live behind the protocols of `gar_studio.engines.segmentation` and
`gar_studio.engines.description` and run on worker threads.  Only what these modules define
crosses between threads: values that never change and refer to no window and no network.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from gar_studio.errors import Cancelled

RGBArray: TypeAlias = npt.NDArray[np.uint8]
FloatArray: TypeAlias = npt.NDArray[np.float32]


class CancelToken:
    """Says across threads that a request is no longer wanted."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the engine to stop at its next check."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if the request is no longer wanted."""
        if self._event.is_set():
            raise Cancelled


class YieldingToken(CancelToken):
    """A token that, whenever an engine checks it, lets more urgent work go first.

    Args:
        token: says whether the work is still wanted.
        serve: does what is more urgent.
    """

    def __init__(self, token: CancelToken, serve: Callable[[], None]) -> None:
        super().__init__()
        self._token = token
        self._serve = serve

    def cancel(self) -> None:
        """Ask the engine to stop at its next check."""
        self._token.cancel()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._token.cancelled

    def check(self) -> None:
        """Do what is more urgent; raise `Cancelled` if the work is no longer wanted."""
        self._token.check()
        self._serve()
        self._token.check()


@dataclass(frozen=True, eq=False)
class ImageData:
    """An image's pixels, with a key that names their content.

    Holds an array, so it is compared by identity; compare `key` instead.

    Attributes:
        key: digest of the content; equal keys mean equal pixels.
        pixels: (H, W, 3) uint8 RGB, EXIF orientation applied, read-only.
    """

    key: str
    pixels: RGBArray

    @property
    def height(self) -> int:
        """Rows in pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns in pixels."""
        return int(self.pixels.shape[1])


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Who answered: shown in the status line and written into provenance.

    Attributes:
        name: the model's short name, such as "GrabCut" or "GAR-1B".
        revision: commit, file digest or version of its weights.
        device: where it runs, such as "cpu" or "cuda:0".
        licence: licence of the weights, or "no weights".
        notice: what every reader of its output has to know, or "".  An engine with random
            weights says so here, and the panel and the command line show it beside every text.
        encodes: whether it is a segmenter that encodes an image first, which takes long, and
            then answers quickly; images are encoded ahead then, and masks shown under the pointer.
    """

    name: str
    revision: str
    device: str
    licence: str
    notice: str = ""
    encodes: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is: `done` of `total` in `stage`."""

    stage: str
    done: int
    total: int


@dataclass(slots=True)
class RequestCounter:
    """Gives out growing request ids."""

    _next: int = field(default=0)

    def take(self) -> int:
        """Return the next id, starting at 1."""
        self._next += 1
        return self._next

"""Engines that a worker of a cluster finds by an entry point, as a user's own.

`EngineOptions.model` is a journal, where they write down what they are asked.
"""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gar_studio.annotation.mask import Mask
from gar_studio.engines.construction import EngineKind, EngineOptions, ModelSource
from gar_studio.engines.description import (
    DescribeEvent,
    DescribeRequest,
    Finished,
    StopReason,
    TextDelta,
)
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, Progress
from gar_studio.engines.segmentation import (
    Candidate,
    EverythingRequest,
    SegmentRequest,
    SegmentResult,
)
from gar_studio.errors import EngineError

DEADLY = (1, 2, 3)
"""The first pixel of a photo that takes the talker's process with it."""

ENTRY_POINTS = f"""[gar_studio.engines]
talker = {__name__}:TALKER
finder = {__name__}:FINDER
"""


class Talker:
    """Says which regions it was asked about, in a photo of which size."""

    info = EngineInfo("Talker", "7", "cpu", "no weights", "It only says what it was asked.")

    def __init__(self, journal: str) -> None:
        self._journal = journal

    def describe(
        self, image: ImageData, request: DescribeRequest, cancel: CancelToken
    ) -> Iterator[DescribeEvent]:
        ids = [one.region_id for one in request.regions]
        note(self._journal, f"{image.key} {ids} {request.question}")
        if tuple(image.pixels[0, 0]) == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        text = f"{request.task.value} {ids} of {image.width}×{image.height}"
        yield TextDelta(text)
        yield Finished(text, StopReason.END, 3, 0.1, 0.2)

    def close(self) -> None:
        """Nothing to free."""


class Finder:
    """Finds two squares, and cuts a box down to its first column."""

    info = EngineInfo("Finder", "3", "cpu", "no weights")

    def __init__(self, journal: str) -> None:
        self._journal = journal

    def prepare(self, image: ImageData, cancel: CancelToken) -> None:
        """Nothing to prepare."""

    def segment(
        self,
        image: ImageData,
        request: SegmentRequest,
        cancel: CancelToken,
        first: Callable[[SegmentResult], None] | None = None,
    ) -> SegmentResult:
        box = request.prompts.box
        assert box is not None
        return self._found(image, [(int(box.x0), int(box.y0), int(box.x0) + 1, int(box.y1))])

    def everything(
        self,
        image: ImageData,
        request: EverythingRequest,
        cancel: CancelToken,
        progress: Callable[[Progress], None],
    ) -> SegmentResult:
        note(self._journal, image.key)
        return self._found(image, [(1, 1, 5, 5), (10, 10, 20, 20)])

    def close(self) -> None:
        """Nothing to free."""

    def _found(self, image: ImageData, corners: list[tuple[int, int, int, int]]) -> SegmentResult:
        size = {"height": image.height, "width": image.width}
        masks = (Candidate(Mask.from_box(*one, **size), 0.9) for one in corners)
        return SegmentResult(1, image.key, tuple(masks), self.info, 0.1)


@dataclass(frozen=True)
class Factory:
    kind: EngineKind
    engine: type[Talker] | type[Finder]
    title: str = "for tests"
    needs: str = "nothing"
    model_source: ModelSource = ModelSource.FILE

    def build(self, options: EngineOptions) -> Talker | Finder:
        if not options.model:
            raise EngineError("The engine has no journal.", advice="Give it one.")
        return self.engine(options.model)


TALKER = Factory(EngineKind.DESCRIBE, Talker)
FINDER = Factory(EngineKind.SEGMENT, Finder)


def note(journal: str, line: str) -> None:
    """Add a line, whole, whoever else writes."""
    handle = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def install(folder: Path) -> None:
    """Make a folder that announces these engines, as an installed package does."""
    info = folder / "test_engines-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: test-engines\nVersion: 1\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)

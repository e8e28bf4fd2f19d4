"""GAR Studio from Python: what the command line uses, in a few names.

`load_model` gives a `Segmenter` or a `Describer`; `open_project` a project; `run_batch` asks a
describer about all of it.  They are imported as `from gar_studio import load_model`; torch is
imported when the first model is loaded.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import from_shown, to_shown
from gar_studio.annotation.prompts import Box, Click, PromptSet
from gar_studio.batch import run as batches
from gar_studio.batch.cutting import SegmentMode
from gar_studio.batch.plan import BRIEF, BatchTask, Job
from gar_studio.batch.record import Report
from gar_studio.document.document import Document
from gar_studio.engines import description, registry, segmentation
from gar_studio.engines.batch import describe_many
from gar_studio.engines.construction import EngineKind, EngineOptions
from gar_studio.engines.description import DescribeRequest, Finished, RegionInput, Task
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, RequestCounter
from gar_studio.engines.segmentation import EverythingRequest, SegmentRequest
from gar_studio.errors import EngineError
from gar_studio.images import image_from_array, read_image
from gar_studio.language import tr
from gar_studio.remote.address import is_address
from gar_studio.workspace import open_target

__all__ = ["Describer", "Segmenter", "load_model", "open_project", "run_batch"]

Photo: TypeAlias = str | os.PathLike[str] | npt.NDArray[np.uint8] | ImageData
"""A file, or (H, W, 3) uint8 RGB pixels, upright."""

Area: TypeAlias = Mask | npt.NDArray[np.generic]
"""A mask of the photo's size, (H, W); every element that is not zero is foreground."""

_LOADS_WEIGHTS = "gar"
_ASKS_SERVER = "gar-server"


class Describer:
    """Answers in words about regions of a photo.  Used by one thread at a time.

    Attributes:
        engine: what it is behind the protocol of `gar_studio.engines.description`.
    """

    def __init__(self, engine: description.Describer) -> None:
        self.engine = engine
        self._counter = RequestCounter()

    @property
    def info(self) -> EngineInfo:
        """Who answers: name, revision, device, licence, and a notice that readers need."""
        return self.engine.info

    def describe(
        self, photo: Photo, mask: Area, *, brief: bool = False, max_new_tokens: int = 1024
    ) -> str:
        """Return a description of one region; see `describe_all`."""
        (words,) = self.describe_all(photo, [mask], brief=brief, max_new_tokens=max_new_tokens)
        return words

    def describe_all(
        self,
        photo: Photo,
        masks: Sequence[Area],
        *,
        brief: bool = False,
        grouped: bool = False,
        max_new_tokens: int = 1024,
    ) -> list[str]:
        """Return a description of each region, in their order.

        Args:
            photo: a file, or (H, W, 3) uint8 RGB.
            masks: each (H, W).
            brief: one sentence each.
            grouped: up to five regions in one conversation: faster, and the words may differ.
            max_new_tokens: most tokens of one answer.

        Raises:
            ImageError: the photo cannot be read.
            MaskError: a mask is empty or of another size.
            EngineError: the model failed.
        """
        image = _image(photo)
        regions = _regions(masks)
        question = BRIEF if brief else ""
        requests = [
            self._request(image, Task.DESCRIBE, (region,), question, max_new_tokens)
            for region in regions
        ]
        return self._answers(image, requests, len(masks), grouped=grouped)

    def relate(self, photo: Photo, masks: Sequence[Area], *, max_new_tokens: int = 1024) -> str:
        """Say how two to five regions relate; the answer names them #1, #2 … in their order.

        Raises:
            RequestError: there are no regions, or more than five.
            ImageError, MaskError, EngineError: see `describe_all`.
        """
        return self._one(photo, Task.RELATE, masks, "", max_new_tokens)

    def ask(
        self, photo: Photo, masks: Sequence[Area], question: str, *, max_new_tokens: int = 1024
    ) -> str:
        """Answer a question about one to five regions, which it may name as #1, #2 and so on.

        Raises:
            RequestError: there are no regions, more than five, or no question.
            ImageError, MaskError, EngineError: see `describe_all`.
        """
        return self._one(photo, Task.ASK, masks, question, max_new_tokens)

    def close(self) -> None:
        """Free its memory; it is not used afterwards."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _one(
        self, photo: Photo, task: Task, masks: Sequence[Area], question: str, max_new_tokens: int
    ) -> str:
        image = _image(photo)
        numbers = {number: number for number in range(1, len(masks) + 1)}
        stored = from_shown(question, numbers)
        request = self._request(image, task, _regions(masks), stored, max_new_tokens)
        (answer,) = self._answers(image, [request], len(masks))
        return answer

    def _request(
        self,
        image: ImageData,
        task: Task,
        regions: tuple[RegionInput, ...],
        question: str,
        max_new_tokens: int,
    ) -> DescribeRequest:
        return DescribeRequest(
            request_id=self._counter.take(),
            image_key=image.key,
            task=task,
            regions=regions,
            question=question,
            max_new_tokens=max_new_tokens,
        )

    def _answers(
        self,
        image: ImageData,
        requests: Sequence[DescribeRequest],
        count: int,
        *,
        grouped: bool = False,
    ) -> list[str]:
        cancels = [CancelToken() for _ in requests]
        events = describe_many(self.engine, image, requests, cancels, grouped=grouped)
        ends = {index: event for index, event in events if isinstance(event, Finished)}
        if len(ends) < len(requests):
            raise EngineError(
                tr("The engine “{name}” stopped without an end.", name=self.info.name)
            )
        numbers = {number: number for number in range(1, count + 1)}
        return [to_shown(ends[index].text, numbers).strip() for index in range(len(requests))]


class Segmenter:
    """Cuts objects out of photos.  Used by one thread at a time.

    Attributes:
        engine: what it is behind the protocol of `gar_studio.engines.segmentation`.
    """

    def __init__(self, engine: segmentation.Segmenter) -> None:
        self.engine = engine
        self._counter = RequestCounter()

    @property
    def info(self) -> EngineInfo:
        """Who cuts out: name, revision, device and licence."""
        return self.engine.info

    def segment(
        self,
        photo: Photo,
        *,
        box: tuple[float, float, float, float] | None = None,
        points: Sequence[tuple[float, float]] = (),
        not_points: Sequence[tuple[float, float]] = (),
    ) -> Mask:
        """Return the best mask for a box, points, or both.

        Args:
            photo: a file, or (H, W, 3) uint8 RGB.
            box: (x0, y0, x1, y1) around the object, in pixels.
            points: (x, y) on the object.
            not_points: (x, y) beside it.

        Raises:
            ImageError: the photo cannot be read.
            PromptError: nothing was asked for, or it lies outside the photo.
            EngineError: the model failed or found nothing.
        """
        image = _image(photo)
        clicks = [Click(x, y) for x, y in points]
        clicks += [Click(x, y, positive=False) for x, y in not_points]
        prompts = PromptSet(clicks=tuple(clicks), box=None if box is None else Box.spanning(*box))
        cancel = CancelToken()
        self.engine.prepare(image, cancel)
        request = SegmentRequest(self._counter.take(), image.key, prompts, most=1)
        result = self.engine.segment(image, request, cancel)
        if not result.candidates:
            raise EngineError(
                tr("No object was found there."), advice=tr("Give a box, or other points.")
            )
        return result.candidates[0].mask

    def everything(self, photo: Photo, *, points_per_side: int = 32) -> list[Mask]:
        """Return the masks of all objects that can be found, best first.

        Raises:
            ImageError: the photo cannot be read.
            EngineError: the model failed, or cannot do this (GrabCut; SAM can).
        """
        image = _image(photo)
        cancel = CancelToken()
        self.engine.prepare(image, cancel)
        request = EverythingRequest(
            self._counter.take(), image.key, points_per_side=points_per_side
        )
        result = self.engine.everything(image, request, cancel, lambda _: None)
        return [one.mask for one in result.candidates]

    def close(self) -> None:
        """Free its memory; it is not used afterwards."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def load_model(
    name: str = registry.DEFAULT_DESCRIBER,
    *,
    weights: str | os.PathLike[str] = "",
    device: str = "auto",
    dtype: str = "auto",
    download: bool = False,
) -> Describer | Segmenter:
    """Load a model.

    Args:
        name: an engine (gar-nano, gar, grabcut, sam, sam-hub …), GAR's weights (a folder or a hub
            id such as HaochenWang/GAR-1B), or the address of a server that describes.
        weights: the file, folder, hub id or address of an engine that takes one, such as SAM's
            .pth file, or http://desk:8765 for sam-server.
        device: auto, cpu, cuda, cuda:1 or mps.
        dtype: auto, float32, bfloat16, float16, int8 or int4.
        download: whether the hub may be reached.

    Raises:
        EngineError: there is no such model, or it cannot be loaded.
    """
    given = os.fspath(weights)
    if not given and name not in registry.available():
        name, given = _ASKS_SERVER if is_address(name) else _LOADS_WEIGHTS, name
    options = EngineOptions(model=given, device=device, dtype=dtype, allow_download=download)
    if registry.factory(name).kind is EngineKind.SEGMENT:
        return Segmenter(registry.build_segmenter(name, options))
    return Describer(registry.build_describer(name, options))


def open_project(path: str | os.PathLike[str]) -> Document:
    """Open a project, or a folder or photo with the project beside it, which is made if missing.

    What it returns reads and changes the project: `images()`, `regions(image_id)`,
    `exchanges(image_id)`, `do(command)` with `gar_studio.document.commands`.  Close it at the end.

    Raises:
        ImageError: the photo cannot be read, or the folder has none.
        StoreError: the project cannot be opened.
    """
    return open_target(Path(path)).document


def run_batch(
    project: Document,
    describer: Describer,
    task: str = "describe",
    question: str = "",
    *,
    segmenter: Segmenter | None = None,
    segment: str = "given",
    grouped: bool = False,
    limit: int | None = None,
) -> Report:
    """Ask about all regions of a project; answers are drafts in it.  A second call goes on.

    Args:
        project: open for writing.
        describer: who is asked.
        task: describe, brief, relate or ask.
        question: for ask; #1 is an image's first region, #n each region in turn.
        segmenter: what cuts out and searches, where `segment` is not given.
        segment: given, boxes or everything (see “gar-studio batch --help”).
        grouped: up to five regions in one conversation: faster, and the words may differ.
        limit: most answers.

    Raises:
        ValueError: there is no such task or way to segment.
        EngineError: the model failed on five images in a row.
        StoreError: the project cannot be written.
    """
    return batches.run_batch(
        project,
        describer.engine,
        Job(BatchTask(task), question, grouped=grouped),
        segmenter=None if segmenter is None else segmenter.engine,
        mode=SegmentMode(segment),
        limit=limit,
    )


def _image(photo: Photo) -> ImageData:
    if isinstance(photo, ImageData):
        return photo
    if isinstance(photo, np.ndarray):
        return image_from_array(photo)
    return read_image(Path(photo))


def _regions(masks: Sequence[Area]) -> tuple[RegionInput, ...]:
    made = (mask if isinstance(mask, Mask) else Mask.from_array(mask) for mask in masks)
    return tuple(RegionInput(number, mask) for number, mask in enumerate(made, start=1))

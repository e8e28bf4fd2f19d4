"""What works on a machine of a cluster: an engine that takes orders about photos.

Nothing here knows what brings the orders: a worker is called with rows and yields rows.
"""

import socket
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from gar_studio.batch.cutting import inside, search
from gar_studio.batch.gathering import MOST_QUESTIONS
from gar_studio.batch.orders import (
    ORDER,
    SAID,
    Answer,
    Done,
    Failed,
    Found,
    Inside,
    Order,
    Passed,
    Ready,
    Said,
    Unbuilt,
    Word,
    decode_order,
    encode,
)
from gar_studio.batch.plan import Job, misfit, request_for
from gar_studio.batch.run import slices
from gar_studio.engines.batch import describe_photos
from gar_studio.engines.description import Describer, Finished, PhotosDescriber, Question
from gar_studio.engines.protocol import CancelToken, ImageData, RequestCounter
from gar_studio.engines.registry import build_describer, build_segmenter
from gar_studio.engines.segmentation import Segmenter
from gar_studio.errors import EngineError, GarStudioError, ImageError
from gar_studio.images import read_image
from gar_studio.language import tr
from gar_studio.settings import EngineChoice

Rows: TypeAlias = Mapping[str, npt.NDArray[Any]]
"""A column of bytes by its name, each (rows,) of objects."""

_INTERVAL = 0.2
"""Seconds between two rows about one order; more of them would be waited for by the worker."""

_Engine = TypeVar("_Engine", Describer, Segmenter)


class Worker(ABC, Generic[_Engine]):
    """Does one order after the other with an engine that it builds for the first one.

    It is not built with the worker: an engine that takes the process with it, for want of memory,
    then does so in an order, and of orders it is counted how often they are tried.
    """

    def __init__(self, choice: EngineChoice) -> None:
        self._choice = choice
        self._built: _Engine | None = None
        self._counter = RequestCounter()
        self._sent = -_INTERVAL
        self._cancel = CancelToken()  # nobody cancels it: the process is ended

    def __call__(self, rows: Rows) -> Iterator[Rows]:
        """Take `Order`s and yield what there is to say about them, a `Said` a row.

        A word waits for others only where the last ones went out a moment ago.
        """
        said: dict[int, list[Word]] = {}
        for number, word in self.many([decode_order(data) for data in rows[ORDER]]):
            if word is not None:
                said.setdefault(number, []).append(word)
            if said and monotonic() - self._sent >= _INTERVAL:
                yield self._rows(said)
        if said:
            yield self._rows(said)

    def words(self, order: Order) -> Iterator[Word | None]:
        """Yield what there is to say about an order, and None in between; the last one ends it."""
        for _, word in self.many([order]):
            yield word

    def many(self, orders: Sequence[Order]) -> Iterator[tuple[int, Word | None]]:
        """Yield (number of the order, word) about several orders; see `words`."""
        if self._built is None:
            try:
                self._built = self.build(self._choice)
            except GarStudioError as error:
                for order in orders:
                    yield order.number, Unbuilt(error.what, error.advice)
                return
            yield orders[0].number, Ready(self._built.info)
        yield from self.all(orders, self._built)

    def all(self, orders: Sequence[Order], engine: _Engine) -> Iterator[tuple[int, Word | None]]:
        """Do orders one after the other."""
        for order in orders:
            try:
                if order.path:
                    for word in self.work(_photo(order.path), order, engine):
                        yield order.number, word
                yield order.number, Done()
            except GarStudioError as error:
                yield order.number, _failed(error)

    def _rows(self, said: dict[int, list[Word]]) -> Rows:
        self._sent = monotonic()
        column = np.empty(len(said), np.object_)
        for row, (number, words) in enumerate(said.items()):
            column[row] = encode(Said(number, tuple(words)))
        said.clear()
        return {SAID: column}

    @abstractmethod
    def build(self, choice: EngineChoice) -> _Engine:
        """Build the engine; torch may be imported now."""

    @abstractmethod
    def work(self, image: ImageData, order: Order, engine: _Engine) -> Iterator[Word | None]:
        """Do an order about a photo; None says that it goes on."""


class DescribeWorker(Worker[Describer]):
    """Answers the items of its orders.

    Args:
        choice: the engine.
        job: how they are asked.
    """

    def __init__(self, choice: EngineChoice, job: Job) -> None:
        super().__init__(choice)
        self._job = job

    def build(self, choice: EngineChoice) -> Describer:
        """Build the describer."""
        return build_describer(choice.name, choice.options)

    def all(self, orders: Sequence[Order], engine: Describer) -> Iterator[tuple[int, Word | None]]:
        """Ask about all photos together; where that fails, about each by itself."""
        if len(orders) < 2 or not isinstance(engine, PhotosDescriber):
            yield from super().all(orders, engine)
            return
        photos: list[_Photo] = []
        for order in orders:
            try:
                photo = _Photo(order, _photo(order.path))
            except GarStudioError as error:
                yield order.number, _failed(error)
                continue
            for passed in photo.sort_out():
                yield order.number, passed
            photos.append(photo)
        try:
            yield from self._ask(photos, engine)
        except GarStudioError:  # whose fault it is comes out when each is tried by itself
            for photo in photos:
                try:
                    yield from self._ask([photo], engine)
                    yield photo.order.number, Done()
                except GarStudioError as error:
                    yield photo.order.number, _failed(error)
        else:
            for photo in photos:
                yield photo.order.number, Done()

    def work(self, image: ImageData, order: Order, engine: Describer) -> Iterator[Word | None]:
        """Yield an answer to each item that fits the photo."""
        photo = _Photo(order, image)
        yield from photo.sort_out()
        for _, word in self._ask([photo], engine):
            yield word

    def _ask(
        self, photos: Sequence["_Photo"], engine: Describer
    ) -> Iterator[tuple[int, Word | None]]:
        waiting = [(photo, place) for photo in photos for place in photo.places]
        for part in slices(waiting, MOST_QUESTIONS):
            questions = [
                Question(
                    photo.image,
                    request_for(
                        photo.order.items[place], photo.image, self._job, self._counter.take()
                    ),
                    self._cancel,
                )
                for photo, place in part
            ]
            for index, event in describe_photos(engine, questions, grouped=self._job.grouped):
                photo, place = part[index]
                if isinstance(event, Finished):
                    photo.places.remove(place)
                    yield photo.order.number, Answer(place, event, engine.info)
                else:
                    yield photo.order.number, None


class _Photo:
    """A photo that was read, with what is still to be asked about it.

    Attributes:
        order: what is wanted.
        image: its pixels.
        places: of the order's items without an answer.
    """

    def __init__(self, order: Order, image: ImageData) -> None:
        self.order = order
        self.image = image
        self.places = list(range(len(order.items)))

    def sort_out(self) -> Iterator[Passed]:
        """Leave out what does not fit the photo, and tell of it."""
        for place, item in enumerate(self.order.items):
            error = misfit(item, height=self.image.height, width=self.image.width)
            if error is not None:
                self.places.remove(place)
                yield Passed(error.what, error.advice)


class CutWorker(Worker[Segmenter]):
    """Cuts out what is inside the boxes of its orders; without any it looks for everything."""

    def build(self, choice: EngineChoice) -> Segmenter:
        """Build the segmenter."""
        return build_segmenter(choice.name, choice.options)

    def work(self, image: ImageData, order: Order, engine: Segmenter) -> Iterator[Word | None]:
        """Yield a mask for each box, or all masks together."""
        engine.prepare(image, self._cancel)
        if not order.boxes:
            masks = search(image, engine, cancel=self._cancel, counter=self._counter)
            yield Found(masks, engine.info)
        for place, box in enumerate(order.boxes):
            mask = inside(box, image, engine, cancel=self._cancel, counter=self._counter)
            yield Inside(place, mask, engine.info)


def _failed(error: GarStudioError) -> Failed:
    return Failed(error.what, error.advice, engine=isinstance(error, EngineError))


def _photo(path: str) -> ImageData:
    if not Path(path).is_file():
        raise ImageError(
            tr("The machine “{name}” has no file “{path}”.", name=socket.gethostname(), path=path),
            advice=tr("The photo has to be there, under this path, on every machine."),
        )
    return read_image(Path(path))

"""GAR as a `Describer`: checks requests, runs the session, streams the answers."""

from collections.abc import Iterator, Sequence

from gar_studio.engines.description import DescribeEvent, DescribeRequest, Question
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData
from gar_studio.errors import EngineError
from gar_studio.language import tr
from models.gar.session import GARSession
from models.gar.single import OneByOne, empty_device_cache
from models.gar.together import Together
from models.gar.tokens import GARTokenizer

ANSWER_LIMIT = 1024
"""Most new tokens of an answer (gar.md: generation)."""

MAX_TOGETHER = 8
"""Most requests about one photo that are decoded together: somebody waits for the first word."""

MAX_ROWS = 32
"""Most requests about several photos that are decoded together: with more of them a step of the
decoder costs about as much for each."""


class GARDescriber:
    """Answers in words about one to five regions.  Used by one thread at a time."""

    def __init__(
        self,
        session: GARSession,
        tokenizer: GARTokenizer,
        *,
        info: EngineInfo,
        answer_limit: int = ANSWER_LIMIT,
        leaked_boxes: bool = False,
    ) -> None:
        """Put an engine together.

        Args:
            session: the network.
            tokenizer: of the same checkpoint.
            info: who this is.
            answer_limit: most new tokens of an answer, whatever a request says.
            leaked_boxes: for evaluation only: repeat a fault of the released script, in which
                every region replays the last one's box (gar.md, Faults).
        """
        self._one: OneByOne | None = OneByOne(
            session, tokenizer, answer_limit=answer_limit, leaked_boxes=leaked_boxes
        )
        self._info = info

    @property
    def info(self) -> EngineInfo:
        """Who this is."""
        return self._info

    def describe(
        self, image: ImageData, request: DescribeRequest, cancel: CancelToken
    ) -> Iterator[DescribeEvent]:
        """Yield progress, then text as it is generated, then exactly one `Finished`.

        When the memory runs out, all that is kept between requests is dropped, and the request
        is tried once more with fewer tiles (`Retried`).

        Raises (on the first `next`, before anything is computed):
            RequestError: no region, too many, a mention of a region not given, or limits that
                make no sense.
            MaskError: a mask is empty or of another size than the image.
            EngineError: the engine failed; it stays usable.
        """
        one = self._open()
        yield from one.answer(one.job(0, image, request, cancel))

    def describe_many(
        self,
        image: ImageData,
        requests: Sequence[DescribeRequest],
        cancels: Sequence[CancelToken],
        *,
        grouped: bool = False,
    ) -> Iterator[tuple[int, DescribeEvent]]:
        """Yield (index of the request, event); see `BatchDescriber.describe_many`.

        Requests are decoded together as far as the caches' budget holds their keys and values.
        """
        questions = [
            Question(image, request, cancel)
            for request, cancel in zip(requests, cancels, strict=True)
        ]
        yield from self._answer(questions, grouped=grouped, rows=MAX_TOGETHER)

    def describe_photos(
        self, questions: Sequence[Question], *, grouped: bool = False
    ) -> Iterator[tuple[int, DescribeEvent]]:
        """Yield (index of the question, event); see `PhotosDescriber.describe_photos`.

        Questions are decoded together as far as the caches' budget holds their keys and values.
        """
        yield from self._answer(questions, grouped=grouped, rows=MAX_ROWS)

    def close(self) -> None:
        """Free the network's memory; the engine is not used afterwards."""
        self._one = None
        empty_device_cache()

    def _answer(
        self, questions: Sequence[Question], *, grouped: bool, rows: int
    ) -> Iterator[tuple[int, DescribeEvent]]:
        one = self._open()
        jobs = [
            one.job(index, asked.image, asked.request, asked.cancel)
            for index, asked in enumerate(questions)
        ]
        together = Together(one, rows=rows)
        yield from together.answer_grouped(jobs) if grouped else together.answer(jobs)

    def _open(self) -> OneByOne:
        if self._one is None:
            raise EngineError(tr("This GAR engine was closed."), advice=tr("Load the model again."))
        return self._one

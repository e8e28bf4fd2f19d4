"""GAR as a `Describer`: checks a request, runs the session, streams the answer."""

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import torch

from gar_studio.engines.protocol import (
    MAX_REGIONS,
    CancelToken,
    DescribeEvent,
    DescribeRequest,
    EngineInfo,
    Finished,
    ImageData,
    Progress,
    RegionInput,
    StopReason,
    TextDelta,
)
from gar_studio.errors import Cancelled, EngineError, MaskError, RequestError
from models.gar.prompt import PromptPlan, plan_prompt
from models.gar.session import GARSession, NewToken, Trace
from models.gar.text_stream import TextStream
from models.gar.tokens import GARTokenizer

ANSWER_LIMIT = 1024
"""Most new tokens of an answer (gar.md: generation)."""

STAGE_IMAGE = "image"
_MAX_TILES = 64


@dataclass(slots=True)
class _Clock:
    """When a request began and its first token came, in seconds."""

    started: float = field(default_factory=time.perf_counter)
    first_token: float | None = None
    new_tokens: int = 0

    def count_token(self) -> None:
        self.new_tokens += 1
        if self.first_token is None:
            self.first_token = time.perf_counter() - self.started

    def finished(self, text: str, reason: StopReason) -> Finished:
        return Finished(
            text=text,
            reason=reason,
            new_tokens=self.new_tokens,
            first_token_seconds=self.first_token,
            seconds=time.perf_counter() - self.started,
        )


class GARDescriber:
    """Answers in words about one to five regions.  Used by one thread at a time."""

    def __init__(
        self,
        session: GARSession,
        tokenizer: GARTokenizer,
        *,
        info: EngineInfo,
        answer_limit: int = ANSWER_LIMIT,
    ) -> None:
        """Put an engine together.

        Args:
            session: the network.
            tokenizer: of the same checkpoint.
            info: who this is.
            answer_limit: most new tokens of an answer, whatever a request says.
        """
        self._session: GARSession | None = session
        self._tokenizer = tokenizer
        self._info = info
        self._answer_limit = answer_limit

    @property
    def info(self) -> EngineInfo:
        """Who this is."""
        return self._info

    def describe(
        self, image: ImageData, request: DescribeRequest, cancel: CancelToken
    ) -> Iterator[DescribeEvent]:
        """Yield progress, then text as it is generated, then exactly one `Finished`.

        Raises (on the first `next`, before anything is computed):
            RequestError: no region, too many, a mention of a region not given, or limits that
                make no sense.
            MaskError: a mask is empty or of another size than the image.
            EngineError: the engine failed; it stays usable.
        """
        clock = _Clock()
        session = self._open_session()
        _check(image, request, most=min(MAX_REGIONS, session.config.prompt_count))
        plan = plan_prompt(
            request,
            slot_texts=self._tokenizer.slot_texts,
            neutralise=self._tokenizer.neutralise,
        )
        stream = TextStream(
            decode=self._tokenizer.decode,
            hidden_ids=self._tokenizer.hidden_ids,
            prompt_numbers=self._tokenizer.prompt_numbers,
            region_ids=plan.region_ids,
        )
        answer = self._answer(image, request, plan, session=session, cancel=cancel)
        reason = StopReason.CANCELLED
        try:
            while True:
                event = next(answer)
                if isinstance(event, Progress):
                    yield event
                    continue
                clock.count_token()
                if delta := stream.push(event.token):
                    yield TextDelta(delta)
        except StopIteration as end:
            reason = StopReason.END if end.value.ended else StopReason.LENGTH
        except Cancelled:
            pass  # a stop is no error: the text so far is the answer
        except (RuntimeError, MemoryError) as error:
            raise _engine_error(error) from error
        if delta := stream.finish():
            yield TextDelta(delta)
        yield clock.finished(stream.text, reason)

    def close(self) -> None:
        """Free the network's memory; the engine is not used afterwards."""
        self._session = None
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _answer(
        self,
        image: ImageData,
        request: DescribeRequest,
        plan: PromptPlan,
        *,
        session: GARSession,
        cancel: CancelToken,
    ) -> Generator[Progress | NewToken, None, Trace]:
        """Yield progress and tokens; return the session's trace."""
        cancel.check()
        yield Progress(STAGE_IMAGE, 0, 1)
        masks = [region.mask.to_array() for region in request.regions]
        stack = session.prepare(image.pixels, masks, cancel=cancel, max_tiles=request.max_tiles)
        yield Progress(STAGE_IMAGE, 1, 1)
        trace = yield from session.run(
            stack,
            self._tokenizer.encode(plan, tiles=stack.count),
            max_new_tokens=min(request.max_new_tokens, self._answer_limit),
            stop_ids=self._tokenizer.stop_ids,
            cancel=cancel,
        )
        return trace

    def _open_session(self) -> GARSession:
        if self._session is None:
            raise EngineError("This GAR engine was closed.", advice="Load the model again.")
        return self._session


def _check(image: ImageData, request: DescribeRequest, *, most: int) -> None:
    """Check what can be checked before anything is computed."""
    if request.image_key != image.key:
        raise RequestError("The request is about another image.")
    count = len(request.regions)
    if count == 0:
        raise RequestError(
            "There is no region to ask about.", advice=f"Select one to {most} regions."
        )
    if count > most:
        raise RequestError(
            f"{count} regions are too many: GAR takes at most {most} at once, and "
            f"#{most + 1} is one more.",
            advice=f"Select one to {most} regions.",
        )
    ids = [region.region_id for region in request.regions]
    if len(set(ids)) != count:
        raise RequestError("A region was given twice.", advice="Select each region once.")
    if request.max_new_tokens < 1:
        raise RequestError("An answer needs at least one token.")
    if request.max_tiles is not None and not 1 <= request.max_tiles <= _MAX_TILES:
        raise RequestError(f"The number of tiles must lie between 1 and {_MAX_TILES}.")
    for number, region in enumerate(request.regions, start=1):
        _check_mask(image, region, number)


def _check_mask(image: ImageData, region: RegionInput, number: int) -> None:
    mask = region.mask
    if mask.size != (image.height, image.width):
        raise MaskError(
            f"The mask of region #{number} has {mask.width}×{mask.height} pixels, but the image "
            f"has {image.width}×{image.height}.",
            advice="Use a mask that was made on this image.",
        )
    if mask.is_empty:
        raise MaskError(
            f"The mask of region #{number} is empty.", advice="Draw the region, or leave it out."
        )


def _engine_error(error: RuntimeError | MemoryError) -> EngineError:
    # torch has an error of its own for full graphics cards only; for full main memory it raises
    # a plain RuntimeError of its CPU allocator.
    out_of_memory = isinstance(error, (torch.OutOfMemoryError, MemoryError))
    if out_of_memory or "DefaultCPUAllocator" in str(error):
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        return EngineError(
            "There is not enough memory for this request.",
            kept="All regions and texts were kept.",
            advice="Close other programs, use fewer tiles, or run a smaller model.",
        )
    return EngineError(
        f"The model failed: {str(error).splitlines()[0] if str(error) else 'no reason given'}.",
        kept="All regions and texts were kept.",
        advice="Try again; run “gar-studio doctor” if it fails again.",
    )

"""GAR as a describer: what a request gets back, and what it is refused for."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import stored_mention
from gar_studio.engines.description import (
    Describer,
    DescribeRequest,
    Finished,
    RegionInput,
    StopReason,
    Task,
    TextDelta,
)
from gar_studio.engines.protocol import CancelToken, ImageData, Progress
from gar_studio.errors import EngineError, MaskError, RequestError
from models.gar.checkpoint import load_model
from models.gar.engine import GARDescriber
from models.gar.model import GARModel
from models.gar.session import GARSession
from models.gar.tokens import GARTokenizer
from tests.models.gar.conftest import INFO

Make = Callable[..., DescribeRequest]
BOX = (5, 5, 50, 40)
OTHER = (70, 50, 110, 80)


def finished(events: list[object]) -> Finished:
    last = events[-1]
    assert isinstance(last, Finished)
    assert sum(isinstance(event, Finished) for event in events) == 1
    return last


def test_it_is_a_describer(describer: GARDescriber) -> None:
    assert isinstance(describer, Describer)
    assert describer.info is INFO


@pytest.mark.parametrize(
    ("boxes", "changes"),
    [
        ([BOX], {}),
        ([BOX], {"question": "in one sentence, 狗?"}),
        ([BOX, OTHER], {"task": Task.RELATE}),
        ([BOX, OTHER], {"task": Task.ASK, "question": f"what is {stored_mention(12)}?"}),
        ([BOX] * 5, {"task": Task.RELATE, "max_tiles": None}),
    ],
)
def test_progress_then_text_then_the_end(
    describer: GARDescriber, image: ImageData, request_for: Make, boxes: list, changes: dict
) -> None:
    request = request_for(boxes, **changes)
    events = list(describer.describe(image, request, CancelToken()))
    kinds = [kind for kind, _ in itertools.groupby(type(event) for event in events)]
    assert kinds == [Progress, TextDelta, Finished]
    end = finished(events)
    deltas = [event.text for event in events if isinstance(event, TextDelta)]
    assert "".join(deltas) == end.text
    assert all(deltas)
    assert len(deltas) > 1
    assert end.new_tokens == request.max_new_tokens
    assert end.reason is StopReason.LENGTH
    assert 0 < end.first_token_seconds <= end.seconds


def test_text_comes_while_the_model_still_works(
    describer: GARDescriber,
    image: ImageData,
    request_for: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps: list[int] = []
    original = GARModel.extend

    def counted(self: GARModel, embeddings: torch.Tensor, cache: object) -> torch.Tensor:
        steps.append(len(embeddings))
        return original(self, embeddings, cache)

    monkeypatch.setattr(GARModel, "extend", counted)
    events = describer.describe(image, request_for([BOX]), CancelToken())
    next(event for event in events if isinstance(event, TextDelta))
    assert steps.count(1) == 0  # the first word is out before the second token is computed
    next(event for event in events if isinstance(event, TextDelta))
    assert steps.count(1) == 1


def test_the_model_ends_its_answer(
    tokenizer: GARTokenizer,
    describer: GARDescriber,
    image: ImageData,
    request_for: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids: list[int] = []
    original = GARSession.decode

    def ending(self: GARSession, *args: object, **kwargs: object) -> object:
        for token in original(self, *args, **kwargs):
            ids.append(token)
            yield token if len(ids) < 4 else next(iter(tokenizer.stop_ids))

    monkeypatch.setattr(GARSession, "decode", ending)
    end = finished(list(describer.describe(image, request_for([BOX]), CancelToken())))
    assert end.reason is StopReason.END
    assert end.new_tokens == 3
    assert end.text == tokenizer.decode(ids[:3])


def test_text_that_was_held_back_comes_before_the_end(
    tokenizer: GARTokenizer,
    describer: GARDescriber,
    image: ImageData,
    request_for: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spelled = tokenizer._tokenizer.encode("a <Prompt1> <Prom", add_special_tokens=False)
    monkeypatch.setattr(GARSession, "decode", lambda *_, **__: iter(spelled))
    events = list(describer.describe(image, request_for([BOX]), CancelToken()))
    deltas = [event.text for event in events if isinstance(event, TextDelta)]
    assert deltas[-1] == "<Prom"
    assert "".join(deltas) == finished(events).text == f"a {stored_mention(11)} <Prom"


def test_an_engine_can_limit_its_answers(
    session: GARSession, tokenizer: GARTokenizer, image: ImageData, request_for: Make
) -> None:
    short = GARDescriber(session, tokenizer, info=INFO, answer_limit=3)
    end = finished(list(short.describe(image, request_for([BOX]), CancelToken())))
    assert end.new_tokens == 3


@pytest.mark.parametrize("when", [0, 1, 2, 4, 6, 8, 10, 13])
def test_a_cancel_ends_the_stream_with_the_text_so_far(
    describer: GARDescriber, image: ImageData, request_for: Make, when: int
) -> None:
    cancel = CancelToken()
    events = []
    for event in describer.describe(image, request_for([BOX]), cancel):
        events.append(event)
        if len(events) > when:
            cancel.cancel()
    end = finished(events)
    assert end.reason is StopReason.CANCELLED
    # After the cancel: no more than the announcement of a stage, held-back text and the end.
    assert len(events) <= when + 4
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert end.text == text
    assert (end.first_token_seconds is None) == (end.new_tokens == 0)


def test_a_request_cancelled_beforehand_computes_nothing(
    describer: GARDescriber, image: ImageData, request_for: Make
) -> None:
    cancel = CancelToken()
    cancel.cancel()
    events = list(describer.describe(image, request_for([BOX]), cancel))
    assert events == [finished(events)]
    assert (events[0].reason, events[0].text) == (StopReason.CANCELLED, "")


@pytest.fixture
def untouched_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail if anything is computed."""

    def fail(*_: object, **__: object) -> None:
        pytest.fail("the network was used")

    monkeypatch.setattr(GARSession, "prepare", fail)
    monkeypatch.setattr(GARSession, "run", fail)


def refused(describer: GARDescriber, image: ImageData, request: DescribeRequest) -> None:
    next(iter(describer.describe(image, request, CancelToken())))


@pytest.mark.usefixtures("untouched_network")
class TestRefusals:
    """What is said before anything runs."""

    def test_no_region(self, describer: GARDescriber, image: ImageData, request_for: Make) -> None:
        with pytest.raises(RequestError, match="no region"):
            refused(describer, image, request_for([]))

    def test_six_regions(
        self, describer: GARDescriber, image: ImageData, request_for: Make
    ) -> None:
        with pytest.raises(RequestError, match=r"6 regions are too many.*#6"):
            refused(describer, image, request_for([BOX] * 6))

    def test_an_empty_mask_is_named_by_its_place(
        self, describer: GARDescriber, image: ImageData, request_for: Make
    ) -> None:
        with pytest.raises(MaskError, match="region #2 is empty"):
            refused(describer, image, request_for([BOX, (7, 7, 7, 7), OTHER]))

    def test_a_mask_of_another_size_is_named_by_its_place(
        self, describer: GARDescriber, image: ImageData, request_for: Make
    ) -> None:
        other = RegionInput(1, Mask.from_box(0, 0, 5, 5, height=120, width=90))
        request = request_for([], regions=(request_for([BOX]).regions[0], other))
        with pytest.raises(MaskError, match=r"region #2 has 90×120 pixels.*image has 120×90"):
            refused(describer, image, request)

    def test_a_mention_of_a_region_that_is_not_given(
        self, describer: GARDescriber, image: ImageData, request_for: Make
    ) -> None:
        request = request_for([BOX], task=Task.ASK, question=f"{stored_mention(40)}?")
        with pytest.raises(RequestError, match="⟨region:40⟩"):
            refused(describer, image, request)

    def test_a_region_given_twice(
        self, describer: GARDescriber, image: ImageData, request_for: Make
    ) -> None:
        region = request_for([BOX]).regions[0]
        with pytest.raises(RequestError, match="given twice"):
            refused(describer, image, request_for([], regions=(region, region)))

    def test_a_question_without_words(
        self, describer: GARDescriber, image: ImageData, request_for: Make
    ) -> None:
        with pytest.raises(RequestError, match="no question"):
            refused(describer, image, request_for([BOX], task=Task.ASK))

    def test_another_image(
        self, describer: GARDescriber, image: ImageData, request_for: Make
    ) -> None:
        with pytest.raises(RequestError, match="another image"):
            refused(describer, image, request_for([BOX], image_key="other"))

    @pytest.mark.parametrize("changes", [{"max_new_tokens": 0}, {"max_tiles": 0}])
    def test_limits_that_make_no_sense(
        self, describer: GARDescriber, image: ImageData, request_for: Make, changes: dict
    ) -> None:
        with pytest.raises(RequestError):
            refused(describer, image, request_for([BOX], **changes))


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (RuntimeError("shapes cannot be multiplied\nlong trace"), "shapes cannot be multiplied"),
        (RuntimeError(), "no reason given"),
        (MemoryError(), "not enough memory"),
        (torch.OutOfMemoryError("CUDA out of memory"), "not enough memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "not enough memory"),
    ],
)
def test_a_failure_is_one_sentence_and_the_engine_stays_usable(
    describer: GARDescriber, image: ImageData, request_for: Make, failure: Exception, said: str
) -> None:
    request = request_for([BOX])
    before = finished(list(describer.describe(image, request, CancelToken())))

    def fail(*_: object) -> None:
        raise failure

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GARModel, "encode_tile", fail)
        with pytest.raises(EngineError, match=said) as caught:
            list(describer.describe(image, request, CancelToken()))
    assert "\n" not in str(caught.value)
    after = finished(list(describer.describe(image, request, CancelToken())))
    assert after.text == before.text


def test_the_same_request_gets_the_same_answer_whatever_came_between(
    describer: GARDescriber, image: ImageData, request_for: Make
) -> None:
    request = request_for([BOX])
    first = finished(list(describer.describe(image, request, CancelToken())))
    left = describer.describe(image, request_for([BOX, OTHER], task=Task.RELATE), CancelToken())
    for _ in range(10):
        next(left)
    left.close()
    again = finished(list(describer.describe(image, request, CancelToken())))
    assert again.text == first.text


def test_a_closed_engine_says_so(
    describer: GARDescriber, image: ImageData, request_for: Make
) -> None:
    describer.close()
    with pytest.raises(EngineError, match="was closed"):
        refused(describer, image, request_for([BOX]))


def test_the_smallest_image(describer: GARDescriber, request_for: Make) -> None:
    import numpy as np

    pixel = ImageData(key="pixel", pixels=np.zeros((1, 1, 3), np.uint8))
    region = RegionInput(1, Mask.from_box(0, 0, 1, 1, height=1, width=1))
    request = request_for([], image_key="pixel", regions=(region,))
    end = finished(list(describer.describe(pixel, request, CancelToken())))
    assert end.new_tokens == request.max_new_tokens


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_it_runs_in_half_precision(
    random_folder: Path,
    tokenizer: GARTokenizer,
    image: ImageData,
    request_for: Make,
    dtype: torch.dtype,
) -> None:
    half = load_model(random_folder, device=torch.device("cpu"), dtype=dtype)
    engine = GARDescriber(GARSession(half), tokenizer, info=INFO)
    end = finished(list(engine.describe(image, request_for([BOX]), CancelToken())))
    assert end.new_tokens == 8

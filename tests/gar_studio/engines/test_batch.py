"""Several requests to a describer that knows no batches."""

from dataclasses import replace

import numpy as np

from gar_studio.annotation.mask import Mask
from gar_studio.engines.batch import describe_many, describe_photos
from gar_studio.engines.description import (
    DescribeRequest,
    Finished,
    Question,
    RegionInput,
    StopReason,
    Task,
)
from gar_studio.engines.protocol import CancelToken, ImageData
from tests.helpers.engines import ScriptedDescriber

IMAGE = ImageData("key", np.zeros((9, 9, 3), dtype=np.uint8))


def requests() -> list[DescribeRequest]:
    mask = Mask.from_box(1, 1, 4, 4, height=9, width=9)
    return [
        DescribeRequest(number, "key", Task.DESCRIBE, (RegionInput(number, mask),))
        for number in (1, 2, 3)
    ]


def test_each_is_answered_in_turn() -> None:
    describer = ScriptedDescriber()
    events = list(describe_many(describer, IMAGE, requests(), [CancelToken()] * 3))
    assert [index for index, event in events if isinstance(event, Finished)] == [0, 1, 2]
    assert [request.request_id for request in describer.requests] == [1, 2, 3]


def test_what_is_cancelled_before_its_turn_is_not_asked() -> None:
    describer = ScriptedDescriber()
    cancels = [CancelToken() for _ in range(3)]
    cancels[1].cancel()
    events = dict(describe_many(describer, IMAGE, requests(), cancels))
    assert [request.request_id for request in describer.requests] == [1, 3]
    end = events[1]
    assert isinstance(end, Finished)
    assert (end.reason, end.text) == (StopReason.CANCELLED, "")


def test_several_photos_are_answered_one_after_the_other() -> None:
    describer = ScriptedDescriber()
    other = ImageData("other", IMAGE.pixels)
    questions = [Question(IMAGE, request, CancelToken()) for request in requests()]
    moved = replace(questions[1].request, image_key="other")
    questions[1:2] = [Question(other, moved, CancelToken())]
    questions[2].cancel.cancel()
    events = list(describe_photos(describer, questions))
    ends = [(index, event.reason) for index, event in events if isinstance(event, Finished)]
    assert ends == [(0, StopReason.END), (1, StopReason.END), (2, StopReason.CANCELLED)]
    assert [request.image_key for request in describer.requests] == ["key", "other"]

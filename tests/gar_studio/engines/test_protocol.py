"""What goes between threads: frozen, and cancelled at any time."""

import threading

import numpy as np
import pytest

from gar_studio.engines.description import TextDelta
from gar_studio.engines.protocol import CancelToken, ImageData, RequestCounter
from gar_studio.errors import Cancelled


def test_a_cancel_is_seen_by_another_thread() -> None:
    token = CancelToken()
    token.check()
    assert not token.cancelled
    canceller = threading.Thread(target=token.cancel)
    canceller.start()
    canceller.join()
    assert token.cancelled
    with pytest.raises(Cancelled):
        token.check()


def test_requests_are_numbered_upwards_from_one() -> None:
    counter = RequestCounter()
    assert [counter.take() for _ in range(3)] == [1, 2, 3]


def test_values_cannot_be_changed_on_their_way() -> None:
    delta = TextDelta("a")
    with pytest.raises(AttributeError):
        delta.text = "b"  # type: ignore[misc]


def test_images_are_compared_by_their_key_not_by_their_pixels() -> None:
    pixels = np.zeros((3, 5, 3), np.uint8)
    one, other = ImageData("k", pixels), ImageData("k", pixels)
    assert (one.height, one.width) == (3, 5)
    assert one != other
    assert one.key == other.key

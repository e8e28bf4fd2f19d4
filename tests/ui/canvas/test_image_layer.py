"""The frame that is kept while the photo is panned."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter

from tests.ui.canvas.scenes import photo
from ui.canvas.image_layer import ImageLayer, _without
from ui.canvas.view import ViewTransform

SIZE = QSize(160, 120)
rectangles = st.builds(
    QRect, st.integers(-20, 20), st.integers(-20, 20), st.integers(1, 30), st.integers(1, 30)
)


def painted(layer, view, ratio=1.0):
    """The widget's device pixels, (H, W, 3)."""
    image = QImage(SIZE * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    layer.paint(painter, view=view, size=SIZE, ratio=ratio, behind="#102030")
    painter.end()
    flat = np.frombuffer(image.constBits(), dtype=np.uint8)
    return flat.reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def layer_with(pixels):
    layer = ImageLayer()
    layer.set_photo(pixels)
    return layer


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("scale", [0.3, 1.0, 1.7, 6.0])
def test_a_photo_panned_in_steps_looks_as_if_shown_there_at_once(scale, ratio):
    stepped = layer_with(photo())
    places = [(0, 0), (-7, 3), (-30, -11), (12, -40), (200, 0), (-60, -50), (-61, -50)]
    for x, y in places:
        view = ViewTransform(scale, float(x), float(y))
        difference = np.abs(
            painted(stepped, view, ratio) - painted(layer_with(photo()), view, ratio)
        )
        # Interpolated from another corner, a colour may round the other way.
        assert difference.max() <= 2


def test_the_same_view_twice_is_bit_for_bit_the_same():
    layer, view = layer_with(photo()), ViewTransform(0.7, -20.0, -10.0)
    first = painted(layer, view)
    painted(layer, ViewTransform(2.5))
    assert (painted(layer, view) == first).all()


def test_another_photo_leaves_nothing_of_the_one_before():
    layer, view = layer_with(photo()), ViewTransform(1.0)
    painted(layer, view)
    layer.set_photo(np.full((300, 400, 3), 200, dtype=np.uint8))
    assert (painted(layer, view) == 200).all()


@settings(max_examples=60)
@given(rectangles, rectangles)
def test_strips_and_what_is_kept_cover_a_place_exactly_once(place, other):
    kept = place.intersected(other)
    count = np.zeros((80, 80), dtype=int)
    for part in (*_without(place, kept), kept):
        count[part.top() + 20 : part.bottom() + 21, part.left() + 20 : part.right() + 21] += 1
    wanted = np.zeros_like(count)
    wanted[place.top() + 20 : place.bottom() + 21, place.left() + 20 : place.right() + 21] = 1
    assert (count == wanted).all()

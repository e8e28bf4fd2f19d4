"""Which vertex or edge of an outline is under the pointer."""

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter

from ui.canvas.vertices import VertexHand
from ui.canvas.view import ViewTransform

SQUARE = ((10.0, 10.0), (50.0, 10.0), (50.0, 50.0), (10.0, 50.0))
HOLE = ((20.0, 20.0), (40.0, 20.0), (30.0, 40.0))
VIEW = ViewTransform(4.0, 7.0, -5.0)

places = st.tuples(st.integers(0, 80).map(float), st.integers(0, 80).map(float))
outlines = st.lists(st.lists(places, min_size=3, max_size=9).map(tuple), max_size=3).map(tuple)


def hand_at(rings, x, y, view=VIEW):
    """A hand that points at an image point."""
    hand = VertexHand()
    hand.show(rings)
    hand.point(QPointF(*view.to_widget(x, y)), view)
    return hand


def to_segment(point, start, end):
    """How far a point is from a line between two others, the plain way."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = across**2 + down**2
    x, y = point[0] - start[0], point[1] - start[1]
    share = min(max((x * across + y * down) / length, 0.0), 1.0) if length else 0.0
    return hypot(x - share * across, y - share * down)


@pytest.mark.parametrize(
    ("x", "y", "under", "on_edge"),
    [
        (50.5, 10.5, (0, 1), False),
        (30, 40, (1, 2), False),
        (10, 30, (0, 0), True),
        (30, 20.5, (1, 1), True),
        (46, 46, None, False),
        (70, 70, None, False),
    ],
)
def test_vertices_come_before_edges_in_every_ring(x, y, under, on_edge):
    hand = hand_at((SQUARE, HOLE), x, y)
    assert (hand.under, hand.on_edge) == (under, on_edge)


def test_without_an_outline_nothing_is_under_the_pointer():
    assert hand_at((), 10, 10).under is None


@given(outlines, places)
def test_what_is_found_is_the_nearest_within_reach(rings, place):
    hand = hand_at(rings, *place, view=ViewTransform(1.0))
    vertices = {
        (r, i): hypot(place[0] - x, place[1] - y)
        for r, ring in enumerate(rings)
        for i, (x, y) in enumerate(ring)
    }
    edges = {
        (r, i): to_segment(place, ring[i - 1], end)
        for r, ring in enumerate(rings)
        for i, end in enumerate(ring)
    }
    near = min(vertices.values(), default=99.0)
    if near <= 8.0:
        assert not hand.on_edge
        assert vertices[hand.under] == pytest.approx(near)
    elif min(edges.values(), default=99.0) <= 5.0:
        assert hand.on_edge
        assert edges[hand.under] == pytest.approx(min(edges.values()))
    else:
        assert hand.under is None


def test_a_vertex_is_found_where_it_was_dragged_to():
    hand = hand_at((SQUARE,), 10, 10)
    assert hand.press(10, 10)
    hand.drag(2, 3)
    assert hand.let_go() is not None
    hand.point(QPointF(*VIEW.to_widget(2, 3)), VIEW)
    assert hand.under == (0, 0)


def test_the_vertex_under_the_pointer_is_larger():
    def bright(hand):
        image = QImage(QSize(320, 240), QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        hand.paint(painter, VIEW)
        painter.end()
        x, y = VIEW.to_widget(10, 10)
        return sum(image.pixelColor(int(x) + d, int(y) - 4).lightness() > 200 for d in (-3, 0, 3))

    assert bright(hand_at((SQUARE,), 10, 10)) > bright(hand_at((SQUARE,), 70, 70))

"""The outline of a region as vertices that can be dragged, added and taken away."""

from math import hypot
from typing import Final, TypeAlias

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ui.canvas.view import ViewTransform

Point: TypeAlias = tuple[float, float]
Rings: TypeAlias = tuple[tuple[Point, ...], ...]

_REACH: Final = 8.0
"""Widget pixels from a vertex at which it is meant."""
_EDGE_REACH: Final = 5.0
"""Widget pixels from an edge at which a new vertex on it is meant."""
_RADIUS: Final = 3.5
_DARK: Final = QColor(0, 0, 0, 200)
_BRIGHT: Final = QColor("#FFFFFF")


class VertexHand:
    """Holds the rings of an outline, and the vertex under the pointer.

    Attributes:
        rings: (x, y) in image pixels of each ring's vertices; empty if nothing is edited.
        under: ring and index of the vertex that is pointed at or dragged; with `on_edge`, where
            a new one would be.
        on_edge: whether the pointer is on an edge, between two vertices.
    """

    def __init__(self) -> None:
        self.rings: Rings = ()
        self.under: tuple[int, int] | None = None
        self.on_edge = False
        self._before: Rings | None = None

    @property
    def drags(self) -> bool:
        """Whether a vertex is being dragged."""
        return self._before is not None

    def show(self, rings: Rings) -> None:
        """Take an outline in hand, or none."""
        self.rings, self.under, self._before = rings, None, None

    def point(self, position: QPointF, view: ViewTransform) -> bool:
        """Take note of the pointer; return whether something else is under it now."""
        before = (self.under, self.on_edge)
        self.under, self.on_edge = self._vertex_at(position, view), False
        if self.under is None:
            self.under = self._edge_at(position, view)
            self.on_edge = self.under is not None
        return (self.under, self.on_edge) != before

    def press(self, x: float, y: float) -> bool:
        """Begin to drag the vertex under the pointer, a new one on an edge."""
        if self.under is None:
            return False
        self._before = self.rings
        if self.on_edge:
            ring, index = self.under
            vertices = self.rings[ring]
            self._put(ring, (*vertices[:index], (x, y), *vertices[index:]))
            self.on_edge = False
        return True

    def drag(self, x: float, y: float) -> None:
        """Bring the vertex to image point (x, y)."""
        if self._before is None or self.under is None:
            return
        ring, index = self.under
        vertices = self.rings[ring]
        self._put(ring, (*vertices[:index], (x, y), *vertices[index + 1 :]))

    def let_go(self) -> tuple[Rings, Rings] | None:
        """End the drag; return the rings before and after it, None if they are the same."""
        before, self._before = self._before, None
        return None if before is None or before == self.rings else (before, self.rings)

    def cancel(self) -> bool:
        """Take the drag back; return whether there was one."""
        before, self._before = self._before, None
        if before is not None:
            self.rings, self.under = before, None
        return before is not None

    def remove(self) -> tuple[Rings, Rings] | None:
        """Take the vertex under the pointer away; with the third last one the whole ring goes.

        Returns:
            The rings before and after it, or None if there is no vertex under the pointer.
        """
        if self.under is None or self.on_edge or self.drags:
            return None
        before, (ring, index) = self.rings, self.under
        vertices = self.rings[ring]
        self._put(ring, (*vertices[:index], *vertices[index + 1 :]) if len(vertices) > 3 else ())
        self.rings = tuple(one for one in self.rings if one)
        self.under = None
        return before, self.rings

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Paint edges and vertices, the one under the pointer larger."""
        if not self.rings:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, ring in enumerate(self.rings):
            points = [QPointF(*view.to_widget(x, y)) for x, y in ring]
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width in ((_DARK, 3.0), (_BRIGHT, 1.0)):
                painter.setPen(QPen(colour, width))
                painter.drawPolygon(QPolygonF(points))
            painter.setPen(QPen(_DARK, 1.0))
            painter.setBrush(_BRIGHT)
            for index, point in enumerate(points):
                lit = self.under == (number, index) and not self.on_edge
                radius = _RADIUS * (1.8 if lit else 1.0)
                painter.drawEllipse(point, radius, radius)
        painter.restore()

    def _put(self, ring: int, vertices: tuple[Point, ...]) -> None:
        self.rings = (*self.rings[:ring], vertices, *self.rings[ring + 1 :])

    def _vertex_at(self, position: QPointF, view: ViewTransform) -> tuple[int, int] | None:
        nearest, found = _REACH, None
        for number, ring in enumerate(self.rings):
            for index, (x, y) in enumerate(ring):
                left, top = view.to_widget(x, y)
                distance = hypot(position.x() - left, position.y() - top)
                if distance <= nearest:
                    nearest, found = distance, (number, index)
        return found

    def _edge_at(self, position: QPointF, view: ViewTransform) -> tuple[int, int] | None:
        nearest, found = _EDGE_REACH, None
        for number, ring in enumerate(self.rings):
            for index, end in enumerate(ring):
                start = ring[index - 1]
                distance = _distance(position, view.to_widget(*start), view.to_widget(*end))
                if distance <= nearest:
                    nearest, found = distance, (number, index)
        return found


def _distance(position: QPointF, start: Point, end: Point) -> float:
    """Return how far a point is from the line between two others."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = across**2 + down**2
    x, y = position.x() - start[0], position.y() - start[1]
    share = min(max((x * across + y * down) / length, 0.0), 1.0) if length else 0.0
    return hypot(x - share * across, y - share * down)

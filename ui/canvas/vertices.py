"""The outline of a region as vertices that can be dragged, added and taken away."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
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
_LIT_RADIUS: Final = 6.5
_DARK: Final = QColor(0, 0, 0, 200)
_BRIGHT: Final = QColor("#FFFFFF")


@dataclass(frozen=True, eq=False, slots=True)
class _Table:
    """The vertices of all rings in one table; `eq` is off, for it holds arrays.

    Attributes:
        ends: (N, 2) float64, x and y in image pixels of each vertex.
        starts: (N, 2) float64, those of the vertex before it in its ring.
        first: number of vertices in the rings before each ring.
    """

    ends: npt.NDArray[np.float64]
    starts: npt.NDArray[np.float64]
    first: npt.NDArray[np.intp]

    @classmethod
    def of(cls, rings: Rings) -> "_Table":
        """Return the table of some rings."""
        arrays = [np.array(ring, dtype=np.float64).reshape(-1, 2) for ring in rings]
        first = np.cumsum([0, *(len(array) for array in arrays)])[:-1]
        if not arrays:
            return cls(np.empty((0, 2)), np.empty((0, 2)), first)
        starts = np.concatenate([np.roll(array, 1, axis=0) for array in arrays])
        return cls(np.concatenate(arrays), starts, first)

    def nearest(self, distances: npt.NDArray[np.float64], reach: float) -> tuple[int, int] | None:
        """Return ring and index of the least distance, of equal ones the last, within reach."""
        if not len(distances):
            return None
        row = len(distances) - 1 - int(distances[::-1].argmin())
        if distances[row] > reach:
            return None
        ring = int(np.searchsorted(self.first, row, side="right")) - 1
        return ring, row - int(self.first[ring])


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
        self._table: _Table | None = None
        self._table_of: Rings = ()

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
        for ring in self.rings:
            outline = QPolygonF([QPointF(*view.to_widget(x, y)) for x, y in ring])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width in ((_DARK, 3.0), (_BRIGHT, 1.0)):
                painter.setPen(QPen(colour, width))
                painter.drawPolygon(outline)
        self._paint_vertices(painter, view)
        painter.restore()

    def _paint_vertices(self, painter: QPainter, view: ViewTransform) -> None:
        places = self._looked_up().ends * view.scale + _offset(view)
        device = painter.device()
        room = np.array([device.width(), device.height()])
        seen = places[((places >= -_REACH) & (places <= room + _REACH)).all(axis=1)]
        _paint_dots(painter, [QPointF(x, y) for x, y in seen.tolist()], _RADIUS)
        if self.under is not None and not self.on_edge:
            ring, index = self.under
            _paint_dots(painter, [QPointF(*view.to_widget(*self.rings[ring][index]))], _LIT_RADIUS)

    def _put(self, ring: int, vertices: tuple[Point, ...]) -> None:
        self.rings = (*self.rings[:ring], vertices, *self.rings[ring + 1 :])

    def _vertex_at(self, position: QPointF, view: ViewTransform) -> tuple[int, int] | None:
        table = self._looked_up()
        away = table.ends * view.scale + _offset(view) - position.toTuple()
        return table.nearest(np.hypot(away[:, 0], away[:, 1]), _REACH)

    def _edge_at(self, position: QPointF, view: ViewTransform) -> tuple[int, int] | None:
        table = self._looked_up()
        along = (table.ends - table.starts) * view.scale
        away = position.toTuple() - (table.starts * view.scale + _offset(view))
        length = (along**2).sum(axis=1)
        share = (away * along).sum(axis=1) / np.where(length > 0, length, 1.0)
        rest = away - np.clip(share, 0.0, 1.0)[:, None] * along
        return table.nearest(np.hypot(rest[:, 0], rest[:, 1]), _EDGE_REACH)

    def _looked_up(self) -> _Table:
        """Return the table of the rings as they are now."""
        if self._table is None or self._table_of is not self.rings:
            self._table, self._table_of = _Table.of(self.rings), self.rings
        return self._table


def _offset(view: ViewTransform) -> tuple[float, float]:
    return (view.offset_x, view.offset_y)


def _paint_dots(painter: QPainter, points: list[QPointF], radius: float) -> None:
    """Paint bright dots with a dark rim; all at once, for an outline may have thousands."""
    for colour, width in ((_DARK, 2 * radius + 1), (_BRIGHT, 2 * radius - 1)):
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(points)

"""Where the numbers of regions go: of one size at every zoom, and none over another."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QImage, QPainter

from ui.canvas import badge as badges
from ui.canvas.badge import Badge, BadgePainter
from ui.canvas.mask_picture import MaskPicture, Scene

_ROOM: Final = 44.0
"""A region smaller than this on the screen has its number above it, not on it."""

_CROWD: Final = 300
"""From so many regions on, those of a few pixels show their number only when pointed at."""

_CROWDED_SIZE: Final = 12.0

_GAP: Final = 2.0
"""Widget pixels between a number and the canvas's edge."""

_CELL: Final = 4.0
"""Widget pixels of the squares by which numbers are kept apart."""

_EDGE: Final = 6
"""Squares at the canvas's edge in which numbers are moved inside."""

_FEW: Final = 20
"""Up to so many selected regions show their number whatever lies there already."""


@dataclass(slots=True)
class Numbered:
    """A region with a number.

    Attributes:
        region_id: its lasting id.
        number: what is shown.
        label: words beside it while it is selected or pointed at, or "".
        colour: "#rrggbb" of its ground.
        picture: its mask.
        place: the image point deepest inside it, once that is known.
    """

    region_id: int
    number: int
    label: str
    colour: str
    picture: MaskPicture
    place: QPointF | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    region_id: int
    anchor: tuple[float, float]  # image point
    shift: tuple[float, float]  # widget pixels from there to the corner
    picture: QImage
    width: float  # widget pixels


class BadgeLayout:
    """Places numbers while the view rests, and moves them along with it otherwise."""

    def __init__(self) -> None:
        self._badges = BadgePainter()
        self._placed: list[_Placed] = []
        self._painted: list[tuple[int, int, int, float]] = []  # region, left, top, width

    def badge_at(self, point: QPointF) -> int | None:
        """Return the region whose number was painted at a widget point, or None."""
        for region_id, x, y, width in reversed(self._painted):
            if x <= point.x() <= x + width and y <= point.y() <= y + badges.HEIGHT:
                return region_id
        return None

    def lay_out(
        self,
        regions: Sequence[Numbered],
        boxes: npt.NDArray[np.float64],
        scene: Scene,
        font: QFont,
        *,
        selected: frozenset[int],
        total: int,
        seconds: float,
    ) -> bool:
        """Choose the numbers that are shown; return whether that is done.

        Args:
            regions: those in view; of two that are in each other's way the first is shown.
            boxes: (N, 4) x, y, width and height of their masks in image pixels.
            scene: where the photo lies.
            font: the canvas's font.
            selected: regions that are selected.
            total: number of regions on the photo.
            seconds: about how long places deep inside regions may be looked for.
        """
        until, complete, looked = time.perf_counter() + seconds, True, False
        taken = _Taken(scene)
        forced = selected if len(selected) <= _FEW else frozenset[int]()
        self._placed = []
        for region, (x, y, width, height) in zip(regions, _on_widget(boxes, scene), strict=True):
            strong = region.region_id in selected
            small = width < _ROOM or height < _ROOM
            if not strong and total > _CROWD and max(width, height) < _CROWDED_SIZE:
                continue
            if small and region.region_id not in forced and taken.near(x + width / 2, y):
                continue
            if not small and region.place is None:
                if looked and time.perf_counter() >= until:
                    complete = False
                    continue
                looked = True
            placed = self._place(region, scene, font, strong=strong)
            if placed is not None and taken.take(placed, scene, region.region_id in forced):
                self._placed.append(placed)
        self._placed.reverse()  # the first of them lies on top
        return complete

    def paint(
        self, painter: QPainter, scene: Scene, font: QFont, *, pointed_at: Numbered | None
    ) -> None:
        """Paint the numbers that were chosen, where their regions are now.

        Args:
            painter: in the widget's logical coordinates.
            scene: where the photo lies.
            font: the canvas's font.
            pointed_at: a region whose number is shown on top of all, with its label.
        """
        lit = self._place(pointed_at, scene, font, strong=True) if pointed_at else None
        scale, off_x, off_y = scene.view.scale, scene.view.offset_x, scene.view.offset_y
        right, bottom = scene.size.width(), scene.size.height()
        self._painted = []
        for placed in [*self._placed, lit] if lit is not None else self._placed:
            x = round(placed.anchor[0] * scale + off_x + placed.shift[0])
            y = round(placed.anchor[1] * scale + off_y + placed.shift[1])
            if -placed.width < x < right and -badges.HEIGHT < y < bottom:
                painter.drawImage(x, y, placed.picture)
                self._painted.append((placed.region_id, x, y, placed.width))

    def _place(
        self, region: Numbered, scene: Scene, font: QFont, *, strong: bool
    ) -> _Placed | None:
        box = scene.box_on_widget(region.picture.mask.box)
        badge = Badge(region.number, region.label if strong else "", region.colour, strong)
        picture = self._badges.picture(badge, ratio=scene.ratio, font=font)
        width = picture.width() / scene.ratio
        found = _corner(region, scene, box, width)
        if found is None:
            return None
        anchor, corner = found
        x, y = scene.view.to_widget(*anchor)
        shift = (corner.x() - x, corner.y() - y)
        return _Placed(region.region_id, anchor, shift, picture, width)


class _Taken:
    """Which parts of the canvas have numbers already."""

    def __init__(self, scene: Scene) -> None:
        self._rows = int(scene.size.height() / _CELL) + 2
        self._columns = int(scene.size.width() / _CELL) + 2
        self._cells = np.zeros((self._rows, self._columns), dtype=bool)

    def near(self, x: float, y: float) -> bool:
        """Whether the number above a small region cannot have a place: the usual case in a crowd.

        Args:
            x: middle of the region on the widget.
            y: its upper edge.
        """
        row, column = int((y - badges.HEIGHT / 2 - 4.0) / _CELL), int(x / _CELL)
        # At the canvas's edge a number is moved inside, so nothing can be said yet.
        inside = _EDGE <= row < self._rows - _EDGE and _EDGE <= column < self._columns - _EDGE
        return inside and bool(self._cells[row, column])

    def take(self, placed: _Placed, scene: Scene, forced: bool) -> bool:
        """Take the place of a number, if it is free or has to be had; return whether it was."""
        x, y = scene.view.to_widget(*placed.anchor)
        left, top = x + placed.shift[0], y + placed.shift[1]
        cells = (
            slice(max(int(top / _CELL), 0), int((top + badges.HEIGHT) / _CELL) + 1),
            slice(max(int(left / _CELL), 0), int((left + placed.width) / _CELL) + 1),
        )
        if not forced and self._cells[cells].any():
            return False
        self._cells[cells] = True
        return True


def _on_widget(
    boxes: npt.NDArray[np.float64], scene: Scene
) -> list[tuple[float, float, float, float]]:
    """Return image boxes in widget coordinates."""
    view = scene.view
    found: list[tuple[float, float, float, float]] = (
        boxes * view.scale + (view.offset_x, view.offset_y, 0.0, 0.0)
    ).tolist()
    return found


def _corner(
    region: Numbered, scene: Scene, box: QRectF, width: float
) -> tuple[tuple[float, float], QPointF] | None:
    """Return the image point that a number belongs to, and its corner on the widget."""
    half = badges.HEIGHT / 2
    if min(box.width(), box.height()) < _ROOM:
        left, top = box.center().x() - half, box.top() - badges.HEIGHT - 4.0
        anchor = scene.view.to_image(box.center().x(), box.top())
        return anchor, _kept_inside(left, top, width, scene)
    middle = _anchor(region, scene)
    if middle is None:
        return None
    # The number stays where it is when a label is added beside it.
    left, top = middle[0] - min(half + 2, width / 2), middle[1] - half
    return scene.view.to_image(*middle), _kept_inside(left, top, width, scene)


def _anchor(region: Numbered, scene: Scene) -> tuple[float, float] | None:
    """Return the widget point deepest inside a region, or inside what is seen of it."""
    place = deepest(region)
    if place is None:
        return None
    x, y = scene.view.to_widget(place.x(), place.y())
    if 0 <= x < scene.size.width() and 0 <= y < scene.size.height():
        return (x, y)
    left, top = scene.view.to_image(0, 0)
    right, bottom = scene.view.to_image(scene.size.width(), scene.size.height())
    runs = region.picture.runs
    seen = badges.anchor(runs, left=left, top=top, right=right, bottom=bottom)
    return scene.view.to_widget(seen.x(), seen.y()) if seen is not None else None


def deepest(region: Numbered) -> QPointF | None:
    """Return the image point deepest inside a region, None for one without pixels."""
    if region.place is None:
        mask = region.picture.mask
        region.place = badges.anchor(
            region.picture.runs, left=0, top=0, right=mask.width, bottom=mask.height
        )
    return region.place


def in_boxes(
    boxes: npt.NDArray[np.float64], left: float, top: float, right: float, bottom: float
) -> npt.NDArray[np.intp]:
    """Return which image boxes, (N, 4) x, y, width, height, share something with an area."""
    low, high = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    hit = (low <= (right, bottom)).all(axis=1) & (high > (left, top)).all(axis=1)
    return np.nonzero(hit)[0]


def _kept_inside(left: float, top: float, width: float, scene: Scene) -> QPointF:
    """Return the corner of a badge, moved so far that the badge is whole, on a whole pixel."""
    left = max(min(left, scene.size.width() - width - _GAP), _GAP)
    top = max(min(top, scene.size.height() - badges.HEIGHT - _GAP), _GAP)
    return QPointF(round(left), round(top))

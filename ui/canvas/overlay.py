"""Regions on the photo: fill, outline and number of each."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainter

from gar_studio.annotation.mask import Mask
from ui.canvas import badge as badges
from ui.canvas.badge import Badge, BadgePainter
from ui.canvas.mask_picture import MaskPicture, Scene
from ui.canvas.raster import Style, region_style

_ROOM_FOR_BADGE: Final = 44.0
"""A region smaller than this on the screen has its badge above it, not on it."""

_CROWD: Final = 300
"""From so many regions on, those of a few pixels show their number only when pointed at."""

_CROWDED_SIZE: Final = 12.0
_GAP: Final = 2.0
"""Widget pixels between a badge and the canvas's edge."""


@dataclass(frozen=True, slots=True)
class RegionOverlay:
    """A region as the canvas shows it.

    Attributes:
        region_id: the region's lasting id.
        number: its number on the screen.
        mask: its pixels.
        colour: "#rrggbb".
        label: words beside the number while it is selected or hovered, or "".
        visible: whether it is shown and can be clicked.
    """

    region_id: int
    number: int
    mask: Mask
    colour: str
    label: str = ""
    visible: bool = True


@dataclass(slots=True)
class _Entry:
    region: RegionOverlay
    picture: MaskPicture
    place: QPointF | None = None


class OverlayLayer:
    """Holds the regions' pictures and paints them."""

    def __init__(self) -> None:
        self._entries: dict[int, _Entry] = {}
        self._order: list[_Entry] = []
        self._selection: frozenset[int] = frozenset()
        self._hovered: int | None = None
        self._badges = BadgePainter()
        self._badge_places: list[tuple[int, QRectF]] = []

    @property
    def regions(self) -> tuple[RegionOverlay, ...]:
        """The regions shown, in the order given."""
        return tuple(entry.region for entry in self._entries.values())

    @property
    def times_drawn(self) -> int:
        """How many mask pictures were made for the regions that are there now."""
        return sum(entry.picture.times_drawn for entry in self._entries.values())

    def set_regions(self, regions: Iterable[RegionOverlay]) -> None:
        """Show other regions; pictures of masks that stay the same are kept."""
        before, self._entries = self._entries, {}
        for region in regions:
            entry = before.get(region.region_id)
            if entry and entry.region.mask.version == region.mask.version:
                entry.region = region
            else:
                entry = _Entry(region, MaskPicture(region.mask))
            self._entries[region.region_id] = entry
        self._sort()

    def set_states(self, *, selection: frozenset[int], hovered: int | None) -> None:
        """Say which regions are selected and which one is pointed at."""
        self._selection, self._hovered = selection, hovered
        self._sort()

    def region_at(self, x: float, y: float) -> int | None:
        """Return the smallest visible region at image coordinates (`x`, `y`), or None."""
        hits = [
            (entry.region.mask.area, -index, region_id)
            for index, (region_id, entry) in enumerate(self._entries.items())
            if entry.region.visible
            and _in_box(entry.region.mask.box, x, y)
            and entry.picture.runs.contains(x, y)
        ]
        return min(hits)[2] if hits else None

    def badge_at(self, point: QPointF) -> int | None:
        """Return the region whose badge was painted at a widget point, or None."""
        for region_id, place in reversed(self._badge_places):
            if place.contains(point):
                return region_id
        return None

    def paint(self, painter: QPainter, scene: Scene, *, seconds: float) -> bool:
        """Paint fills and outlines.

        Pictures that have to be made anew are made until the time is up; the others are shown
        as they were, stretched, so that zooming among thousands of regions stays smooth.

        Args:
            painter: in the widget's logical coordinates.
            scene: where the image lies.
            seconds: about how long pictures may be made.

        Returns:
            Whether everything was painted as it should be; if not, paint again.
        """
        until = time.perf_counter() + seconds
        complete, drawn = True, False
        for entry in self._order:
            picture = entry.picture
            if not picture.is_visible(scene):
                continue
            style = self._style(entry.region)
            if not picture.is_current(scene, style):
                if drawn and time.perf_counter() >= until:
                    complete = False
                else:
                    picture.draw(scene, style)
                    drawn = True
            picture.paint(painter, scene)
        return complete

    def draw_all(self, scene: Scene) -> None:
        """Make every picture that the scene needs now."""
        for entry in self._order:
            style = self._style(entry.region)
            if entry.picture.is_visible(scene) and not entry.picture.is_current(scene, style):
                entry.picture.draw(scene, style)

    def paint_badges(self, painter: QPainter, scene: Scene, font: QFont) -> None:
        """Paint the numbers of the regions that can be seen, of one size at every zoom."""
        self._badge_places = []
        widget = QRectF(0, 0, scene.size.width(), scene.size.height())
        crowded = len(self._entries) > _CROWD
        for entry in self._order:
            region = entry.region
            strong = self._is_strong(region.region_id)
            box = scene.box_on_widget(region.mask.box)
            if not box.intersects(widget):
                continue
            if crowded and not strong and max(box.width(), box.height()) < _CROWDED_SIZE:
                continue
            label = region.label if strong else ""
            badge = Badge(region.number, label, region.colour, strong)
            picture = self._badges.picture(badge, ratio=scene.ratio, font=font)
            size = picture.deviceIndependentSize()
            corner = self._badge_corner(entry, scene, box, size.width())
            if corner is not None:
                painter.drawImage(corner, picture)
                self._badge_places.append((region.region_id, QRectF(corner, size)))

    def _badge_corner(
        self, entry: _Entry, scene: Scene, box: QRectF, width: float
    ) -> QPointF | None:
        half = badges.HEIGHT / 2
        if min(box.width(), box.height()) < _ROOM_FOR_BADGE:
            left, top = box.center().x() - half, box.top() - badges.HEIGHT - 4.0
            return _kept_inside(left, top, width, scene)
        middle = self._anchor(entry, scene)
        if middle is None:
            return None
        # The number stays where it is when a label is added beside it.
        return _kept_inside(middle[0] - min(half + 2, width / 2), middle[1] - half, width, scene)

    def _anchor(self, entry: _Entry, scene: Scene) -> tuple[float, float] | None:
        """Return the widget point deepest inside a region, or inside what is seen of it."""
        runs = entry.picture.runs
        if entry.place is None:
            entry.place = badges.anchor(
                runs, left=0, top=0, right=entry.region.mask.width, bottom=entry.region.mask.height
            )
        if entry.place is None:
            return None
        x, y = scene.view.to_widget(entry.place.x(), entry.place.y())
        if 0 <= x < scene.size.width() and 0 <= y < scene.size.height():
            return (x, y)
        left, top = scene.view.to_image(0, 0)
        right, bottom = scene.view.to_image(scene.size.width(), scene.size.height())
        seen = badges.anchor(runs, left=left, top=top, right=right, bottom=bottom)
        return scene.view.to_widget(seen.x(), seen.y()) if seen is not None else None

    def _sort(self) -> None:
        """Large ones first, so that none hides another; then selected ones, then the hovered."""
        self._order = sorted(
            (entry for entry in self._entries.values() if entry.region.visible),
            key=lambda entry: (
                entry.region.region_id == self._hovered,
                entry.region.region_id in self._selection,
                -entry.region.mask.area,
            ),
        )

    def _style(self, region: RegionOverlay) -> Style:
        return region_style(
            region.colour,
            selected=region.region_id in self._selection,
            hovered=region.region_id == self._hovered,
        )

    def _is_strong(self, region_id: int) -> bool:
        return region_id in self._selection or region_id == self._hovered


def _in_box(box: tuple[int, int, int, int], x: float, y: float) -> bool:
    return box[0] <= x < box[0] + box[2] and box[1] <= y < box[1] + box[3]


def _kept_inside(left: float, top: float, width: float, scene: Scene) -> QPointF:
    """Return the corner of a badge, moved so far that the badge is whole, on a whole pixel."""
    left = max(min(left, scene.size.width() - width - _GAP), _GAP)
    top = max(min(top, scene.size.height() - badges.HEIGHT - _GAP), _GAP)
    return QPointF(round(left), round(top))

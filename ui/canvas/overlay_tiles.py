"""Masks as square tiles that are made in slices of time and kept, so that many cost what few do."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QRegion, QTransform

from ui.canvas import raster
from ui.canvas.mask_picture import MaskPicture, Scene
from ui.canvas.raster import Style

SIDE: Final = 384
"""Device pixels of a tile's side: where one mask fills a tile, drawing that is not felt."""

_SPARE_TILES: Final = 48
"""Tiles out of view that are kept for panning back."""

_WHOLE_MAP: Final = 64
"""Most tiles of a zoom at which the whole photo is kept, to be shown stretched when moving."""

_SMALL: Final = 65_536
"""Device pixels up to which a mask is drawn once and used for all tiles that it lies on."""

Place: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A mask and its look.

    Attributes:
        key: tells it from the others, also after it has changed.
        picture: the mask.
        style: the look.
    """

    key: int
    picture: MaskPicture
    style: Style


@dataclass(slots=True)
class _Tile:
    """What is shown of a square, and what will take its place."""

    shown: QImage | None = None
    ready: bool = False
    drawn: QImage | None = None
    todo: list[int] | None = None


@dataclass(slots=True)
class _Level:
    """The tiles of one zoom, counted from the photo's top left corner."""

    zoom: float
    ratio: float
    tiles: dict[Place, _Tile] = field(default_factory=dict)


class OverlayTiles:
    """Paints masks over each other, in the order given."""

    def __init__(self) -> None:
        self._items: tuple[Item, ...] = ()
        self._boxes: npt.NDArray[np.float64] = np.empty((0, 4))
        self._level = _Level(0.0, 0.0)
        self._before = _Level(0.0, 0.0)
        self._whole = _Level(0.0, 0.0)

    def set_items(self, items: Sequence[Item]) -> None:
        """Show other masks, or the same ones with another look or order."""
        before = {item.key: item for item in self._items}
        after = {item.key: item for item in items}
        self._items = tuple(items)
        self._boxes = np.array([i.picture.mask.box for i in items], dtype=np.float64).reshape(-1, 4)
        moved = [item for key, item in before.items() if key not in after]
        styled = []
        for key, item in after.items():
            old = before.get(key)
            if old is None or old.picture is not item.picture:
                moved += [item] if old is None else [item, old]
            elif old.style is not item.style and old.style != item.style:
                styled.append(item)
        if moved:
            # What is shown stretched for a moment must not bring back what is gone.
            self._before = self._whole = _Level(0.0, 0.0)
        if moved or styled:
            self._redo([item.picture.mask.box for item in (*moved, *styled)])

    def paint(self, painter: QPainter, scene: Scene, *, seconds: float) -> bool:
        """Paint what is in view; return whether all of it is as it should be.

        Args:
            painter: in the widget's logical coordinates.
            scene: where the photo lies.
            seconds: about how long tiles may be made; one step at least, none if it is negative.
        """
        self._go_to(scene)
        until = time.perf_counter() + seconds
        places = self._in_view(scene.exposed)
        complete = self._make(places, until, at_least_one=seconds >= 0)
        self._paint_tiles(painter, scene, places)
        if complete and time.perf_counter() < until:
            around = scene.exposed.adjusted(-SIDE, -SIDE, SIDE, SIDE)
            self._make([p for p in self._in_view(around) if p not in places], until)
        self._forget(places)
        return complete

    def make_all(self, scene: Scene) -> None:
        """Make every tile that the scene needs now."""
        self._go_to(scene)
        self._make(self._in_view(scene.exposed), float("inf"))

    # Making

    def _go_to(self, scene: Scene) -> None:
        level = self._level
        if (level.zoom, level.ratio) == (scene.zoom, scene.ratio):
            return
        if any(tile.shown is not None for tile in level.tiles.values()):
            self._before = level
            if self._holds_all(level):
                self._whole = level
        self._level = _Level(scene.zoom, scene.ratio)

    def _holds_all(self, level: _Level) -> bool:
        if not len(self._boxes):
            return False
        left, top = (self._boxes[:, :2].min(axis=0) * level.zoom).tolist()
        right, bottom = (
            (self._boxes[:, :2] + self._boxes[:, 2:]).max(axis=0) * level.zoom
        ).tolist()
        if (right - left) * (bottom - top) > _WHOLE_MAP * SIDE**2:
            return False
        extent = QRect(int(left), int(top), int(right - left) + 1, int(bottom - top) + 1)
        tiles = (level.tiles.get(place) for place in self._in_view(extent))
        return all(tile is not None and tile.ready for tile in tiles)

    def _redo(self, boxes: Sequence[tuple[int, int, int, int]]) -> None:
        """Have the tiles made anew on which image boxes lie; until then they stay as they are."""
        tiles = self._level.tiles
        if not tiles:
            return
        spare = _spare(self._level.ratio)
        changed = np.array(boxes, dtype=np.float64)
        low = changed[:, :2] * self._level.zoom - spare
        high = (changed[:, :2] + changed[:, 2:]) * self._level.zoom + spare
        corners = np.array(list(tiles), dtype=np.float64)[:, None] * SIDE
        hit = np.all((low < corners + SIDE) & (high > corners), axis=2)
        touched: list[bool] = np.any(hit, axis=1).tolist()
        for tile, is_touched in zip(tiles.values(), touched, strict=True):
            tile.todo = tile.drawn = None  # the items that it counts are others now
            tile.ready = tile.ready and not is_touched

    def _in_view(self, seen: QRect) -> list[Place]:
        """Return the tiles that device pixels lie on and that may have something on them."""
        if not self._items:
            return []
        level, spare = self._level, _spare(self._level.ratio)
        low = self._boxes[:, :2].min(axis=0) * level.zoom - spare
        high = (self._boxes[:, :2] + self._boxes[:, 2:]).max(axis=0) * level.zoom + spare
        left, right = max(seen.left(), low[0]) // SIDE, min(seen.right(), high[0]) // SIDE
        top, bottom = max(seen.top(), low[1]) // SIDE, min(seen.bottom(), high[1]) // SIDE
        return [
            (column, row)
            for row in range(int(top), int(bottom) + 1)
            for column in range(int(left), int(right) + 1)
        ]

    def _make(self, places: list[Place], until: float, *, at_least_one: bool = False) -> bool:
        forced = at_least_one
        for place in places:
            tile = self._level.tiles.setdefault(place, _Tile())
            while not tile.ready:
                if not forced and time.perf_counter() >= until:
                    return False
                self._work_on(tile, place, until)
                forced = False
        return True

    def _work_on(self, tile: _Tile, place: Place, until: float) -> None:
        """Draw at least one mask on a tile, and go on until the time is up."""
        area = QRect(place[0] * SIDE, place[1] * SIDE, SIDE, SIDE)
        if tile.todo is None:
            tile.todo, tile.drawn = self._on(area), None
            if tile.todo:
                tile.drawn = QImage(area.size(), QImage.Format.Format_ARGB32_Premultiplied)
                tile.drawn.fill(Qt.GlobalColor.transparent)
        if tile.drawn is not None:
            painter = QPainter(tile.drawn)
            while tile.todo:
                self._draw(painter, self._items[tile.todo.pop()], area)
                if time.perf_counter() >= until:
                    break
            painter.end()
        if not tile.todo:
            tile.shown, tile.ready, tile.todo, tile.drawn = tile.drawn, True, None, None

    def _on(self, area: QRect) -> list[int]:
        """Return the items that lie on device pixels, the first to be drawn last."""
        level, spare = self._level, _spare(self._level.ratio)
        low = self._boxes[:, :2] * level.zoom - spare
        high = (self._boxes[:, :2] + self._boxes[:, 2:]) * level.zoom + spare
        corner = np.array([area.left(), area.top()])
        hit = ((low < corner + SIDE) & (high > corner)).all(axis=1)
        found: list[int] = np.nonzero(hit)[0][::-1].tolist()
        return found

    def _draw(self, painter: QPainter, item: Item, area: QRect) -> None:
        level, picture = self._level, item.picture
        extent = picture.extent(level.zoom, level.ratio)
        if extent.width() * extent.height() <= _SMALL:
            image = picture.whole(level.zoom, level.ratio, item.style)
            painter.drawImage(extent.topLeft() - area.topLeft(), image)
            return
        part = extent.intersected(area)
        if not part.isEmpty():
            image = picture.part(part, level.zoom, level.ratio, item.style)
            painter.drawImage(part.topLeft() - area.topLeft(), image)

    def _forget(self, places: list[Place]) -> None:
        tiles, kept = self._level.tiles, set(places)
        for place in [p for p in tiles if p not in kept][
            : max(len(tiles) - len(kept) - _SPARE_TILES, 0)
        ]:
            del tiles[place]

    # Showing

    def _paint_tiles(self, painter: QPainter, scene: Scene, places: list[Place]) -> None:
        """Paint the tiles there are, and where there is none what was there at another zoom."""
        missing = QRegion()
        origin = scene.exposed.topLeft()
        for place in places:
            tile = self._level.tiles.get(place)
            corner = QPoint(place[0] * SIDE, place[1] * SIDE) - origin
            if tile is None or (tile.shown is None and not tile.ready):
                missing += QRect(corner.x(), corner.y(), SIDE, SIDE)
            elif tile.shown is not None:
                _put(painter, QRect(corner.x(), corner.y(), SIDE, SIDE), tile.shown, scene.ratio)
        for level in (self._before, self._whole):
            if not missing.isEmpty() and level.tiles and level.ratio == scene.ratio:
                missing = self._paint_stretched(painter, scene, level, missing)

    def _paint_stretched(
        self, painter: QPainter, scene: Scene, level: _Level, missing: QRegion
    ) -> QRegion:
        """Paint tiles of another zoom where something is missing; return where it still is."""
        painter.save()
        painter.setClipRegion(QTransform.fromScale(1 / scene.ratio, 1 / scene.ratio).map(missing))
        left = missing
        for tile, place in _stretched(level, scene):
            if missing.intersects(place):
                left = left.subtracted(QRegion(place))
                if tile.shown is not None:
                    _put(painter, place, tile.shown, scene.ratio)
        painter.restore()
        return left


def _stretched(level: _Level, scene: Scene) -> Iterator[tuple[_Tile, QRect]]:
    """Yield tiles that show something, with their places on the widget in device pixels."""
    stretch = scene.zoom / level.zoom * SIDE
    origin = scene.exposed.topLeft()
    for (column, row), tile in level.tiles.items():
        if tile.ready or tile.shown is not None:
            # Neighbours share their edges, rounded alike: no seam, nothing painted twice.
            x0, x1 = round(column * stretch), round((column + 1) * stretch)
            y0, y1 = round(row * stretch), round((row + 1) * stretch)
            yield tile, QRect(x0 - origin.x(), y0 - origin.y(), x1 - x0, y1 - y0)


def _put(painter: QPainter, place: QRect, image: QImage, ratio: float) -> None:
    """Paint an image on device pixels."""
    if ratio == 1.0 and place.size() == image.size():
        painter.drawImage(place.topLeft(), image)
    else:
        painter.drawImage(_scaled(place, ratio), image, QRectF(image.rect()))


def _scaled(place: QRect, ratio: float) -> QRectF:
    return QRectF(
        place.x() / ratio, place.y() / ratio, place.width() / ratio, place.height() / ratio
    )


def _spare(ratio: float) -> float:
    return raster.WIDEST_MARGIN * float(np.ceil(ratio))

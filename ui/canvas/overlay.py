"""Regions on the photo: fill, outline and number of each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainter

from gar_studio.annotation.mask import Mask
from ui.canvas.badge_layout import BadgeLayout, Numbered, deepest, in_boxes
from ui.canvas.mask_picture import MaskPicture, Scene
from ui.canvas.overlay_tiles import Item, OverlayTiles
from ui.canvas.raster import FILL_ALPHA, Style, region_style

_MANY: Final = 100
"""From so many regions in view on, their numbers are chosen anew only when the view rests."""

_MOVING_TIME: Final = 0.0015
"""Seconds for new tiles in a frame of a movement; there is more when the view rests."""


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
        caption: words about it, or "".
    """

    region_id: int
    number: int
    mask: Mask
    colour: str
    label: str = ""
    visible: bool = True
    caption: str = ""


@dataclass(slots=True)
class _Entry:
    region: RegionOverlay
    picture: MaskPicture
    numbered: Numbered
    rank: int = 0  # in the order given


class OverlayLayer:
    """Holds the regions' pictures and paints them."""

    def __init__(self) -> None:
        self._entries: dict[int, _Entry] = {}
        self._order: list[_Entry] = []
        self._boxes: npt.NDArray[np.float64] = np.empty((0, 4))
        self._selection: frozenset[int] = frozenset()
        self._hovered: int | None = None
        self._lit: MaskPicture | None = None
        self._opacity, self._lined = FILL_ALPHA, True
        self._edited: int | None = None
        self._tiles = OverlayTiles()
        self._numbers = BadgeLayout()
        self._laid_out: tuple[object, ...] = ()
        self._seen: Scene | None = None
        self._version = 0

    @property
    def regions(self) -> tuple[RegionOverlay, ...]:
        """The regions shown, in the order given."""
        return tuple(entry.region for entry in self._entries.values())

    def region(self, region_id: int | None) -> RegionOverlay | None:
        """Return a region by its id, or None."""
        entry = None if region_id is None else self._entries.get(region_id)
        return entry.region if entry else None

    @property
    def times_drawn(self) -> int:
        """How many mask pictures were made for the regions that are there now."""
        lit = self._lit.times_drawn if self._lit is not None else 0
        return lit + sum(entry.picture.times_drawn for entry in self._entries.values())

    def set_regions(self, regions: Iterable[RegionOverlay]) -> None:
        """Show other regions; pictures of masks that stay the same are kept."""
        before, self._entries = self._entries, {}
        for region in regions:
            old = before.get(region.region_id)
            same = old is not None and old.region.mask.version == region.mask.version
            picture = old.picture if old is not None and same else MaskPicture(region.mask)
            place = old.numbered.place if old is not None and same else None
            numbered = Numbered(
                region.region_id, region.number, region.label, region.colour, picture, place
            )
            rank = len(self._entries)
            self._entries[region.region_id] = _Entry(region, picture, numbered, rank)
        self._light(self._hovered)
        self._arrange()

    def set_states(self, *, selection: frozenset[int], hovered: int | None) -> None:
        """Say which regions are selected and which one is pointed at."""
        if hovered != self._hovered:
            self._light(hovered)
        if selection != self._selection:
            self._selection = selection
            self._arrange()

    def set_look(self, *, opacity: float, lined: bool) -> None:
        """Say how regions look that are neither selected nor pointed at."""
        self._opacity, self._lined = opacity, lined
        self._arrange()

    def set_edited(self, region_id: int | None) -> None:
        """Say whose outline is edited: the vertices are its outline, so it gets no other."""
        if region_id != self._edited:
            self._edited = region_id
            self._arrange()

    def anchor_of(self, region_id: int, scene: Scene) -> QPointF | None:
        """Return the widget point deep inside a visible region, or None."""
        entry = self._entries.get(region_id)
        if entry is None or not entry.region.visible:
            return None
        place = deepest(entry.numbered)
        return None if place is None else QPointF(*scene.view.to_widget(place.x(), place.y()))

    def region_at(self, x: float, y: float) -> int | None:
        """Return the smallest visible region at image coordinates (`x`, `y`), or None."""
        found: list[int] = in_boxes(self._boxes, x, y, x, y).tolist()
        near = (self._order[i] for i in found)
        hits = [entry for entry in near if entry.picture.runs.contains(x, y)]
        if not hits:
            return None
        best: _Entry = min(hits, key=lambda entry: (entry.region.mask.area, -entry.rank))
        return best.region.region_id

    def badge_at(self, point: QPointF) -> int | None:
        """Return the region whose badge was painted at a widget point, or None."""
        return self._numbers.badge_at(point)

    def paint(self, painter: QPainter, scene: Scene, *, seconds: float) -> bool:
        """Paint fills and outlines.

        Pictures that have to be made anew are made until the time is up; the others are shown
        as they were, stretched, so that zooming among thousands of regions stays smooth.

        Args:
            painter: in the widget's logical coordinates.
            scene: where the image lies.
            seconds: about how long pictures may be made while the view rests.

        Returns:
            Whether everything was painted as it should be; if not, paint again.
        """
        moves = self._moves(scene)
        zooms = moves and self._seen is not None and self._seen.zoom != scene.zoom
        # What is made in the middle of a zoom is of no use a frame later.
        time = -1.0 if zooms else min(seconds, _MOVING_TIME) if moves else seconds
        complete = self._tiles.paint(painter, scene, seconds=time)
        entry = self._entries.get(self._hovered) if self._hovered is not None else None
        if entry is not None and entry.region.visible and self._lit is not None:
            style = self._lit_style(entry.region)
            if self._lit.is_visible(scene):
                if not self._lit.is_current(scene, style):
                    self._lit.draw(scene, style)
                self._lit.paint(painter, scene)
        return complete and not moves

    def draw_all(self, scene: Scene, font: QFont) -> None:
        """Make every picture that the scene needs now, and find all places for numbers."""
        self._seen = scene
        self._tiles.make_all(scene)
        self._lay_out(scene, font, float("inf"))
        self._laid_out = ()

    def paint_badges(self, painter: QPainter, scene: Scene, font: QFont, *, seconds: float) -> bool:
        """Paint the numbers of the regions that can be seen, of one size at every zoom.

        Returns:
            Whether all were painted that should be; if not, paint again.
        """
        key = (scene.view, scene.size, scene.ratio, font.family(), self._version)
        if key != self._laid_out and not self._moves(scene):
            complete = self._lay_out(scene, font, seconds)
            self._laid_out = key if complete else ()
        entry = self._entries.get(self._hovered) if self._hovered is not None else None
        shown = entry is not None and entry.region.visible
        pointed_at = entry.numbered if entry is not None and shown else None
        self._numbers.paint(painter, scene, font, pointed_at=pointed_at)
        self._seen = scene
        return key == self._laid_out

    def _moves(self, scene: Scene) -> bool:
        """Whether the view has moved since the last frame, with so much in it that it matters."""
        return len(self._order) > _MANY and self._seen is not None and scene != self._seen

    def _lay_out(self, scene: Scene, font: QFont, seconds: float) -> bool:
        left, top = scene.view.to_image(0, 0)
        right, bottom = scene.view.to_image(scene.size.width(), scene.size.height())
        seen = in_boxes(self._boxes, left, top, right, bottom)
        # What is selected and what is large goes first; small ones are painted over large ones.
        chosen = [self._order[i].region.region_id in self._selection for i in seen.tolist()]
        seen = seen[np.argsort(np.logical_not(chosen), kind="stable")]
        return self._numbers.lay_out(
            [self._order[i].numbered for i in seen.tolist()],
            self._boxes[seen],
            scene,
            font,
            selected=self._selection,
            total=len(self._entries),
            seconds=seconds,
        )

    def _arrange(self) -> None:
        """Large ones first, so that none hides another; then selected ones."""
        self._order = sorted(
            (entry for entry in self._entries.values() if entry.region.visible),
            key=lambda entry: (
                entry.region.region_id in self._selection,
                -entry.region.mask.area,
            ),
        )
        boxes = [entry.region.mask.box for entry in self._order]
        self._boxes = np.array(boxes, dtype=np.float64).reshape(-1, 4)
        self._tiles.set_items(
            [Item(e.region.region_id, e.picture, self._style(e.region)) for e in self._order]
        )
        self._version += 1

    def _light(self, region_id: int | None) -> None:
        """Take a picture in hand for the region that is pointed at."""
        self._hovered = region_id
        entry = self._entries.get(region_id) if region_id is not None else None
        if entry is None:
            self._lit = None
        elif self._lit is None or self._lit.mask is not entry.region.mask:
            self._lit = MaskPicture(entry.region.mask)

    def _style(self, region: RegionOverlay, *, hovered: bool = False) -> Style:
        return region_style(
            region.colour,
            selected=region.region_id in self._selection,
            hovered=hovered,
            opacity=self._opacity,
            lined=self._lined,
            edited=region.region_id == self._edited,
        )

    def _lit_style(self, region: RegionOverlay) -> Style:
        """Return what is painted over a region that is pointed at: its fill has to get stronger."""
        wanted, there = self._style(region, hovered=True), self._style(region)
        if there.alpha >= 1.0:
            return wanted
        more = max(1.0 - (1.0 - wanted.alpha) / (1.0 - there.alpha), 0.0)
        return replace(wanted, alpha=more)

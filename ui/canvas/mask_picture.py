"""The picture of one mask at one zoom, kept until the zoom, the look or the window changes."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from gar_studio.annotation.mask import Mask
from ui.canvas import raster
from ui.canvas.raster import Style
from ui.canvas.runs import MaskRuns
from ui.canvas.view import ViewTransform

_WHOLE_UP_TO: Final = 1_000_000
"""Device pixels up to which a mask is drawn whole, so that panning never redraws it."""


@dataclass(frozen=True)
class Scene:
    """What a paint event shows: where the image lies on the widget.

    Attributes:
        view: image to widget, its offset on whole device pixels.
        size: size of the widget in logical pixels.
        ratio: device pixels per logical pixel.
    """

    view: ViewTransform
    size: QSize
    ratio: float

    @cached_property
    def zoom(self) -> float:
        """Device pixels per image pixel."""
        return self.view.scale * self.ratio

    @cached_property
    def exposed(self) -> QRect:
        """The widget in device pixels, counted from the image's top left corner."""
        left = -round(self.view.offset_x * self.ratio)
        top = -round(self.view.offset_y * self.ratio)
        return QRect(
            left,
            top,
            ceil(self.size.width() * self.ratio),
            ceil(self.size.height() * self.ratio),
        )

    def box_on_widget(self, box: tuple[int, int, int, int]) -> QRectF:
        """Return an image box (x, y, width, height) in widget coordinates."""
        left, top = self.view.to_widget(box[0], box[1])
        return QRectF(left, top, box[2] * self.view.scale, box[3] * self.view.scale)


class MaskPicture:
    """Draws one mask.

    Args:
        mask: the mask; it is read when it is first needed.
    """

    def __init__(self, mask: Mask) -> None:
        self.mask = mask
        self.times_drawn = 0
        self._runs: MaskRuns | None = None
        self._image: QImage | None = None
        self._place = QRect()
        self._zoom = 1.0
        self._look: tuple[Style, float] | None = None

    @property
    def runs(self) -> MaskRuns:
        """The mask's pieces."""
        if self._runs is None:
            self._runs = MaskRuns(self.mask)
        return self._runs

    def is_visible(self, scene: Scene) -> bool:
        """Whether some of the mask's box lies on the widget."""
        return self._extent(scene).intersects(scene.exposed)

    def is_current(self, scene: Scene, style: Style) -> bool:
        """Whether the picture that is kept shows what the scene needs."""
        if self._image is None or self._zoom != scene.zoom or self._look != (style, scene.ratio):
            return False
        return self._place.contains(self._extent(scene).intersected(scene.exposed))

    def draw(self, scene: Scene, style: Style) -> None:
        """Draw the picture anew: the whole mask, or of a large one what can be seen and around."""
        place = self._extent(scene)
        if place.width() * place.height() > _WHOLE_UP_TO:
            seen = scene.exposed
            dx, dy = seen.width() // 4, seen.height() // 4
            place = place.intersected(seen.adjusted(-dx, -dy, dx, dy))
        self._draw(place, scene.zoom, scene.ratio, style)

    def whole(self, zoom: float, ratio: float, style: Style) -> QImage:
        """Return the picture of the whole mask, for `extent`; it is kept."""
        place = self.extent(zoom, ratio)
        kept = self._image
        if kept is None or (self._place, self._zoom, self._look) != (place, zoom, (style, ratio)):
            kept = self._draw(place, zoom, ratio, style)
        return kept

    def part(self, place: QRect, zoom: float, ratio: float, style: Style) -> QImage:
        """Draw a part of the picture; it is not kept.

        Args:
            place: device pixels from the image's corner.
            zoom: device pixels per image pixel.
            ratio: device pixels per logical pixel.
            style: the look.
        """
        spare = raster.margin(raster.outline_radius(style, ratio))
        grown = self._image_of(place.adjusted(-spare, -spare, spare, spare), zoom, ratio, style)
        self.times_drawn += 1
        return grown.copy(QRect(QPoint(spare, spare), place.size()))

    def extent(self, zoom: float, ratio: float) -> QRect:
        """Return the mask's box with its outline, in device pixels from the image's corner."""
        x, y, width, height = self.mask.box
        spare = raster.WIDEST_MARGIN * ceil(ratio)
        left, top = floor(x * zoom) - spare, floor(y * zoom) - spare
        right = ceil((x + width) * zoom) + spare
        bottom = ceil((y + height) * zoom) + spare
        return QRect(left, top, right - left, bottom - top)

    def paint(self, painter: QPainter, scene: Scene) -> None:
        """Paint the picture that is kept, stretched if it was made for another zoom."""
        if self._image is None:
            return
        stretch = scene.zoom / self._zoom / scene.ratio
        left = self._place.left() * stretch + scene.view.offset_x
        top = self._place.top() * stretch + scene.view.offset_y
        width, height = self._place.width() * stretch, self._place.height() * stretch
        painter.drawImage(QRectF(left, top, width, height), self._image)

    def _draw(self, place: QRect, zoom: float, ratio: float, style: Style) -> QImage:
        image = self._image_of(place, zoom, ratio, style)
        self._image, self._place, self._zoom, self._look = image, place, zoom, (style, ratio)
        self.times_drawn += 1
        return image

    def _image_of(self, place: QRect, zoom: float, ratio: float, style: Style) -> QImage:
        drawn = self.runs.raster(
            zoom,
            left=place.left(),
            top=place.top(),
            width=place.width(),
            height=place.height(),
        )
        radius = raster.outline_radius(style, ratio)
        return raster.colour_image(raster.soften(drawn, radius), style, radius)

    def _extent(self, scene: Scene) -> QRect:
        return self.extent(scene.zoom, scene.ratio)

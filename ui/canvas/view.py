"""How image pixels map to widget coordinates: the arithmetic of zooming and panning."""

from dataclasses import dataclass, replace
from typing import Final

MIN_ZOOM: Final = 0.01
MAX_ZOOM: Final = 64.0
FIT_MARGIN: Final = 16.0
"""Widget pixels left free around an image that is fitted."""

_KEEP_VISIBLE = 48.0
"""Widget pixels of the image that panning never pushes out of sight."""


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """widget = image · scale + offset, for both axes, in logical pixels.

    Image coordinates are continuous: pixel (column i, row j) covers [i, i + 1) × [j, j + 1).

    Attributes:
        scale: widget pixels per image pixel.
        offset_x: widget x of the image's left edge.
        offset_y: widget y of the image's top edge.
    """

    scale: float = 1.0
    offset_x: float = 0.0
    offset_y: float = 0.0

    def to_widget(self, x: float, y: float) -> tuple[float, float]:
        """Map image coordinates to widget coordinates."""
        return (x * self.scale + self.offset_x, y * self.scale + self.offset_y)

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Map widget coordinates to image coordinates."""
        return ((x - self.offset_x) / self.scale, (y - self.offset_y) / self.scale)

    def zoomed(self, scale: float, *, at_x: float, at_y: float) -> "ViewTransform":
        """Return the view at another scale; the image point under (`at_x`, `at_y`) stays there."""
        x, y = self.to_image(at_x, at_y)
        return ViewTransform(scale, at_x - x * scale, at_y - y * scale)

    def panned(self, dx: float, dy: float) -> "ViewTransform":
        """Return the view moved by (`dx`, `dy`) widget pixels."""
        return replace(self, offset_x=self.offset_x + dx, offset_y=self.offset_y + dy)

    def snapped(self, ratio: float) -> "ViewTransform":
        """Return the view with its offset on whole device pixels, so that images stay sharp."""
        return replace(
            self,
            offset_x=round(self.offset_x * ratio) / ratio,
            offset_y=round(self.offset_y * ratio) / ratio,
        )

    def kept_visible(
        self, *, width: float, height: float, image_width: int, image_height: int
    ) -> "ViewTransform":
        """Return the view moved back so far that some of the image can be seen."""
        return replace(
            self,
            offset_x=_overlapping(self.offset_x, image_width * self.scale, width),
            offset_y=_overlapping(self.offset_y, image_height * self.scale, height),
        )


def fitted(
    *, width: float, height: float, image_width: int, image_height: int, ratio: float = 1.0
) -> ViewTransform:
    """Return the view that shows the whole image, centred, with a margin where there is room.

    Args:
        width: width of the widget in logical pixels.
        height: height of the widget in logical pixels.
        image_width: columns of the image.
        image_height: rows of the image.
        ratio: device pixels per logical pixel.
    """
    room_x = max(width - 2 * FIT_MARGIN, 1.0)
    room_y = max(height - 2 * FIT_MARGIN, 1.0)
    scale = min(room_x / image_width, room_y / image_height)
    scale = clamp_zoom(scale * ratio) / ratio
    return ViewTransform(
        scale, (width - image_width * scale) / 2, (height - image_height * scale) / 2
    )


def clamp_zoom(zoom: float) -> float:
    """Return the nearest zoom between 1 % and 6400 %."""
    return min(max(zoom, MIN_ZOOM), MAX_ZOOM)


def _overlapping(offset: float, extent: float, room: float) -> float:
    keep = min(_KEEP_VISIBLE, extent, room)
    return min(max(offset, keep - extent), room - keep)

"""What is not accepted yet, over the regions: candidate, preview, proposals and prompts."""

from collections.abc import Sequence

from PySide6.QtGui import QPainter

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import PromptSet
from ui import theme
from ui.canvas.mask_picture import MaskPicture, Scene
from ui.canvas.overlay import OverlayLayer, RegionOverlay
from ui.canvas.raster import Style, hint_style, preview_style


class ObjectLayer:
    """Holds the masks that may become regions, and paints them.

    Attributes:
        prompts: clicks, box and scribbles of the object that is being cut out.
    """

    def __init__(self) -> None:
        self.prompts = PromptSet()
        self._candidate: MaskPicture | None = None
        self._hint: MaskPicture | None = None
        self._proposals = OverlayLayer()

    def clear(self) -> None:
        """Show nothing."""
        self.prompts = PromptSet()
        self._candidate = self._hint = None
        self.set_proposals((), current=0)

    def set_candidate(self, mask: Mask | None) -> None:
        """Show the mask that Enter accepts, or none."""
        self._candidate = _picture(mask, self._candidate)

    def set_hint(self, mask: Mask | None) -> None:
        """Show the mask that a click would give, or none."""
        self._hint = _picture(mask, self._hint)

    def set_proposals(self, masks: Sequence[Mask], *, current: int) -> None:
        """Show masks that were found, one of them lit up."""
        colour = theme.current().preview
        self._proposals.set_regions(
            RegionOverlay(index, index + 1, mask, colour) for index, mask in enumerate(masks)
        )
        self._proposals.set_states(selection=frozenset({current}), hovered=None)

    def proposal_at(self, x: float, y: float) -> int | None:
        """Return the index of the smallest proposal at an image point, or None."""
        return self._proposals.region_at(x, y)

    def paint(self, painter: QPainter, scene: Scene, *, seconds: float) -> bool:
        """Paint the masks; return whether all of them were painted as they should be."""
        complete = self._proposals.paint(painter, scene, seconds=seconds)
        colour = theme.current().preview
        if self._candidate is None:
            _paint(self._hint, painter, scene, hint_style(colour))
        _paint(self._candidate, painter, scene, preview_style(colour))
        return complete


def _picture(mask: Mask | None, before: MaskPicture | None) -> MaskPicture | None:
    """Return a mask's picture; the one from before if the mask is the same."""
    if mask is None or (before is not None and before.mask.version == mask.version):
        return before if mask is not None else None
    return MaskPicture(mask)


def _paint(picture: MaskPicture | None, painter: QPainter, scene: Scene, style: Style) -> None:
    if picture is None or not picture.is_visible(scene):
        return
    if not picture.is_current(scene, style):
        picture.draw(scene, style)
    picture.paint(painter, scene)

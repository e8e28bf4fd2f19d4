"""What lies over the photo: regions, and what may become one."""

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import PromptSet
from gar_studio.engines.protocol import RGBArray
from ui.canvas.arrows import Arrow, paint_arrows
from ui.canvas.mask_picture import Scene
from ui.canvas.message import in_sentences, photo_in_words
from ui.canvas.object_layer import ObjectLayer
from ui.canvas.overlay import OverlayLayer, RegionOverlay
from ui.canvas.pyramid import Pyramid
from ui.canvas.viewport import Viewport

_PICTURE_TIME: Final = 0.006
"""Seconds of one paint event that pictures of masks may take."""

_NUMBER_TIME: Final = 0.003
"""Seconds of one paint event in which places for numbers may be looked for."""


class Stage(Viewport):
    """Shows a photo with regions, prompts and masks that are not accepted yet.

    Signals:
        region_hovered: region id or None.
    """

    region_hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._overlays = OverlayLayer()
        self._object = ObjectLayer()
        self._selection: frozenset[int] = frozenset()
        self._lit: int | None = None
        self._under_pointer: int | None = None
        self._arrows: tuple[Arrow, ...] = ()
        self._regions_shown = True
        self._describe()

    def set_image(self, photo: RGBArray | Pyramid | None) -> None:
        """Show another photo, fitted, or none.  Regions, prompts and candidate are cleared.

        Args:
            photo: see `Viewport`.
        """
        self._object.clear()
        self._selection, self._lit = frozenset(), None
        self.set_regions(())
        self._light_up()
        super().set_image(photo)
        self._describe()

    def set_regions(self, regions: Iterable[RegionOverlay]) -> None:
        """Show these regions; what did not change since the last call is not drawn anew."""
        self._overlays.set_regions(regions)
        shown = {region.region_id for region in self._overlays.regions if region.visible}
        if self._under_pointer not in shown:
            self.light(None)
        self._describe()
        self.update()

    def set_selection(self, selection: frozenset[int]) -> None:
        """Show these regions as selected."""
        self._selection = selection
        self._light_up()
        self._describe()

    def set_hovered(self, region_id: int | None) -> None:
        """Light a region up because it is pointed at elsewhere."""
        self._lit = region_id
        self._light_up()

    def set_look(self, *, opacity: float, lined: bool) -> None:
        """Say how regions look: opacity of their fill, 0 for none, and whether they have lines."""
        self._overlays.set_look(opacity=opacity, lined=lined)
        self.update()

    @property
    def regions_shown(self) -> bool:
        """Whether regions are shown at all; those that are not cannot be hit."""
        return self._regions_shown

    def set_regions_shown(self, *, shown: bool) -> None:
        """Show or hide all regions; those that are hidden cannot be hit."""
        self._regions_shown = shown
        self.light(None)
        self.update()

    def set_arrows(self, arrows: Iterable[Arrow]) -> None:
        """Show relations between regions."""
        self._arrows = tuple(arrows)
        self.update()

    def set_prompts(self, prompts: PromptSet) -> None:
        """Show these clicks, box and scribbles."""
        self._object.prompts = prompts
        self.update()

    def set_candidate(self, mask: Mask | None) -> None:
        """Show a mask that is not accepted yet, or none."""
        self._object.set_candidate(mask)
        self.update()

    def set_hint(self, mask: Mask | None) -> None:
        """Show the mask that a click would give, or none."""
        self._object.set_hint(mask)
        self.update()

    def set_proposals(self, masks: Sequence[Mask], *, current: int) -> None:
        """Show masks to choose from, one of them lit up."""
        self._object.set_proposals(masks, current=current)
        self.update()

    def set_message(self, title: str, hint: str) -> None:
        """Say this in the middle while there is no photo."""
        super().set_message(title, hint)
        self._describe()

    def settle(self) -> None:
        """Finish at once what is done in slices otherwise, for a screenshot or a test."""
        super().settle()
        self._overlays.draw_all(self.scene(), self.font())

    def paint_masks(self, painter: QPainter, scene: Scene) -> bool:
        """Paint regions, masks to choose from, and numbers; return whether all are as they should.

        Args:
            painter: in the widget's logical coordinates.
            scene: where the image lies.
        """
        complete = True
        if self._regions_shown:
            complete = self._overlays.paint(painter, scene, seconds=_PICTURE_TIME)
        complete = self._object.paint(painter, scene, seconds=_PICTURE_TIME) and complete
        if self._regions_shown:
            self._paint_arrows(painter, scene)
            numbered = self._overlays.paint_badges(
                painter, scene, self.font(), seconds=_NUMBER_TIME
            )
            complete = complete and numbered
        return complete

    def region_under(self, position: QPointF) -> int | None:
        """Return the region whose number or mask is at a widget point, or None."""
        if not self._regions_shown:
            return None
        badge = self._overlays.badge_at(position)
        if badge is not None:
            return badge
        point = self.widget_to_image(position)
        return self._overlays.region_at(point.x(), point.y())

    def light(self, region_id: int | None) -> None:
        """Light the region up that the pointer is on, or none."""
        if region_id != self._under_pointer:
            self._under_pointer = region_id
            self._light_up()
            self.refresh_cursor()
            self.region_hovered.emit(region_id)

    def _paint_arrows(self, painter: QPainter, scene: Scene) -> None:
        if self._arrows:
            paint_arrows(
                painter,
                self._arrows,
                lambda region_id: self._overlays.anchor_of(region_id, scene),
                lit=self._under_pointer if self._under_pointer is not None else self._lit,
                font=self.font(),
            )

    def _light_up(self) -> None:
        hovered = self._under_pointer if self._under_pointer is not None else self._lit
        self._overlays.set_states(selection=self._selection, hovered=hovered)
        self.update()

    def _describe(self) -> None:
        """Tell a screen reader what can be seen."""
        regions, selected = len(self._overlays.regions), len(self._selection)
        self.setAccessibleDescription(
            in_sentences(self._message)
            if self.image_size is None
            else photo_in_words(self.image_size, regions=regions, selected=selected)
        )

"""What lies over the photo: fills, outlines, minimap, crosshair, arrows of relations."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from gar_studio.language import tr
from gar_studio.settings import CanvasLook
from ui.canvas import Canvas
from ui.canvas.arrows import Arrow
from ui.controllers.settings import SettingsController
from ui.desk import Desk

_STEP = 0.1
_LEAST, _MOST = 0.1, 0.9


class LookController(QObject):
    """Gives the canvas its look, and remembers it."""

    def __init__(self, desk: Desk, canvas: Canvas, settings: SettingsController) -> None:
        super().__init__()
        self._desk = desk
        self._canvas = canvas
        self._settings = settings
        self._shown = True
        desk.regions_changed.connect(self._show_arrows)
        desk.exchanges_changed.connect(self._show_arrows)
        self._apply()

    @property
    def look(self) -> CanvasLook:
        """The look in force."""
        return self._settings.settings.look

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what to call, by action id."""
        return {
            "overlays": self._toggle_all,
            "fills": lambda: self._change(fill=not self.look.fill),
            "outlines": lambda: self._change(outline=not self.look.outline),
            "stronger": lambda: self._change(fill=True, opacity=self._stepped(_STEP)),
            "fainter": lambda: self._change(fill=True, opacity=self._stepped(-_STEP)),
            "minimap": lambda: self._change(minimap=not self.look.minimap),
            "crosshair": lambda: self._change(crosshair=not self.look.crosshair),
            "arrows": lambda: self._change(arrows=not self.look.arrows),
            "zoom_selection": self._zoom_to_selection,
        }

    def enabled(self) -> dict[str, bool]:
        """Return by action id whether it can be taken."""
        look = self.look
        return {
            "stronger": look.opacity < _MOST or not look.fill,
            "fainter": look.opacity > _LEAST or not look.fill,
            "zoom_selection": bool(self._desk.selection),
        }

    def checked(self) -> dict[str, bool]:
        """Return by action id whether it is on."""
        look = self.look
        return {
            "overlays": self._shown,
            "fills": look.fill,
            "outlines": look.outline,
            "minimap": look.minimap,
            "crosshair": look.crosshair,
            "arrows": look.arrows,
        }

    def _stepped(self, step: float) -> float:
        return round(min(max(self.look.opacity + step, _LEAST), _MOST), 2)

    def _change(self, **values: object) -> None:
        self._settings.choose_look(replace(self.look, **values))  # type: ignore[arg-type]
        self._apply()
        if "opacity" in values:
            self._desk.told.emit(
                tr("Regions are filled to {opacity:.0%}.", opacity=self.look.opacity)
            )

    def _toggle_all(self) -> None:
        self._shown = not self._shown
        self._canvas.set_regions_shown(shown=self._shown)

    def _apply(self) -> None:
        look = self.look
        self._canvas.set_look(opacity=look.opacity if look.fill else 0.0, lined=look.outline)
        self._canvas.minimap.set_wanted(wanted=look.minimap)
        self._canvas.set_crosshair(wanted=look.crosshair)
        self._show_arrows()

    def _show_arrows(self) -> None:
        document, image_id = self._desk.document, self._desk.image_id
        if document is None or image_id is None or not self.look.arrows:
            self._canvas.set_arrows(())
            return
        self._canvas.set_arrows(
            Arrow(relation.subject_id, other, document.shown(image_id, relation.predicate))
            for relation in document.relations(image_id)
            for other in relation.object_ids
        )

    def _zoom_to_selection(self) -> None:
        boxes = [r.mask.box for r in self._desk.regions() if r.id in self._desk.selection]
        if boxes:
            self._canvas.zoom_to_box(
                min(box[0] for box in boxes),
                min(box[1] for box in boxes),
                max(box[0] + box[2] for box in boxes),
                max(box[1] + box[3] for box in boxes),
            )

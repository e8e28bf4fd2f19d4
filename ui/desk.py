"""What is on the desk: the open project, the image in view, and what is selected on it."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Region
from gar_studio.document.changes import Changed
from gar_studio.document.commands import Command
from gar_studio.document.document import Document
from gar_studio.document.edits import Edit
from gar_studio.engines.protocol import ImageData
from gar_studio.errors import GarStudioError
from gar_studio.language import tr
from ui.bridge import DocumentBridge
from ui.canvas.pyramid import Pyramid
from ui.decoded import Decoded
from ui.step_names import shown_step
from ui.workers import ImageLoader

_SAID = frozenset({"exchange", "relation"})
"""Tables of what was said about regions."""

_NEIGHBOURS = (1, -1, 2)
"""Images decoded ahead, as steps from the one in view."""


class Desk(QObject):
    """Shared state of the window.  Widgets read it and listen; controllers change it."""

    closing = Signal()  # the project is about to be closed; last chance to keep something in it
    project_changed = Signal()
    images_changed = Signal()
    images_touched = Signal(object)  # frozenset of ids: what is on them, or said of them, changed
    image_changed = Signal()  # another image, or none; its pixels may still be loading
    pixels_changed = Signal()  # loaded, failed or gone
    regions_changed = Signal()
    exchanges_changed = Signal()
    categories_changed = Signal()
    history_changed = Signal()
    selection_changed = Signal()
    hovered_changed = Signal(object)  # region id or None
    failed = Signal(object)  # GarStudioError
    told = Signal(str)  # something worth a short note
    offered = Signal(object)  # Offer: something worth a note with a button
    photo_differs = Signal(object)  # ImageData: the photo in view is not the one that was labelled
    reported = Signal(str, str)  # a note, and its details

    def __init__(self, loader: ImageLoader) -> None:
        super().__init__()
        self._loader = loader
        self._bridge: DocumentBridge | None = None
        self._path: Path | None = None
        self.document: Document | None = None
        self.image_id: int | None = None
        self.image: ImageData | None = None
        self.pyramid: Pyramid | None = None  # of the image
        self.image_error: GarStudioError | None = None
        self.selection: tuple[int, ...] = ()
        self.hovered: int | None = None
        self._steps: tuple[int, ...] | None = None
        self.avoids_regions = False  # whether new masks leave out what other regions have
        loader.loaded.connect(self._take_pixels)
        loader.failed.connect(self._take_failure)

    # --- project and image ---

    def open_document(self, document: Document, image_id: int | None) -> None:
        """Put a project on the desk in place of the one that is there."""
        self.close_document()
        self.document = document
        self._bridge = DocumentBridge(document)
        self._bridge.changed.connect(self._take_change)
        self.project_changed.emit()
        self.images_changed.emit()
        self.categories_changed.emit()
        self.show_image(image_id)
        if document.notice:
            self.told.emit(document.notice)

    def close_document(self) -> None:
        """Take the project off the desk and close its file."""
        if self.document is None:
            return
        self.closing.emit()
        if self._bridge is not None:
            self._bridge.close()
            self._bridge.deleteLater()
        self.show_image(None)
        self.document.close()
        self.document = None
        self._bridge = None
        self.project_changed.emit()

    def show_image(self, image_id: int | None) -> None:
        """Bring an image into view; its pixels are loaded on another thread."""
        if image_id is not None and image_id == self.image_id:
            return
        self.image_id = image_id
        self.image = self.pyramid = None
        self.image_error = None
        self.selection = ()
        self.hovered = None
        self._path = None
        if image_id is not None and self.document is not None:
            self._path = self.document.image_path(image_id)
            self._loader.load(self._path)
        self.image_changed.emit()
        self.pixels_changed.emit()
        self.regions_changed.emit()
        self.exchanges_changed.emit()
        self.selection_changed.emit()
        self.history_changed.emit()

    def limit_steps(self, image_ids: tuple[int, ...] | None) -> None:
        """Let “next” and “previous” go through some of the images only; None for all."""
        self._steps = image_ids

    def step_image(self, step: int) -> None:
        """Go to the next (1) or the previous (-1) image."""
        ids = self._order()
        if self.image_id in ids:
            index = ids.index(self.image_id) + step
            if 0 <= index < len(ids):
                self.show_image(ids[index])

    def _order(self) -> tuple[int, ...]:
        """Return the images that “next” and “previous” go through."""
        if self._steps is not None and self.image_id in self._steps:
            return self._steps
        return tuple(image.id for image in self.document.images()) if self.document else ()

    def _neighbours(self) -> tuple[Path, ...]:
        """Return the files that a person is likely to go to from here, the likeliest first."""
        document, ids = self.document, self._order()
        if document is None or self.image_id not in ids:
            return ()
        index = ids.index(self.image_id)
        places = (index + step for step in _NEIGHBOURS)
        near = (ids[place] for place in places if 0 <= place < len(ids))
        return tuple(document.image_path(image_id) for image_id in near)

    def next_images(self, count: int) -> tuple[Path, ...]:
        """Return the paths of the images after the one in view, at most so many."""
        if self.document is None or self.image_id is None:
            return ()
        ids = [image.id for image in self.document.images()]
        at = ids.index(self.image_id) + 1
        return tuple(self.document.image_path(one) for one in ids[at : at + count])

    # --- regions ---

    def regions(self) -> tuple[Region, ...]:
        """Return the regions of the image in view."""
        if self.document is None or self.image_id is None:
            return ()
        return self.document.regions(self.image_id)

    def numbers(self) -> dict[int, int]:
        """Return the regions' numbers on screen by lasting id."""
        return {region.id: number for number, region in enumerate(self.regions(), start=1)}

    def without_others(self, mask: Mask, *, but: int = 0) -> Mask:
        """Return a region's mask without what other regions have, if that is wanted.

        Args:
            mask: the mask that it is to have.
            but: the id of the region itself if it is there already.
        """
        others = [region.mask for region in self.regions() if region.id != but]
        if not self.avoids_regions or not others:
            return mask
        from gar_studio.annotation.shaping import subtract  # noqa: PLC0415 - loads OpenCV

        return subtract(mask, *others)

    def select(self, region_ids: Iterable[int]) -> None:
        """Select regions of the image in view, in the order given."""
        present = self.numbers()
        chosen = tuple(dict.fromkeys(i for i in region_ids if i in present))
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit()

    def toggle(self, region_id: int) -> None:
        """Add a region to the selection or take it out."""
        if region_id in self.selection:
            self.select(i for i in self.selection if i != region_id)
        else:
            self.select((*self.selection, region_id))

    def hover(self, region_id: int | None) -> None:
        """Light a region up everywhere, or none."""
        if region_id != self.hovered:
            self.hovered = region_id
            self.hovered_changed.emit(region_id)

    # --- changes ---

    def do(self, command: Command) -> tuple[Edit, ...]:
        """Do a command; an error is reported and nothing is changed."""
        if self.document is None:
            return ()
        try:
            return self.document.do(command)
        except GarStudioError as error:
            self.failed.emit(error)
            return ()

    def undo(self) -> None:
        """Take the last change to the image in view back."""
        self._step_history(undo=True)

    def redo(self) -> None:
        """Do the change undone last again."""
        self._step_history(undo=False)

    def _step_history(self, *, undo: bool) -> None:
        if self.document is None:
            return
        try:
            step = self.document.undo if undo else self.document.redo
            name = step(self.image_id)
        except GarStudioError as error:
            self.failed.emit(error)
            return
        if name:
            done = shown_step(name)
            self.told.emit(
                tr("Undid: {name}", name=done) if undo else tr("Did again: {name}", name=done)
            )

    # --- what comes from elsewhere ---

    def _take_pixels(self, path: Path, decoded: Decoded) -> None:
        if path != self._path or self.document is None or self.image_id is None:
            return  # a late result of an image that is no longer in view
        image = decoded.image
        record = self.document.image(self.image_id)
        if (image.height, image.width) != (record.height, record.width):
            self._take_failure(
                path,
                GarStudioError(
                    tr(
                        "“{path}” has {width}×{height} pixels now, but "
                        "{record_width}×{record_height} when it was added.",
                        path=record.path,
                        width=image.width,
                        height=image.height,
                        record_width=record.width,
                        record_height=record.height,
                    ),
                    kept=tr("Its labels were made for the old size and are kept."),
                    advice=tr("Put the old file back, or add the new one under another name."),
                ),
            )
            self.photo_differs.emit(image)
            return
        self.image, self.pyramid = image, decoded.pyramid
        self.pixels_changed.emit()
        self._loader.look_ahead(self._neighbours())
        if image.key != record.digest:
            self.photo_differs.emit(image)

    def _load_again(self) -> None:
        """Load the image in view from where its file is by now."""
        assert self.document is not None
        assert self.image_id is not None
        self.image = None
        self.image_error = None
        self._path = self.document.image_path(self.image_id)
        self._loader.load(self._path)
        self.pixels_changed.emit()

    def _take_failure(self, path: Path, error: GarStudioError) -> None:
        if path == self._path:
            self.image_error = error
            self.pixels_changed.emit()

    def _take_change(self, changed: Changed) -> None:
        if "image" in changed.tables:
            self.images_changed.emit()
            if self.image_id in changed.image_ids:
                self._load_again()
        if "category" in changed.tables:
            self.categories_changed.emit()
        if changed.tables & {"region", "image_state"}:
            self.images_touched.emit(changed.image_ids)
        if self.image_id in changed.image_ids or "category" in changed.tables:
            present = self.numbers()
            if not changed.tables <= _SAID:  # an answer leaves the regions as they are
                self.regions_changed.emit()
            self.exchanges_changed.emit()
            if any(i not in present for i in self.selection):
                self.select(self.selection)
        self.history_changed.emit()

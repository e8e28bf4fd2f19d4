"""Hand tools: what strokes, outlines and the menu do to the selected regions."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Provenance
from gar_studio.document.commands import AddRegion, Command
from gar_studio.errors import GarStudioError
from gar_studio.language import mark, tr
from ui.canvas.tools import Outline, Stroke
from ui.desk import Desk

_STEP = 2
"""Pixels that growing and shrinking move a border."""
_SMOOTHING = 2.0
"""Pixels below which details of a border are smoothed away."""
_ISLAND_SHARE = 0.02
"""Parts smaller than this share of the largest one count as islands."""


class ShapingController(QObject):
    """Changes the masks of the selected regions by hand; each action is one undo step."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each action of the table calls."""
        return {
            "fill_holes": self._fill_holes,
            "drop_islands": self._drop_islands,
            "smooth": self._smooth,
            "grow": lambda: self._grow(_STEP),
            "shrink": lambda: self._grow(-_STEP),
            "split": self._split,
            "merge": lambda: self._combine("merge"),
            "subtract": lambda: self._combine("subtract"),
            "intersect": lambda: self._combine("intersect"),
        }

    def enabled(self) -> dict[str, bool]:
        """Return which actions can be taken now."""
        document = self._desk.document
        selected = 0 if document is None or document.read_only else len(self._desk.selection)
        alone = ("fill_holes", "drop_islands", "smooth", "grow", "shrink")
        several = ("merge", "subtract", "intersect")
        return (
            dict.fromkeys(alone, selected > 0)
            | dict.fromkeys(several, selected > 1)
            | {"split": selected == 1}
        )

    def draw(self, shape: Stroke | Outline) -> None:
        """Add a stroke or an outline to the selected region, or take it away.

        Without a selection it makes a new region.
        """
        # OpenCV is loaded when a hand tool is first used, not when the program starts.
        from gar_studio.annotation.shaping import paint, polygon, subtract  # noqa: PLC0415
        from gar_studio.document.mask_commands import ReshapeRegions  # noqa: PLC0415

        desk, image = self._desk, self._desk.image
        if image is None or desk.image_id is None or not self._may_change():
            return
        selected = [region for region in desk.regions() if region.id in desk.selection]
        if len(selected) > 1:
            desk.told.emit(tr(_select_one(shape)))
            return
        if not selected and shape.erase:
            desk.told.emit(
                tr("Select the region that the outline is to take from.")
                if isinstance(shape, Outline)
                else tr("Select the region that the eraser is to take from.")
            )
            return
        height, width = image.height, image.width
        before = selected[0].mask if selected else Mask.empty(height=height, width=width)
        if isinstance(shape, Stroke):
            mask = paint(before, shape.points, radius=shape.radius, erase=shape.erase)
        else:
            inside = polygon([shape.points], height=height, width=width)
            mask = subtract(before, inside) if shape.erase else before.union(inside)
        if selected:
            name = mark("erase") if shape.erase else mark("paint")
            desk.do(ReshapeRegions(desk.image_id, ((selected[0].id, mask),), name))
            return
        mask = desk.without_others(mask)
        outlined = isinstance(shape, Outline)
        name = mark("outline region") if outlined else mark("brush region")
        changes = desk.do(AddRegion(desk.image_id, mask, Provenance.by_person(), name))
        if changes:
            desk.select([changes[0].row.id])

    def _fill_holes(self) -> None:
        from gar_studio.annotation.shaping import fill_holes  # noqa: PLC0415

        self._reshape(fill_holes, mark("fill holes"))

    def _drop_islands(self) -> None:
        from gar_studio.annotation.shaping import drop_islands, split  # noqa: PLC0415

        def without_islands(mask: Mask) -> Mask:
            largest = split(mask)[0].area
            return drop_islands(mask, smallest=max(2, round(_ISLAND_SHARE * largest)))

        self._reshape(without_islands, mark("drop islands"))

    def _smooth(self) -> None:
        from gar_studio.annotation.shaping import smooth  # noqa: PLC0415

        self._reshape(lambda mask: smooth(mask, _SMOOTHING), mark("smooth"))

    def _grow(self, pixels: int) -> None:
        from gar_studio.annotation.shaping import grow  # noqa: PLC0415

        self._reshape(
            lambda mask: grow(mask, pixels), mark("grow") if pixels > 0 else mark("shrink")
        )

    def _split(self) -> None:
        from gar_studio.document.mask_commands import SplitRegion  # noqa: PLC0415

        if self._desk.image_id is not None and len(self._desk.selection) == 1:
            self._do(SplitRegion(self._desk.image_id, self._desk.selection[0]))

    def _combine(self, how: str) -> None:
        from gar_studio.document import mask_commands  # noqa: PLC0415

        desk = self._desk
        if desk.image_id is None:
            return
        kinds: dict[str, Callable[[int, tuple[int, ...]], Command]] = {
            "merge": mask_commands.MergeRegions,
            "subtract": mask_commands.SubtractRegions,
            "intersect": mask_commands.IntersectRegions,
        }
        self._do(kinds[how](desk.image_id, desk.selection))

    def _reshape(self, change: Callable[[Mask], Mask], name: str) -> None:
        from gar_studio.document.mask_commands import ReshapeRegions  # noqa: PLC0415

        desk = self._desk
        if desk.image_id is None:
            return
        try:
            masks = tuple(
                (region.id, change(region.mask))
                for region in desk.regions()
                if region.id in desk.selection
            )
        except GarStudioError as error:
            desk.failed.emit(error)
            return
        if not self._do(ReshapeRegions(desk.image_id, masks, name)):
            desk.told.emit(tr("Nothing to change: {name}.", name=tr(name)))

    def _do(self, command: Command) -> bool:
        return self._may_change() and bool(self._desk.do(command))

    def _may_change(self) -> bool:
        document = self._desk.document
        if document is not None and document.read_only:
            self._desk.told.emit(
                tr("The project is open for reading only; masks cannot be changed.")
            )
            return False
        return document is not None


def _select_one(shape: Stroke | Outline) -> str:
    if isinstance(shape, Outline):
        return mark("Select the one region that the outline is to change.")
    if shape.erase:
        return mark("Select the one region that the eraser is to change.")
    return mark("Select the one region that the brush is to change.")

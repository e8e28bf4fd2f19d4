"""One object after the other with one click each: a mask is kept when the next one is begun."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject

from gar_studio.annotation.prompts import Prompt
from ui.controllers.segmentation import SegmentationController
from ui.desk import Desk


class ObjectQueue(QObject):
    """Holds the clicks that begin objects until the objects before them are kept.

    Clicks come faster than masks; none is lost, and none lands on the object before it.
    """

    def __init__(
        self,
        desk: Desk,
        segmentation: SegmentationController,
        add_prompt: Callable[[Prompt], None],
    ) -> None:
        super().__init__()
        self._desk = desk
        self._segmentation = segmentation
        self._add_prompt = add_prompt
        self._waiting: deque[Prompt] = deque()
        self._kept = 0
        self._going_on = False
        desk.image_changed.connect(self._waiting.clear)
        segmentation.changed.connect(self._go_on)

    def begin(self, prompt: Prompt) -> None:
        """Keep the mask under way, as soon as it is there, and begin another object."""
        self._waiting.append(prompt)
        if len(self._waiting) == 1:
            self._keep()
        self._go_on()

    def _keep(self) -> None:
        """Accept the object under way, now or as soon as its mask is there."""
        self._kept = len(self._desk.regions()) + int(self._segmentation.active)
        self._segmentation.accept()

    def _go_on(self) -> None:
        """Begin the next object once the one before it is a region."""
        segmentation = self._segmentation
        if self._going_on or not self._waiting:
            return
        if segmentation.active:
            if not (
                segmentation.waiting or segmentation.will_accept
            ):  # its mask was refused, or is to be changed first
                self._waiting.clear()
            return
        if len(self._desk.regions()) < self._kept:  # it was dropped
            self._waiting.clear()
            return
        self._going_on = True
        self._add_prompt(self._waiting.popleft())
        if self._waiting:
            self._keep()
        self._going_on = False

"""Starts a program with a photo and says when the photo is painted: run by `benchmarks.ui`.

`PYTHON first_paint.py ours|labelme PHOTO` prints "painted" and ends.  Whoever started it takes the
time, from before Python is there; so nothing of the project is imported for another program.
"""

import os
import sys
from collections.abc import Callable
from typing import Any


def _done() -> None:
    sys.stdout.write("painted\n")
    sys.stdout.flush()
    os._exit(0)  # how a program ends is not measured


def _after(owner: Any, name: str, shows: Callable[[Any], bool]) -> None:  # noqa: ANN401
    """End after the first call of a method that leaves a photo on the screen."""
    paint = getattr(owner, name)

    def painted(self: Any, event: Any) -> None:  # noqa: ANN401 - any binding of Qt
        paint(self, event)
        if shows(self):
            _done()

    setattr(owner, name, painted)


def ours(photo: str) -> None:
    """Open the window as `gar-studio PHOTO` does."""
    import main  # noqa: PLC0415 - what is measured begins here
    from ui.canvas import Canvas  # noqa: PLC0415

    _after(Canvas, "paintEvent", lambda canvas: canvas.has_image)
    sys.exit(main.main([photo]))


def labelme(photo: str) -> None:
    """Open labelme as `labelme PHOTO` does."""
    sys.argv = ["labelme", photo]
    from labelme import __main__ as program  # noqa: PLC0415
    from labelme.widgets.canvas import Canvas  # noqa: PLC0415

    def shows(canvas: Any) -> bool:  # noqa: ANN401
        pixmap = getattr(canvas, "pixmap", None)
        return pixmap is not None and not pixmap.isNull()

    _after(Canvas, "paintEvent", shows)
    program.main()


if __name__ == "__main__":
    del sys.path[0]  # this folder, whose modules have names that the programs use too
    {"ours": ours, "labelme": labelme}[sys.argv[1]](sys.argv[2])

"""Takes pictures of the real window: `python -m tests.screenshots FOLDER`.

FOLDER gets those that the docs show; its folder `checks` those that are only to be looked at.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QDialog

from gar_studio.errors import ImageError
from gar_studio.sample import make_sample_project
from gar_studio.settings import Settings
from ui.app import make_application, make_window
from ui.demo import Hand, do_main_job, pause
from ui.studio import Studio
from ui.theme import apply_theme


def main(folder: Path) -> None:
    """Write every picture into `folder`."""
    (folder / "checks").mkdir(parents=True, exist_ok=True)
    app = make_application()
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    window = make_window(Settings())
    window.resize(1280, 800)
    window.show()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            _take(window, folder / "checks" / "empty.png")
            _work(window, Path(scratch), folder)
            window.desk.close_document()
    finally:
        window.close()
        app.processEvents()


def _work(window: Studio, scratch: Path, folder: Path) -> None:
    window.open_target(make_sample_project(scratch / "sample"))
    do_main_job(window, scratch, lambda _: None)
    window.action("select").trigger()  # the box tool's cross would cover the picture
    window.notices.hide()
    _take(window, folder / "studio.png")
    _in_dialog(window, "categories", folder / "categories.png")
    _in_dialog(window, "shortcuts", folder / "checks" / "shortcuts.png")
    _in_dialog(window, "models", folder / "engines.png")
    for name, width, height in (("large", 2560, 1440), ("small", 960, 600)):
        window.resize(width, height)
        window.canvas.fit()
        _take(window, folder / "checks" / f"{name}.png")
    window.resize(1280, 800)
    window.canvas.fit()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, "light")
    _take(window, folder / "checks" / "light.png")
    apply_theme(app, "dark")
    hand = Hand(window)
    window.desk.select(())
    window.canvas.setFocus()
    hand.key(Qt.Key.Key_P)
    hand.click(450, 250)
    hand.wait_for(lambda: window.segmentation.candidates, "Cutting out")
    _take(window, folder / "cutting.png")
    window.segmentation.clear()
    _show_errors(window, scratch / "sample", folder)


def _show_errors(window: Studio, sample: Path, folder: Path) -> None:
    photo = sample / "astronaut.jpg"
    photo.write_bytes(photo.read_bytes()[:20_000])
    document = window.desk.document
    assert document is not None
    broken = next(i.id for i in document.images() if i.path == photo.name)
    window.desk.show_image(broken)
    Hand(window).wait_for(lambda: window.desk.image_error, "Failing")
    window.desk.failed.emit(
        ImageError("“b.jpg” is empty (0 bytes).", advice="Copy the file again from where it came.")
    )
    _take(window, folder / "errors.png")


def _in_dialog(window: Studio, action: str, path: Path) -> None:
    def act(dialog: QDialog) -> None:
        pause(50)
        _save(dialog.grab(), path)
        dialog.reject()

    Hand(window).in_dialog(QDialog, act)
    window.action(action).trigger()


def _take(window: Studio, path: Path) -> None:
    window.canvas.settle()
    pause(100)
    _save(window.grab(), path)


def _save(picture: QPixmap, path: Path) -> None:
    """Write a PNG of 256 colours: a third of the size, and hardly to be told apart."""
    picture.save(str(path))
    with Image.open(path) as full:
        colours = full.convert("RGB")
        palette = colours.quantize(256)
        small = colours.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))

"""A killed window loses nothing that was accepted."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gar_studio.workspace import open_project
from tests.ui.conftest import make_photo

_CHILD = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt, QPointF
from PySide6.QtTest import QTest
from gar_studio.settings import Settings
from tests.helpers.engines import ScriptedDescriber, ScriptedSegmenter
from ui.app import make_application
from ui.studio import Studio

app = make_application()
window = Studio(
    Settings(),
    build_segmenter=lambda name, options: ScriptedSegmenter(),
    build_describer=lambda name, options: ScriptedDescriber(),
)
window.show()
window.open_target(Path(sys.argv[1]))

def wait(condition):
    while not condition():
        QTest.qWait(5)

wait(lambda: window.desk.image is not None)
point = window.canvas.image_to_widget(QPointF(100, 80)).toPoint()
QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=point)
wait(lambda: window.segmentation.candidate is not None)
window.canvas.setFocus()
QTest.keyClick(window.canvas, Qt.Key.Key_Return)
(region,) = window.desk.regions()
print("accepted", region.mask.version, flush=True)
QTest.qWait(60_000)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is a POSIX signal")
def test_an_accepted_mask_survives_sigkill(tmp_path: Path, qtbot: QtBot) -> None:
    photo = make_photo(tmp_path / "photo.png", seed=3)
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(photo)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=root,
    ) as child:
        assert child.stdout is not None
        word, _, version = child.stdout.readline().strip().partition(" ")
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        assert word == "accepted", child.stderr.read() if child.stderr else ""
    document = open_project(tmp_path / f"{tmp_path.name}.garproj")
    try:
        (image,) = document.images()
        (region,) = document.regions(image.id)
        assert region.mask.version == version
        assert document.undo_name(image.id) == "add region"
    finally:
        document.close()

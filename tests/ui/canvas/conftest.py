"""A canvas on the screen, with a photo on it."""

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.canvas.scenes import photo
from ui.canvas import Canvas


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(832, 632)  # 400 × 300 at 200 % with the margin of 16
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.set_image(photo())
    canvas.setFocus()
    return canvas

"""Icons have the text's colour, also after the theme has changed."""

import pytest
from PySide6.QtGui import QColor, QIcon, QImage

from ui import theme
from ui.icons import icon


def strongest_colour(picture: QImage) -> QColor:
    points = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
    return max((picture.pixelColor(x, y) for x, y in points), key=QColor.alpha)


def painted(shown: QIcon, mode=QIcon.Mode.Normal, state=QIcon.State.Off) -> str:
    colour = strongest_colour(shown.pixmap(24, 24, mode, state).toImage())
    assert colour.alpha() > 200
    return colour.name().upper()


def test_an_icon_made_once_follows_the_theme(qapp):
    shown = icon("magnify-plus-outline")
    for name in ("light", "dark"):
        colours = theme.apply_theme(qapp, name)
        assert painted(shown) == colours.text
        assert painted(shown, QIcon.Mode.Disabled) == colours.disabled
        assert painted(shown, state=QIcon.State.On) == colours.on_selection


def test_icons_differ():
    first, second = (icon(name).pixmap(24, 24).toImage() for name in ("undo", "redo"))
    assert first != second


def test_a_copied_icon_still_paints():
    assert painted(QIcon(icon("undo"))) == theme.current().text


def test_an_icon_that_does_not_exist_is_refused():
    with pytest.raises(KeyError, match="no-such-icon"):
        icon("no-such-icon")

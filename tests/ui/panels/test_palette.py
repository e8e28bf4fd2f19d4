"""The command palette, in the real window."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from tests.ui.conftest import add_region, open_photo
from ui.actions import ACTIONS
from ui.demo import Hand
from ui.panels.palette import Palette, rank
from ui.studio import Studio


def with_palette(studio: Studio, use: Callable[[Palette], None]) -> None:
    """Open the palette and do something in it."""

    def in_dialog(dialog: QDialog) -> None:
        assert isinstance(dialog, Palette)
        use(dialog)

    Hand(studio).in_dialog(Palette, in_dialog)
    studio.action("commands").trigger()


def names(palette: Palette) -> list[str]:
    return [palette.found.item(row).text() for row in range(palette.found.count())]


def test_a_few_letters_and_enter_do_it(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 100, 80)
    before = studio.desk.regions()[0].mask.area

    def grow(palette: Palette) -> None:
        QTest.keyClicks(palette.field, "gro")
        assert names(palette) == ["Grow by 2 pixels"]
        QTest.keyClick(palette.field, Qt.Key.Key_Return)

    with_palette(studio, grow)
    assert studio.desk.regions()[0].mask.area > before


def test_only_what_can_be_done_is_offered(studio: Studio) -> None:
    def look(palette: Palette) -> None:
        assert "Open image" in names(palette)
        assert "Describe" not in names(palette)
        QTest.keyClick(palette, Qt.Key.Key_Escape)

    with_palette(studio, look)


def test_the_arrows_go_through_the_list(studio: Studio) -> None:
    def choose(palette: Palette) -> None:
        QTest.keyClicks(palette.field, "e")
        QTest.keyClick(palette.field, Qt.Key.Key_Down)
        assert palette.found.currentRow() == 1
        QTest.keyClicks(palette.field, "raser")
        assert palette.found.currentItem().text() == "Eraser"
        QTest.keyClick(palette.field, Qt.Key.Key_Return)

    with_palette(studio, choose)
    assert studio.canvas.tool.value == "eraser"


def test_nothing_that_fits_does_nothing(studio: Studio) -> None:
    def type_nonsense(palette: Palette) -> None:
        QTest.keyClicks(palette.field, "xyzzy")
        assert names(palette) == []
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
        assert palette.isVisible()
        QTest.keyClick(palette.field, Qt.Key.Key_Escape)

    with_palette(studio, type_nonsense)


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("fill", "Fill holes"),
        ("mask acc", "Accept mask"),
        ("find", "Find everything"),
        ("UN", "Undo"),
    ],
)
def test_the_best_fit_comes_first(wanted: str, first: str) -> None:
    found = [
        (r, i, s) for i, s in enumerate(ACTIONS) if (r := rank(s.plain_text, wanted)) is not None
    ]
    assert min(found, key=lambda entry: entry[:2])[2].plain_text == first


def test_every_action_is_found_by_its_own_name() -> None:
    for spec in ACTIONS:
        assert rank(spec.plain_text, spec.plain_text) is not None

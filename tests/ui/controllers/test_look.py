"""The look of the canvas from menu and keyboard, remembered for the next time."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gar_studio.annotation.exchange import Relation
from gar_studio.annotation.region import Provenance
from gar_studio.settings import load
from tests.ui.canvas.hands import drag
from tests.ui.conftest import add_region, open_photo, press
from ui.studio import Studio

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_steps_and_switches_are_remembered(studio: Studio) -> None:
    before = studio.look.look
    press(studio, Qt.Key.Key_Up, CONTROL)
    assert studio.look.look.opacity > before.opacity
    press(studio, Qt.Key.Key_Down, CONTROL)
    press(studio, Qt.Key.Key_Down, CONTROL)
    for name in ("outlines", "minimap", "crosshair", "arrows"):
        was = studio.action(name).isChecked()
        studio.action(name).trigger()
        assert studio.action(name).isChecked() is not was
    kept = load().settings.look
    assert kept == studio.look.look
    assert kept.opacity < before.opacity
    assert (kept.outline, kept.minimap, kept.crosshair, kept.arrows) == (False, False, True, True)
    for _ in range(12):
        studio.action("fainter").trigger()
    assert studio.look.look.opacity == 0.1
    assert not studio.action("fainter").isEnabled()


def test_a_box_around_regions_selects_those_inside(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    ids = [add_region(qtbot, studio, x, 120) for x in (60, 160, 260)]
    press(studio, Qt.Key.Key_V)
    drag(studio.canvas, (2, 2), (215, 235))
    assert studio.desk.selection == tuple(ids[:2])
    drag(studio.canvas, (218, 2), (318, 235), modifiers=CONTROL)
    assert set(studio.desk.selection) == set(ids)
    studio.desk.select(ids[:1])
    drag(studio.canvas, (218, 2), (318, 235), modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert studio.desk.selection == (ids[0], ids[2])
    press(studio, Qt.Key.Key_Z)
    assert studio.canvas.zoom > 1


def test_regions_that_are_not_shown_are_not_selected_by_a_box(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 160, 120)
    studio.desk.select(())
    press(studio, Qt.Key.Key_V)
    press(studio, Qt.Key.Key_H, CONTROL)
    drag(studio.canvas, (2, 2), (318, 235))
    assert studio.desk.selection == ()
    press(studio, Qt.Key.Key_H, CONTROL)
    drag(studio.canvas, (2, 2), (318, 235))
    assert len(studio.desk.selection) == 1


def test_fills_get_stronger_also_while_a_region_is_selected(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    studio.desk.select([add_region(qtbot, studio, 160, 120)])
    before = studio.look.look.opacity
    press(studio, Qt.Key.Key_Up, CONTROL)
    assert studio.look.look.opacity > before


def test_relations_are_drawn_when_asked_for(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    one, two = (add_region(qtbot, studio, x, 120) for x in (60, 260))
    document, image_id = studio.desk.document, studio.desk.image_id
    assert document is not None
    assert image_id is not None
    studio.canvas.settle()
    before = studio.canvas.grab().toImage()
    studio.action("arrows").trigger()
    assert studio.canvas.grab().toImage() == before
    document._relations[image_id] = (
        Relation(1, image_id, one, "left of", (two,), "", True, Provenance("person"), 0),
    )
    studio.desk.exchanges_changed.emit()
    assert studio.canvas.grab().toImage() != before

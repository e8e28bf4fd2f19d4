"""The dialog with the project's figures."""

from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gar_studio.statistics import measure
from tests.ui.conftest import add_region, open_photo
from ui.panels.bars import BarChart
from ui.panels.statistics_dialog import StatisticsDialog
from ui.studio import Studio


def test_it_shows_what_was_counted_and_saves_it(
    qtbot: QtBot, studio: Studio, photo: Path, tmp_path: Path
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    assert studio.desk.document is not None
    figures = measure(studio.desk.document)
    dialog = StatisticsDialog(studio.desk, figures, studio)
    qtbot.addWidget(dialog)
    dialog.show()
    charts = {c.accessibleName(): c for c in dialog.findChildren(BarChart)}
    assert charts["Regions by category"].rows == (("object", 1),)
    assert "object 1" in charts["Regions by category"].accessibleDescription()
    assert any("Regions: 1." in label.text() for label in dialog.findChildren(QLabel))
    dialog.save_csv(tmp_path / "a.csv")
    assert "Regions by category,object,1" in (tmp_path / "a.csv").read_text(encoding="utf-8")
    dialog.save_picture(tmp_path / "a.png")
    assert QImage(str(tmp_path / "a.png")).width() > 400
    dialog.save_csv(tmp_path / "no folder" / "a.csv")
    assert "could not be written" in studio.notices.text


def test_many_categories_end_in_one_row() -> None:
    chart = BarChart("x", tuple((f"c{n}", 50 - n) for n in range(40)))
    assert len(chart.rows) == 31
    assert chart.rows[-1] == ("10 more", sum(50 - n for n in range(30, 40)))

"""The window speaks the language that is chosen, and nothing in it is left in English."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QEvent,
    QModelIndex,
    Qt,
    QTranslator,
)
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gar_studio import settings as store
from gar_studio.annotation.review import Review, Verdict
from gar_studio.document.review_commands import ReviewRegions
from gar_studio.errors import ImageError
from gar_studio.formats.classes import plan_import, read_class_names
from gar_studio.language import set_translator, tr
from gar_studio.presets import DEFAULT_PRESETS
from gar_studio.settings import Settings
from tests.ui.conftest import Engines, add_region, delete, make_studio, open_photo, press
from ui.actions import ACTIONS
from ui.demo import Hand
from ui.language import install, resolved
from ui.panels.category_import import ImportDialog
from ui.panels.preset_dialog import PresetDialog
from ui.studio import Studio

_CHINESE = re.compile(r"[\u4e00-\u9fff]")

_NOT_OURS = (
    r"garden path é(\.png)?",  # the photo, and its project
    r"photos",
    r"GAR Studio",
    r"object|[dD]og|box",  # categories, and one that an answer suggests
    r"\(/.*/ \)",  # where a recent project lies
    r"(Describe|What|Is) .*#\d.*",  # the questions to choose from, which a model reads
    r"nbsp;#\d+nbsp;",
    r"scripted\w*|Scripted\w*|grabcut|gar-nano|cpu",  # engines
    r"A (red )?\w+.*|It .*|stays .*",  # what the scripted model says
    r"\(?(Ctrl|Shift|Alt|Del|Backspace|Return|Enter|Esc|PgUp|PgDown|Up|Down|Left|Right|F\d+|[A-Z])(\+\S+)?\)?",
    r"px|MB|GB",
)
"""What is no text of the studio: people's own words, names, keys and units."""


@pytest.fixture
def _spoken(qapp: QApplication) -> Iterator[None]:
    """Put English back afterwards, whatever a test installed."""
    font = qapp.font()
    yield
    set_translator(None)
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qapp.setFont(font)


@pytest.fixture
def marked(_spoken: None, qtbot: QtBot, engines: Engines) -> Iterator[Studio]:
    """A window in a language that puts every text into brackets."""
    set_translator(lambda text: f"⟦{text}⟧")
    window = make_studio(engines)
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    engines.segmenter.gate.set()
    delete(window)


def outside(text: str) -> str:
    """Return what of a text is in no brackets, is no number, and is ours."""
    rest, depth = "", 0
    for letter in text.replace("&", ""):
        depth += (letter == "⟦") - (letter == "⟧")
        rest += letter if depth == 0 and letter != "⟧" else ""
    rest = re.sub(r"<[^>]*>", " ", rest)
    for own in _NOT_OURS:
        rest = re.sub(rf"(?<!\w){own}(?!\w)", " ", rest)
    return " ".join(rest.split()) if re.search(r"[^\W\d_]", rest) else ""


def texts_of(widget: QWidget) -> Iterator[tuple[str, str]]:
    """Return what a widget shows or tells, with the place of each."""
    yield "tool tip", widget.toolTip()
    yield "name", widget.accessibleName()
    yield "description", widget.accessibleDescription()
    yield "title", widget.windowTitle() if widget.isWindow() else ""
    match widget:
        case QMenu():
            for action in widget.actions():
                yield from texts_of_action(action)
            yield "title", widget.title()
        case QAbstractButton() | QLabel():
            yield "text", widget.text()
        case QGroupBox():
            yield "title", widget.title()
        case QComboBox():
            yield from (("item", widget.itemText(row)) for row in range(widget.count()))
        case QTabBar():
            yield from (("tab", widget.tabText(row)) for row in range(widget.count()))
        case QLineEdit() | QPlainTextEdit():
            yield "placeholder", widget.placeholderText()
        case QHeaderView():
            model = widget.model()
            for section in range(widget.count()):
                yield "header", str(model.headerData(section, widget.orientation()) or "")
        case QAbstractItemView():
            listed = isinstance(widget, QListView)
            yield from texts_of_model(widget.model(), columns=1 if listed else None)
        case _:
            pass


def texts_of_action(action: QAction) -> Iterator[tuple[str, str]]:
    """Return what an action shows."""
    yield "action", action.text()
    yield "tip", action.toolTip()


def texts_of_model(
    model: QAbstractItemModel | None, *, columns: int | None
) -> Iterator[tuple[str, str]]:
    """Return what the rows of a list say."""
    roles = (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
    )
    if model is None:
        return
    for row in range(model.rowCount()):
        for column in range(model.columnCount(QModelIndex()) if columns is None else columns):
            for role in roles:
                yield "row", str(model.index(row, column).data(role) or "")


def _is_of_qt(widget: QWidget) -> bool:
    """Whether Qt's own catalogue has the texts of a widget, such as those of “Cancel”."""
    parent = widget.parent()
    standard = isinstance(parent, QDialogButtonBox) and isinstance(widget, QAbstractButton)
    if standard and parent.standardButton(widget) is not QDialogButtonBox.StandardButton.NoButton:
        return True
    return widget.objectName().startswith(("qt_", "Scroll"))


def english(root: QWidget) -> list[str]:
    """Return what is left in English in a window and all that is in it."""
    found = []
    for widget in (root, *root.findChildren(QWidget)):
        if _is_of_qt(widget):
            continue
        for place, text in texts_of(widget):
            if rest := outside(text):
                found.append(f"{type(widget).__name__} {widget.objectName()} {place}: {rest!r}")
    for action in root.findChildren(QAction):
        for place, text in texts_of_action(action):
            if rest := outside(text):
                found.append(f"{place}: {rest!r}")
    return sorted(set(found))


def test_the_empty_window_has_no_untranslated_text(marked: Studio) -> None:
    assert english(marked) == []


@pytest.fixture
def at_work(qtbot: QtBot, marked: Studio, photo: Path) -> Studio:
    """Regions, a verdict, an answer and an error in view."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    open_photo(qtbot, marked, photo)
    add_region(qtbot, marked, 60, 60)
    add_region(qtbot, marked, 200, 120)
    desk = marked.desk
    assert desk.image_id is not None
    review = Review(Verdict.REJECTED, "", "", "2026-01-01T00:00:00Z")
    desk.do(ReviewRegions(desk.image_id, (desk.regions()[0].id,), review))
    press(marked, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: len(marked.talk.cards()) == 1)
    qtbot.waitUntil(lambda: not marked.conversation.busy)
    return marked


def test_the_window_at_work_has_no_untranslated_text(at_work: Studio) -> None:
    at_work.talk.cards()[0].edit.click()
    at_work.desk.failed.emit(ImageError(tr("“{name}” is empty (0 bytes).", name="dog")))
    at_work.notices.more.click()
    at_work.notices.details.clear()  # versions and causes
    for menu in at_work.findChildren(QMenu):
        menu.aboutToShow.emit()
    assert english(at_work) == []


@pytest.mark.parametrize("finish", ["undo", "redo"])
def test_what_is_undone_is_told_in_the_language(at_work: Studio, finish: str) -> None:
    at_work.action("undo").trigger()
    at_work.action(finish).trigger()
    assert "⟦" in at_work.action("undo").text()
    assert outside(at_work.notices.text) == ""


_DIALOGS = (
    "models", "categories", "shortcuts", "commands", "caption", "reject", "flag", "image_flagged",
    "statistics", "reviewer", "about", "export", "import", "check",
)  # fmt: skip


@pytest.mark.parametrize("action_id", _DIALOGS)
def test_no_dialog_has_an_untranslated_text(qtbot: QtBot, at_work: Studio, action_id: str) -> None:
    at_work.desk.select([at_work.desk.regions()[0].id])
    found: list[list[str]] = []

    def look(dialog: QDialog) -> None:
        try:
            found.append(english(dialog))
        finally:
            dialog.reject()

    Hand(at_work).in_dialog(QDialog, look)
    at_work.action(action_id).trigger()
    qtbot.waitUntil(lambda: bool(found))
    assert found == [[]]


def test_the_questions_and_an_import_have_no_untranslated_text(
    qtbot: QtBot, at_work: Studio, tmp_path: Path
) -> None:
    names = tmp_path / "dog.txt"
    names.write_text("dog\nDog\nobject\n", encoding="utf-8")
    plan = plan_import(read_class_names(names), ["object"])
    for dialog in (PresetDialog(DEFAULT_PRESETS, at_work), ImportDialog(names, plan, at_work)):
        dialog.show()
        assert english(dialog) == []
        dialog.close()


def test_the_test_finds_what_is_in_no_brackets(marked: Studio) -> None:
    label = QLabel("Put in English", marked.status)
    label.show()
    assert english(marked) == ["QLabel  text: 'Put in English'"]
    label.setText("⟦Put {x}⟧ 12 dog")
    assert english(marked) == []


# --- Chinese ---


@pytest.fixture
def chinese(_spoken: None, qapp: QApplication, engines: Engines) -> Iterator[Studio]:
    install(qapp, "zh_CN")
    window = make_studio(engines, Settings(language="zh_CN"))
    yield window
    delete(window)


def test_the_chinese_window_speaks_chinese(chinese: Studio) -> None:
    spoken = {spec.text for spec in ACTIONS} - {"&English"}
    shown = [chinese.action(spec.id).text() for spec in ACTIONS if spec.text in spoken]
    assert [text for text in shown if not _CHINESE.search(text)] == []
    assert [a.text() for a in chinese.menuBar().actions()][:2] == ["文件(&F)", "编辑(&E)"]
    assert chinese.action("open_image").toolTip() == "打开图像 (Ctrl+O)"


def test_qts_own_buttons_are_chinese_too(chinese: Studio) -> None:
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"


def test_the_docks_have_the_same_names_in_every_language(chinese: Studio) -> None:
    """A layout that was kept in English is found again in Chinese."""
    names = {dock.objectName() for dock in chinese.findChildren(QWidget)}
    assert {"dock-images", "dock-regions", "dock-conversation", "dock-relations"} <= names


def test_what_is_stored_is_english_and_what_is_shown_is_not(
    qtbot: QtBot, chinese: Studio, photo: Path
) -> None:
    chinese.show()
    chinese.activateWindow()
    qtbot.waitUntil(chinese.isActiveWindow)
    open_photo(qtbot, chinese, photo)
    add_region(qtbot, chinese, 60, 60)
    document = chinese.desk.document
    assert document is not None
    assert document.undo_name(chinese.desk.image_id) == "add region"
    assert chinese.action("undo").text() == "撤销(&U)：添加区域"
    assert chinese.desk.regions()[0].provenance.prompt == "1 click"


def test_the_usual_questions_are_shown_in_chinese_and_kept_in_english(chinese: Studio) -> None:
    dialog = PresetDialog(DEFAULT_PRESETS, chinese)
    assert dialog.list.item(0).text() == "简短"
    dialog.list.item(0).setText("很短")
    kept = dialog.presets()
    assert [one.name for one in kept[:2]] == ["很短", "Detailed"]
    assert [one.text for one in kept] == [one.text for one in DEFAULT_PRESETS]


def test_the_choice_is_remembered_and_said_to_come_with_the_next_start(studio: Studio) -> None:
    studio.action("language_zh_CN").trigger()
    assert store.load().settings == replace(studio.settings.settings, language="zh_CN")
    assert "started again" in studio.notices.text
    assert studio.action("open_image").text() == "Open &image…"


def test_the_menu_shows_the_choice(engines: Engines) -> None:
    window = make_studio(engines, Settings(language="en"))
    assert window.action("language_en").isChecked()
    assert not window.action("language_system").isChecked()
    delete(window)


@pytest.mark.usefixtures("_spoken")
def test_for_english_nothing_is_installed(qapp: QApplication) -> None:
    install(qapp, "en")
    assert qapp.findChildren(QTranslator) == []


def test_the_desktops_language_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for wanted, found in (
        (["zh-Hans-CN"], "zh_CN"),
        (["zh-CN", "en-US"], "zh_CN"),
        (["zh-Hant-TW"], "en"),
        (["de-DE"], "en"),
        (["de-DE", "zh-CN"], "zh_CN"),
        (["en-GB", "zh-CN"], "en"),
        ([], "en"),
    ):
        monkeypatch.setattr("ui.language.QLocale", _locale(wanted))
        assert resolved("system") == found


def _locale(languages: list[str]) -> type:
    from PySide6.QtCore import QLocale

    class Desktop(QLocale):
        @staticmethod
        def system() -> object:
            return type("System", (), {"uiLanguages": lambda self: languages})()

    return Desktop

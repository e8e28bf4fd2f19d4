"""A user who does anything in any order, in the real window: nothing breaks, nothing is lost.

The short run is part of every test run and does the same each time.  `make soak` does what nobody
foresaw: other steps each time, and ten times as many in a row.
"""

import io
from contextlib import redirect_stdout

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from pycocotools.coco import COCO
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.gar_studio.document.test_categories import check_categories
from tests.helpers.projects import reopened, seen
from tests.ui.conftest import click
from tests.ui.user_hands import CONTROL, HEIGHT, SHIFT, WIDTH, UserHands, write_text
from ui.panels.caption_dialog import CaptionDialog
from ui.panels.category_dialog import CategoryDialog
from ui.panels.thread_view import PAGE

number = st.integers(0, 9)
point = st.tuples(st.integers(2, WIDTH - 3), st.integers(2, HEIGHT - 3))
category = st.sampled_from(["dog", "animal", "animal/dog", "animal/dog/puppy", "dog/dog", "狗"])


class RandomUser(UserHands):
    """Hands on the window; each rule is one thing that a person does."""

    def __init__(self) -> None:
        super().__init__()
        self.open_folder(place="a")

    @initialize(at=st.lists(point, min_size=2, max_size=2))
    def cut_two(self, at: list[tuple[int, int]]) -> None:
        for place in at:
            self.cut_by_click(place, chosen=2, accepted=True)

    # --- files ---

    @rule(place=st.sampled_from("ab"))
    def open_folder(self, place: str) -> None:
        assert self.studio.open_target(self.folder / place)
        self._wait_for_image()

    @rule()
    def close_and_open_again(self) -> None:
        path = self.document.path
        before = self._labels()
        self.studio.desk.close_document()
        assert self.studio.open_target(path)
        self._wait_for_image()
        assert self._labels() >= before, "what was there is there, and perhaps stopped answers"

    @rule()
    def export(self) -> None:
        path = self.folder / "coco.json"
        assert self.studio.files.export(path)
        with redirect_stdout(io.StringIO()):
            coco = COCO(str(path))
        regions = [r for i in self.document.images() for r in self.document.regions(i.id)]
        assert sorted(coco.getAnnIds()) == sorted(region.id for region in regions)
        for region in regions:
            (annotation,) = coco.loadAnns([region.id])
            assert int(coco.annToMask(annotation).sum()) == region.mask.area
            (found,) = coco.loadCats([annotation["category_id"]])
            assert found["name"] == self.document.category(region.category_id).name

    @rule(forward=st.booleans())
    def switch_image(self, forward: bool) -> None:
        self._press(Qt.Key.Key_PageDown if forward else Qt.Key.Key_PageUp)
        self._wait_for_image()

    # --- masks ---

    @rule(at=point, chosen=number, accepted=st.booleans())
    def cut_by_click(self, at: tuple[int, int], chosen: int, accepted: bool) -> None:
        self._press(Qt.Key.Key_P)
        click(self.studio, *at)
        self._choose(chosen, accepted)

    @rule(start=point, end=point, chosen=number, accepted=st.booleans())
    def cut_by_box(
        self, start: tuple[int, int], end: tuple[int, int], chosen: int, accepted: bool
    ) -> None:
        self._press(Qt.Key.Key_B)
        self._drag(start, end)
        self._choose(chosen, accepted)

    @rule(start=point, end=point, erase=st.booleans())
    def paint(self, start: tuple[int, int], end: tuple[int, int], erase: bool) -> None:
        self._press(Qt.Key.Key_E if erase else Qt.Key.Key_W)
        self._drag(start, end)

    @rule(corners=st.lists(point, min_size=3, max_size=4))
    def outline(self, corners: list[tuple[int, int]]) -> None:
        self._press(Qt.Key.Key_L)
        for corner in corners:
            click(self.studio, *corner)
        self._press(Qt.Key.Key_Return)
        self._press(Qt.Key.Key_Escape)

    @rule(accepted=st.integers(0, 2))
    def find_everything(self, accepted: int) -> None:
        self._press(Qt.Key.Key_G, CONTROL)
        self._wait(lambda: not self.studio.proposals.searching)
        for _ in range(accepted):
            self._press(Qt.Key.Key_Return)
        self._press(Qt.Key.Key_Escape)

    @rule()
    def refine(self) -> None:
        self._press(Qt.Key.Key_T)

    @rule(key=st.sampled_from([Qt.Key.Key_H, Qt.Key.Key_M, Qt.Key.Key_O, Qt.Key.Key_N]))
    def press_a_mask_key(self, key: Qt.Key) -> None:
        self._press(key)

    @rule()
    def escape(self) -> None:
        self._press(Qt.Key.Key_Escape)

    # --- selecting, deleting, undoing ---

    @rule(row=number, also=st.booleans())
    def select(self, row: int, also: bool) -> None:
        view = self.studio.regions.view
        rows = view.model().rowCount()
        if rows:
            index = view.model().index(row % rows, 0)
            view.scrollTo(index)
            modifier = CONTROL if also else Qt.KeyboardModifier.NoModifier
            centre = view.visualRect(index).center()
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, centre)

    @rule()
    def select_all(self) -> None:
        self._press(Qt.Key.Key_A, CONTROL)

    @rule()
    def delete(self) -> None:
        self._press(Qt.Key.Key_Delete)

    @rule(times=st.integers(1, 4))
    def undo(self, times: int) -> None:
        for _ in range(times):
            self._press(Qt.Key.Key_Z, CONTROL)

    @rule(times=st.integers(1, 4))
    def redo(self, times: int) -> None:
        for _ in range(times):
            self._press(Qt.Key.Key_Z, CONTROL | SHIFT)

    # --- words ---

    @rule(key=st.sampled_from([Qt.Key.Key_D, Qt.Key.Key_R]), held=st.booleans())
    def describe_or_relate(self, key: Qt.Key, held: bool) -> None:
        self._hold(held)
        self._press(key)
        self._let_answer()

    @rule(about=number, held=st.booleans())
    def ask(self, about: int, held: bool) -> None:
        self._hold(held)
        self._press(Qt.Key.Key_Slash)
        field = self.studio.talk.question
        field.clear()
        QTest.keyClicks(field, f"What colour is #{about + 1}?" if about < 5 else "What is it?")
        QTest.keyClick(field, Qt.Key.Key_Return)
        self._let_answer()

    @rule()
    def stop(self) -> None:
        self._press(Qt.Key.Key_Period, CONTROL)
        self._hold(False)
        self._let_answer()

    @rule()
    def let_speak(self) -> None:
        self._hold(False)
        self._let_answer()

    @rule(which=number, action=st.sampled_from(["accept", "delete", "edit"]))
    def use_answer(self, which: int, action: str) -> None:
        cards = self.studio.talk.cards()
        if not cards:
            return
        card = cards[which % len(cards)]
        self.studio.talk.answers.ensureWidgetVisible(card)
        button = getattr(card, action)
        if not button.isVisible():
            return
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        if action == "edit":
            QTest.keyClicks(card._editor, " #1!")
            QTest.mouseClick(card.accept, Qt.MouseButton.LeftButton)

    @rule(text=st.sampled_from(["", "A dog.", "left of #1", "#9 is no region", "⟨region:1⟩ 狗"]))
    def edit_caption(self, text: str) -> None:
        def write(dialog: CaptionDialog) -> None:
            dialog.text.setPlainText("")
            write_text(dialog.text, text)
            dialog.accept()

        self._in_dialog("caption", CaptionDialog, write, Qt.Key.Key_F2)

    # --- categories ---

    @rule(name=category)
    def assign(self, name: str) -> None:
        if self.studio.action("assign").isEnabled():
            self._press(Qt.Key.Key_C)
            field = self.studio.regions.categories.combo.line
            self._type(field, name)

    @rule(digit=st.integers(1, 9))
    def press_digit(self, digit: int) -> None:
        self._press(Qt.Key(Qt.Key.Key_0 + digit))

    @rule(
        row=number,
        name=category,
        what=st.sampled_from(["rename", "merge", "delete", "key", "create", "undo"]),
    )
    def manage_categories(self, row: int, name: str, what: str) -> None:
        def manage(dialog: CategoryDialog) -> None:
            view = dialog.view
            paths = sorted(category.name for category in self.document.categories())
            dialog.select(paths[row % len(paths)])
            view.setFocus()
            match what:
                case "rename":
                    QTest.keyClick(view, Qt.Key.Key_F2)
                    editor = view.viewport().findChild(QLineEdit)
                    assert editor is not None, "F2 edits the name"
                    self._type(editor, name)
                    QCoreApplication.processEvents()
                case "merge":
                    dialog.merge.click()
                    self._type(dialog.question.target.line, name)
                case "delete":
                    QTest.keyClick(view, Qt.Key.Key_Delete)
                    if dialog.question.isVisible():
                        QTest.keyClick(dialog.question.go, Qt.Key.Key_Return)
                case "create":
                    self._type(dialog.search, name)
                case "undo":
                    QTest.keyClick(view, Qt.Key.Key_1)
                    QTest.keyClick(dialog, Qt.Key.Key_Z, CONTROL)
                case "key":
                    QTest.keyClick(view, Qt.Key.Key_1)
            dialog.accept()

        self._in_dialog("categories", CategoryDialog, manage, Qt.Key.Key_K, CONTROL)

    # --- what holds at every moment ---

    @invariant()
    def nothing_went_wrong(self) -> None:
        QCoreApplication.processEvents()
        assert not self.troubles, "\n".join(self.troubles)

    @invariant()
    def the_file_holds_what_is_seen(self) -> None:
        assert seen(self.document) == reopened(self.document)
        check_categories(self.document)

    @invariant()
    def the_panels_show_the_image_in_view(self) -> None:
        desk, studio = self.studio.desk, self.studio
        regions = desk.regions()
        assert studio.regions.view.model().rowCount() == len(regions)
        assert set(desk.selection) <= {region.id for region in regions}
        exchanges = self.document.exchanges(desk.image_id or 0)
        # The newest are shown, a page of them at least; they are made some at a time.
        self.qtbot.waitUntil(lambda: len(studio.talk.cards()) >= min(PAGE, len(exchanges)))
        shown = tuple(card.exchange for card in studio.talk.cards())
        assert shown == exchanges[len(exchanges) - len(shown) :]
        listed = set(studio.regions.categories.combo.categories.having(""))
        assert listed == {category.name for category in self.document.categories()}

    def teardown(self) -> None:
        try:
            self._hold(False)
            if not self.troubles:
                self.export()
        finally:
            super().teardown()


def let_loose(qtbot: QtBot, *, runs: int, steps: int, same: bool) -> None:
    """Let the random user work, so many times so many steps."""
    user = type("User", (RandomUser,), {"qtbot": qtbot})
    run_state_machine_as_test(
        user,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            derandomize=same,
            database=None,
            deadline=None,
            phases=[Phase.generate],  # a window is too slow to shrink in; the steps are printed
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_a_user_does_nothing_breaks_and_nothing_is_lost(qtbot: QtBot) -> None:
    let_loose(qtbot, runs=6, steps=50, same=True)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_nothing_breaks_in_hours(qtbot: QtBot) -> None:
    let_loose(qtbot, runs=10, steps=500, same=False)

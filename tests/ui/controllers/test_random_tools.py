"""Two hundred tool actions in the real window, taken back and done again bit for bit."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gar_studio.annotation.region import Region
from tests.ui.conftest import LEFT, click, on_canvas, open_photo, press
from ui.studio import Studio

MENU = (
    "fill_holes",
    "drop_islands",
    "smooth",
    "grow",
    "shrink",
    "split",
    "merge",
    "subtract",
    "intersect",
    "avoid",
    "delete",
)
POINT = st.tuples(st.integers(10, 300), st.integers(10, 220))
ACTION = st.one_of(
    st.tuples(
        st.sampled_from(["brush", "eraser", "outline"]), st.lists(POINT, min_size=3, max_size=4)
    ),
    st.tuples(
        st.sampled_from(["click", "refine", "vertex"]), st.lists(POINT, min_size=1, max_size=1)
    ),
    st.tuples(st.sampled_from(MENU), st.just([])),
    st.tuples(st.just("select"), st.lists(POINT, min_size=0, max_size=2)),
)
KEYS = {"brush": Qt.Key.Key_W, "eraser": Qt.Key.Key_E, "outline": Qt.Key.Key_L}
LONGEST = 200


class Hands:
    """Does to the window what a person's hands would."""

    def __init__(self, qtbot: QtBot, studio: Studio) -> None:
        self._qtbot, self._studio = qtbot, studio

    def do(self, kind: str, places: list[tuple[int, int]]) -> None:
        studio = self._studio
        if kind in ("brush", "eraser"):
            press(studio, KEYS[kind])
            self._drag(places)
        elif kind == "outline":
            press(studio, KEYS[kind])
            for x, y in places:
                click(studio, x, y)
            press(studio, Qt.Key.Key_Return)
            press(studio, Qt.Key.Key_Escape)
        elif kind in ("click", "refine"):
            self._cut(*places[0], refine=kind == "refine")
        elif kind == "vertex":
            self._move_vertex(*places[0])
        elif kind == "select":
            self._select(places)
        elif studio.action(kind).isEnabled():
            studio.action(kind).trigger()

    def _drag(self, places: list[tuple[int, int]]) -> None:
        canvas, studio = self._studio.canvas, self._studio
        QTest.mousePress(canvas, LEFT, pos=on_canvas(studio, *places[0]))
        for x, y in places[1:]:
            QTest.mouseMove(canvas, on_canvas(studio, x, y))
        QTest.mouseRelease(canvas, LEFT, pos=on_canvas(studio, *places[-1]))

    def _cut(self, x: int, y: int, *, refine: bool) -> None:
        studio = self._studio
        press(studio, Qt.Key.Key_P)
        if refine:
            press(studio, Qt.Key.Key_T)
        click(studio, x, y)
        self._qtbot.waitUntil(lambda: not studio.segmentation.waiting)
        press(studio, Qt.Key.Key_Return)
        studio.segmentation.clear()

    def _move_vertex(self, x: int, y: int) -> None:
        studio = self._studio
        press(studio, Qt.Key.Key_V)
        press(studio, Qt.Key.Key_O)
        if studio.canvas.outline:
            left, top = studio.canvas.outline[0][0]
            QTest.mouseMove(studio.canvas, on_canvas(studio, left, top))
            self._drag([(round(left), round(top)), (x, y)])
        studio.outline.end()

    def _select(self, places: list[tuple[int, int]]) -> None:
        ids = [region.id for region in self._studio.desk.regions()]
        self._studio.desk.select(ids[(x + y) % len(ids)] for x, y in places if ids)


@given(work=st.lists(ACTION, min_size=LONGEST, max_size=LONGEST))
@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_two_hundred_actions_are_taken_back_and_done_again_bit_for_bit(
    qtbot: QtBot, studio: Studio, photo: Path, work: list[tuple[str, list[tuple[int, int]]]]
) -> None:
    open_photo(qtbot, studio, photo)
    hands, desk = Hands(qtbot, studio), studio.desk

    def state() -> tuple[Region, ...]:
        return desk.regions()

    while studio.action("undo").isEnabled():
        desk.undo()
    states = [state()]
    for kind, places in work:
        hands.do(kind, places)
        studio.notices.hide()
        if state() != states[-1]:
            states.append(state())
    for expected in reversed(states[:-1]):
        desk.undo()
        assert state() == expected, "each action is one step"
    assert not studio.action("undo").isEnabled()
    for expected in states[1:]:
        desk.redo()
        assert state() == expected

"""Text in which every `#1` is a live chip of its region."""

import html
from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextBlock,
    QTextDocument,
    QTextLine,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QWidget

from gar_studio.annotation.mentions import DELETED, mentioned_ids, split_mentions
from gar_studio.annotation.region import Region
from ui import theme
from ui.desk import Desk

_TABS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class MentionLabel(QLabel):
    """Shows a stored text with a chip for each mention.

    Pointing at a chip, or reaching it with Tab, lights its region up; clicking it or Enter
    selects the region.  A region that is lit elsewhere has a frame around its chips here.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._stored = ""
        self._ids: frozenset[int] = frozenset()
        self._lit: int | None = None
        self._reached: int | None = None  # the region of the chip that the Tab key is at
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.linkHovered.connect(lambda link: desk.hover(_region_id(link)))
        self.linkActivated.connect(self._select)
        desk.hovered_changed.connect(self._light)

    @property
    def stored(self) -> str:
        """The text, mentions in stored form."""
        return self._stored

    @property
    def lit(self) -> int | None:
        """The region whose chips have a frame here, or None."""
        return self._lit

    def set_stored(self, text: str) -> None:
        """Show a text with mentions in stored form."""
        regions = {region.id: region for region in self._desk.regions()}
        shown = as_html(text, regions, self._desk.numbers())
        self._stored = text
        self._ids = frozenset(mentioned_ids(text)).intersection(regions)
        if shown != self.text():  # what is selected or has the focus would be lost
            self.setText(shown)
        # A stop of the Tab key only where there is something to do.
        stop = Qt.FocusPolicy.StrongFocus if self._ids else Qt.FocusPolicy.ClickFocus
        self.setFocusPolicy(stop)
        self._light(self._desk.hovered)

    def chips(self, region_id: int) -> list[QRectF]:
        """Return where the chips of a region are, in this widget's pixels."""
        inside = self.contentsRect()
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        option = QTextOption(self.alignment())
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        document.setDefaultTextOption(option)
        document.setHtml(self.text())
        document.setTextWidth(inside.width())
        layout = document.documentLayout()
        found = []
        block = document.begin()
        while block.isValid():
            corner = layout.blockBoundingRect(block).topLeft() + QRectF(inside).topLeft()
            found += [rect.translated(corner) for rect in _links(block, f"region:{region_id}")]
            block = block.next()
        return found

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Frame the chips of the region that is lit."""
        super().paintEvent(event)
        if self._lit is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current().text), 2))
        for chip in self.chips(self._lit):
            painter.drawRoundedRect(chip.adjusted(1, 1, -1, -1), 3, 3)
        painter.end()

    # --- by keyboard ---

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Go to the first chip at once, or to the last one when coming from below."""
        super().focusInEvent(event)
        if event.reason() in _TABS:
            self.focusNextPrevChild(event.reason() == Qt.FocusReason.TabFocusReason)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: N802
        """Go to the next chip, and light its region up."""
        moved = super().focusNextPrevChild(next)
        if self.hasFocus():
            self._reached = self._focused()
            self._desk.hover(self._reached)
        return moved

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Let the region of the chip that had the focus go dark."""
        if self._reached is not None and self._reached == self._desk.hovered:
            self._desk.hover(None)
        self._reached = None
        super().focusOutEvent(event)

    def _focused(self) -> int | None:
        """Return the region of the chip that is marked, which is how Qt shows a link's focus."""
        marked = self.selectedText().strip()
        numbers = self._desk.numbers()
        return next((i for i in self._ids if f"#{numbers.get(i)}" == marked), None)

    def _light(self, region_id: int | None) -> None:
        lit = region_id if region_id in self._ids else None
        if lit != self._lit:
            self._lit = lit
            self.update()

    def _select(self, link: str) -> None:
        region_id = _region_id(link)
        if region_id is not None:
            self._desk.select([region_id])


def as_html(text: str, regions: Mapping[int, Region], numbers: Mapping[int, int]) -> str:
    """Return a stored text as rich text with a coloured link for each mention."""
    parts = []
    for part in split_mentions(text):
        if isinstance(part, str):
            parts.append(html.escape(part).replace("\n", "<br>"))
        elif part in regions:
            colour = regions[part].colour
            style = (
                f"background-color: {colour}; color: {theme.readable_on(colour)}; "
                "text-decoration: none; font-weight: 600;"
            )
            chip = f'<a href="region:{part}" style="{style}">&nbsp;#{numbers[part]}&nbsp;</a>'
            parts.append(chip)
        else:
            parts.append(html.escape(DELETED))
    return "".join(parts)


def _links(block: QTextBlock, link: str) -> Iterator[QRectF]:
    """Yield where a block's links to something are, from the block's corner."""
    layout = block.layout()
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        iterator += 1
        if not fragment.isValid() or fragment.charFormat().anchorHref() != link:
            continue
        start = fragment.position() - block.position()
        line = layout.lineForTextPosition(start)
        left, right = (_place(line, i) for i in (start, start + fragment.length()))
        yield QRectF(left, line.y(), right - left, line.height())


def _place(line: QTextLine, position: int) -> float:
    """Return where a character of a line begins."""
    place: Any = line.cursorToX(position)  # a pair, which Qt's stubs do not know
    return float(place[0])


def _region_id(link: str) -> int | None:
    scheme, _, number = link.partition(":")
    return int(number) if scheme == "region" and number.isdigit() else None

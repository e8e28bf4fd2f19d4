"""Text in which every `#1` is a live chip of its region."""

import html
from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from gar_studio.annotation.mentions import DELETED, split_mentions
from gar_studio.annotation.region import Region
from ui import theme
from ui.desk import Desk


class MentionLabel(QLabel):
    """Shows a stored text; pointing at a mention lights its region up, clicking selects it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._stored = ""
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.linkHovered.connect(lambda link: desk.hover(_region_id(link)))
        self.linkActivated.connect(self._select)

    @property
    def stored(self) -> str:
        """The text, mentions in stored form."""
        return self._stored

    def set_stored(self, text: str) -> None:
        """Show a text with mentions in stored form."""
        self._stored = text
        regions = {region.id: region for region in self._desk.regions()}
        self.setText(as_html(text, regions, self._desk.numbers()))

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


def _region_id(link: str) -> int | None:
    scheme, _, number = link.partition(":")
    return int(number) if scheme == "region" and number.isdigit() else None

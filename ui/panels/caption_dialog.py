"""Edits a region's caption by hand."""

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from gar_studio.annotation.region import Caption, Provenance
from gar_studio.document.commands import SetCaption
from gar_studio.language import tr
from ui.desk import Desk


class CaptionDialog(QDialog):
    """A text field for the words about one region."""

    def __init__(self, number: int, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Caption of #{number}", number=number))
        self.resize(480, 240)
        hint = QLabel(tr("Write #1, #2… to name regions."))
        hint.setProperty("role", "muted")
        self.text = QPlainTextEdit(text)
        self.text.setAccessibleName(tr("Caption of region {number}", number=number))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.button(QDialogButtonBox.StandardButton.Save).setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(hint)
        layout.addWidget(self.text, 1)
        layout.addWidget(buttons)


def edit_caption(desk: Desk, region_id: int, parent: QWidget) -> None:
    """Let a person write the words about a region; an empty text removes them."""
    document, image_id = desk.document, desk.image_id
    if document is None or image_id is None:
        return
    region = document.region(image_id, region_id)
    present = document.shown(image_id, region.caption.text) if region.caption else ""
    dialog = CaptionDialog(desk.numbers()[region_id], present, parent)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return
    written = dialog.text.toPlainText().strip()
    if written == present:
        return
    text = document.stored(image_id, written)
    caption = Caption(text, Provenance.by_person()) if written else None
    desk.do(SetCaption(image_id, region_id, caption))

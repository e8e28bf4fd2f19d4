"""The images of the project, how far each is, and a filter."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, QStringListModel, Qt, QTimer
from PySide6.QtWidgets import QCompleter, QLabel, QVBoxLayout, QWidget

from gar_studio.document.finding import terms
from gar_studio.language import tr
from ui.desk import Desk
from ui.panels.image_list import ImageModel, ImageRow, ImageView
from ui.panels.term_field import TermField
from ui.thumbnails import Thumbnails

_SIDE = 112  # pixels of a thumbnail that is kept: enough for screens of twice the density
_MANY = 6
"""From so many images on there is a field to filter them."""

_PAUSE = 120  # milliseconds without a key after which the filter is asked


class ImagePanel(QWidget):
    """Shows the images; a click brings one into view."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._thumbnails = Thumbnails(_SIDE)
        self._model = ImageModel(desk, self._thumbnails)
        self._terms = QStringListModel()
        self.filter = self._build_filter()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._apply_filter)
        self._nothing = _muted(tr("No image fits the filter."))
        self._empty = _muted(tr("No images yet.\nOpen a photo or a folder."))
        self.view = ImageView()
        self.view.setAccessibleName(tr("Images"))
        self.view.setModel(self._model)
        self.view.setItemDelegate(ImageRow(self.view))
        self.view.setMouseTracking(True)
        self.view.selectionModel().currentChanged.connect(self._open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 4)
        layout.addWidget(self.filter)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._nothing, 1)
        layout.addWidget(self._empty, 1)
        desk.images_changed.connect(self._refresh)
        desk.project_changed.connect(self._refresh)
        desk.images_touched.connect(self._model.touch)
        desk.categories_changed.connect(self._refresh_terms)
        desk.image_changed.connect(self._follow)
        self._refresh()

    def sizeHint(self) -> QSize:  # noqa: N802
        """See Qt."""
        return QSize(240, 400)

    def close_threads(self) -> None:
        """Stop making thumbnails; the panel is not used afterwards."""
        self._pause.stop()
        self._thumbnails.close()

    def _build_filter(self) -> TermField:
        field = TermField()
        field.setPlaceholderText(tr("Filter images"))
        field.setAccessibleName(tr("Filter images"))
        field.setToolTip(
            tr("Words of names and captions, or category:dog, state:in-work, review:rejected")
        )
        field.setClearButtonEnabled(True)
        completer = QCompleter(self._terms)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        field.set_term_completer(completer)
        field.textChanged.connect(lambda _: self._pause.start())
        field.returnPressed.connect(self._apply_filter)
        return field

    def _apply_filter(self) -> None:
        self._pause.stop()
        self._model.filter_text = self.filter.text()
        self._refresh()

    def _refresh(self) -> None:
        document = self._desk.document
        total = len(document.images()) if document is not None else 0
        if total < _MANY and self.filter.text():
            self.filter.clear()  # the field goes, and must not go on filtering unseen
            self._pause.stop()
            self._model.filter_text = ""
        self._model.refresh()
        shown = self._model.rowCount()
        self._desk.limit_steps(self._model.image_ids if shown != total else None)
        self.filter.setVisible(total >= _MANY)
        self.view.setVisible(shown > 0)
        self._nothing.setVisible(total > 0 and shown == 0)
        self._empty.setVisible(total == 0)
        self._refresh_terms()
        self._follow()

    def _refresh_terms(self) -> None:
        self._terms.setStringList(terms(self._desk.document))

    def _follow(self) -> None:
        row = self._model.row_of(self._desk.image_id)
        if row >= 0:
            self.view.selectionModel().setCurrentIndex(
                self._model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self._desk.show_image(self._model.image_id(index))


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label

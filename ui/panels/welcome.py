"""What the canvas shows before anything is open: what works at once, and how to begin."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gar_studio.engines.registry import DEFAULT_DESCRIBER, DEFAULT_SEGMENTER
from gar_studio.language import mark, tr
from gar_studio.settings import Settings
from ui import icons

_WIDEST: Final = 560
_NARROW: Final = 480

_EMBEDDED: Final = mark(
    "GrabCut and gar-nano come with the program and work at once. GrabCut "
    "follows colours and edges; gar-nano tells colour, shape, place, count "
    "and relations, but not what things are."
)
_MODELS: Final = mark(
    "For more, press Get models, then Download: GAR-1B describes anything in "
    "words, and a SAM, in the same list, cuts out better."
)


class Welcome(QFrame):
    """Lies over the canvas as long as no project is open.

    Signals:
        models_wanted: “Get models…” was pressed.
    """

    models_wanted = Signal()

    def __init__(self, parent: QWidget, actions: dict[str, QAction]) -> None:
        super().__init__(parent)
        self.setProperty("role", "welcome")
        self.setAccessibleName(tr("Welcome"))
        title = QLabel(tr("Open a photo, or drop one here"))
        title.setProperty("role", "title")
        self.embedded = _paragraph(tr(_EMBEDDED))
        self.advice = _paragraph(tr(_MODELS))
        self.buttons = [
            _button(actions["open_image"], tr("Open photo…"), primary=True),
            _button(actions["open_folder"], tr("Open folder…")),
            _button(actions["open_sample"], tr("Sample project")),
        ]
        self.models = QPushButton(tr("Get models…"))
        self.models.setIcon(icons.icon("download-outline"))
        self.models.setAutoDefault(True)
        self.models.clicked.connect(self.models_wanted)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        for button in self.buttons:
            self._row.addWidget(button)
        self._row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(16)
        layout.addWidget(title)
        layout.addLayout(self._row)
        layout.addSpacing(8)
        layout.addWidget(self.embedded)
        layout.addWidget(self.advice)
        layout.addWidget(self.models, 0, Qt.AlignmentFlag.AlignLeft)
        parent.installEventFilter(self)
        self._place()

    def follow(self, settings: Settings, *, empty: bool) -> None:
        """Show what is to be said with these settings, while nothing is open.

        Args:
            settings: those in force; a person who uses models of their own needs no advice.
            empty: whether no project is open.
        """
        masks = settings.segmenter.name == DEFAULT_SEGMENTER
        words = settings.describer.name == DEFAULT_DESCRIBER
        for part in (self.embedded, self.advice, self.models):
            part.setVisible(masks or words)
        self.setVisible(empty)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay in the middle of the parent."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        parent = self.parentWidget()
        assert parent is not None, "it lies on the canvas"
        width = min(_WIDEST, parent.width() - 32)
        narrow = width < _NARROW
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(down if narrow else across)
        layout = self.layout()
        assert layout is not None
        layout.activate()
        height = max(layout.totalHeightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry(
            (parent.width() - width) // 2, max(8, (parent.height() - height) // 2), width, height
        )


def _paragraph(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setProperty("role", "muted")
    return label


def _button(action: QAction, text: str, *, primary: bool = False) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("primary", primary)
    button.setAutoDefault(True)  # Enter presses it where it has the focus
    button.setToolTip(action.toolTip())
    button.clicked.connect(action.trigger)
    return button

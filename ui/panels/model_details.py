"""One model: what it is, how it stands, and what can be done with it."""

import re
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gar_studio.engines.catalogue import ModelEntry, OnDisk
from gar_studio.engines.construction import EngineKind
from gar_studio.engines.shelf import Offer
from gar_studio.language import tr
from gar_studio.remote.address import is_address
from ui.controllers.models import Fetching, ModelsController
from ui.panels.engine_options import EngineOptionsForm
from ui.panels.model_texts import (
    entry_size,
    error_text,
    progress_text,
    size_text,
    trial_text,
)

_RANGE = 1000


class ModelDetails(QWidget):
    """Shows an offer and passes on what a person wants of it."""

    def __init__(self, models: ModelsController) -> None:
        super().__init__()
        self._models = models
        self._offer: Offer | None = None
        self.title = _label("title")
        self.about = _label()
        self.problem = _label("warning")
        self._facts = _form()
        self.file_size, self.memory, self.licence, self.source, self.place = (
            self._fact(name)
            for name in (tr("Size"), tr("Memory"), tr("Licence"), tr("From"), tr("On disk"))
        )
        self.fetch = _button(tr("Download"), self._fetch)
        self.use = _button(tr("Use this"), self._use)
        self.attempt = _button(tr("Test run"), self._attempt)
        self.folder = _button(tr("Open folder"), self._open_folder)
        self.remove = _button(tr("Take off the list"), self._remove)
        self.progress = QProgressBar()
        self.progress.setRange(0, _RANGE)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Download"))
        self.progress_text = _label("muted")
        self.stop = _button(tr("Cancel download"), self._stop)
        self.trial = _label()
        self.notice = _label("warning")
        self.error = _label("error")
        self.options = EngineOptionsForm(max_tiles=models.max_tiles, ahead=models.ahead)
        self.options.run_changed.connect(self._change_run)
        self.options.detail_changed.connect(models.choose_detail)
        self.options.ahead_changed.connect(models.choose_ahead)
        self._assemble()

    def _assemble(self) -> None:
        actions = QHBoxLayout()
        actions.setSpacing(8)
        for button in (self.use, self.fetch, self.attempt, self.folder, self.remove):
            actions.addWidget(button)
        actions.addStretch(1)
        under_way = QHBoxLayout()
        under_way.addWidget(self.progress_text, 1)
        under_way.addWidget(self.stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(12)
        for part in (self.title, self.about, self.problem):
            layout.addWidget(part)
        layout.addLayout(self._facts)
        layout.addLayout(actions)
        layout.addWidget(self.progress)
        layout.addLayout(under_way)
        for part in (self.error, self.trial, self.notice):
            layout.addWidget(part)
        layout.addWidget(self.options)
        layout.addStretch(1)

    def _fact(self, name: str) -> QLabel:
        value = _label()
        self._facts.addRow(name, value)
        return value

    def show_offer(self, offer: Offer) -> None:
        """Show another model, or the same one as it stands now."""
        if self._offer is None or self._offer.key != offer.key:
            self.options.show_run(self._models.run_of(offer))
        self._offer = offer
        self._show_entry(offer.entry)
        encodes = offer.kind is EngineKind.SEGMENT and bool(offer.entry.weights)
        elsewhere = is_address(offer.entry.model)
        self.options.show_kind(offer.kind, encodes=encodes, elsewhere=elsewhere)
        self.refresh()

    def refresh(self) -> None:
        """Say anew how the model stands."""
        offer = self._offer
        if offer is None:
            return
        fetching = self._models.fetching_of(offer.key)
        self._show_buttons(offer, fetching)
        self._show_progress(fetching)
        outcome = self._models.outcome(offer.key)
        trying = self._models.trying == offer.key
        _say(self.error, error_text(outcome.error) if outcome.error is not None else "")
        result = outcome.trial
        said = trial_text(result) if result is not None else ""
        _say(self.trial, tr("Loading it and asking one small thing…") if trying else said)
        _say(self.notice, tr(result.info.notice) if result is not None else "")

    def _show_entry(self, entry: ModelEntry) -> None:
        self.title.setText(tr(entry.name))
        _say(self.about, tr(entry.about))
        _say(self.problem, entry.problem)
        for label, text in (
            (self.file_size, entry_size(entry)),
            (self.memory, self._memory(entry)),
            (self.licence, tr(entry.licence)),
            (self.source, entry.source),
            (self.place, _place(entry)),
        ):
            label.setText(_breakable(text))
            label.setAccessibleName(text)
            self._facts.setRowVisible(label, bool(text))

    def _memory(self, entry: ModelEntry) -> str:
        if not entry.memory:
            return ""
        needs = ", ".join(
            tr("{size} in {dtype}", size=size_text(need.bytes), dtype=need.dtype)
            for need in entry.memory
        )
        free = self._models.shelf.free if self._models.shelf is not None else None
        if free is None:
            return tr("about {needs}", needs=needs)
        least = min(need.bytes for need in entry.memory)
        if least > free:
            return tr(
                "about {needs}. Only {free} of main memory are free: on the "
                "processor of this computer it does not fit now.",
                needs=needs,
                free=size_text(free),
            )
        return tr(
            "about {needs}. {free} of main memory are free.", needs=needs, free=size_text(free)
        )

    def _show_buttons(self, offer: Offer, fetching: Fetching | None) -> None:
        entry, used = offer.entry, self._models.in_use(offer)
        whole = entry.on_disk is OnDisk.COMPLETE
        self.fetch.setVisible(bool(entry.source) and not whole and fetching is None)
        partial = entry.on_disk is OnDisk.PARTIAL
        self.fetch.setText(tr("Resume download") if partial else tr("Download"))
        self.use.setVisible(whole or not entry.source)
        self.use.setEnabled(offer.usable and not used)
        self.use.setText(tr("In use") if used else tr("Use this"))
        self.attempt.setVisible(whole)
        trying = self._models.trying == offer.key
        self.attempt.setEnabled(offer.usable and (trying or self._models.trying is None))
        self.attempt.setText(tr("Stop test") if trying else tr("Test run"))
        self.folder.setVisible(entry.folder is not None)
        self.remove.setVisible(offer.own and not used)
        for button, primary in ((self.fetch, True), (self.use, offer.usable and not used)):
            _set_primary(button, primary=primary)

    def _show_progress(self, fetching: Fetching | None) -> None:
        for part in (self.progress, self.progress_text, self.stop):
            part.setVisible(fetching is not None)
        if fetching is None:
            return
        self.progress_text.setText(progress_text(fetching))
        now = fetching.progress
        self.progress.setRange(0, _RANGE if now is not None else 0)
        if now is not None:
            self.progress.setValue(_RANGE * now.done // max(now.total, 1))
        self.stop.setEnabled(not fetching.stopping)

    # --- what a person wants ---

    def _fetch(self) -> None:
        if self._offer is not None:
            self._models.download(self._offer)
            self.stop.setFocus()

    def _stop(self) -> None:
        if self._offer is not None:
            self._models.stop_download(self._offer.key)

    def _use(self) -> None:
        if self._offer is not None:
            self._models.use(self._offer, self.options.run())

    def _change_run(self) -> None:
        if self._offer is not None and self._models.in_use(self._offer):
            self._use()

    def _attempt(self) -> None:
        if self._offer is None:
            return
        if self._models.trying == self._offer.key:
            self._models.stop_trial()
            return
        self._models.attempt(self._offer, self.options.run())

    def _open_folder(self) -> None:
        if self._offer is not None and self._offer.entry.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._offer.entry.folder)))

    def _remove(self) -> None:
        if self._offer is not None:
            self._models.remove(self._offer)


def _breakable(text: str) -> str:
    """Let long paths and addresses go on in the next line."""
    return re.sub(r"([/\\_])(?=\S)", "\\1\u200b", text)


def _place(entry: ModelEntry) -> str:
    if entry.on_disk is OnDisk.PARTIAL and not entry.problem:
        if not entry.size:
            return tr("{size}, not all of it", size=size_text(entry.bytes_on_disk))
        there, whole = size_text(entry.bytes_on_disk), size_text(entry.size)
        return tr("{done} of {total}", done=there, total=whole)
    path: Path | None = entry.file if entry.on_disk is OnDisk.COMPLETE else None
    return str(path or entry.folder or "")


def _label(role: str = "") -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label


def _say(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(4)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def _button(text: str, act: object) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(act)
    return button


def _set_primary(button: QPushButton, *, primary: bool) -> None:
    if bool(button.property("primary")) != primary:
        button.setProperty("primary", primary)
        button.style().unpolish(button)
        button.style().polish(button)

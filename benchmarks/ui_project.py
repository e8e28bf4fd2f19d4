"""A project of 100,000 images and 1,000,000 regions: opening, filtering and changing it.

The project is made by SQL, for adding a million regions by commands takes half an hour; what is
measured is the product's own opening, finding and adding, window and all.
"""

import json
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.report import Row
from benchmarks.window import window
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Provenance
from gar_studio.document.commands import AddRegion
from gar_studio.settings import Settings
from gar_studio.store.opening import open_store
from ui.studio import Studio

_IMAGES, _REGIONS = 100_000, 10  # and regions of each
_WORDS = "red blue green round square wooden metal dog cat car tree house small large striped"
_WANTED = ("striped", "number12345", "photo 0123", "state:in-work cat")
_OPEN_S, _FILTER_S = 1.0, 0.3
_ADDED, _ADD_MS = 20, 16.0


def make_project(path: Path) -> None:
    """Write the project."""
    open_store(path, create=True).close()
    mask = Mask.from_box(10, 10, 60, 50, height=480, width=640)
    words = _WORDS.split()
    chosen = np.random.default_rng(0).integers(0, len(words), (_IMAGES * _REGIONS, 3))
    person = {"model": "person", "revision": "", "prompt": "", "at": "", "edited": False}
    told = json.dumps(person)

    def caption(row: int) -> str:
        one, two, three = (words[i] for i in chosen[row])
        text = f"A {one} {two} near a {three}, number{row}."
        return json.dumps({"text": text, "provenance": person})

    with closing(sqlite3.connect(path)) as file, file:
        file.executemany(
            "INSERT INTO image (path, width, height, file_size, digest) VALUES (?, 640, 480, 1, ?)",
            ((f"part {i // 1000:03d}/photo {i:06d}.jpg", "0" * 64) for i in range(_IMAGES)),
        )
        file.executemany(
            "INSERT INTO region (image_id, position, mask_height, mask_width, mask_counts, colour,"
            " category_id, provenance, caption) VALUES (?, ?, 480, 640, ?, '#E69F00', 1, ?, ?)",
            (
                (1 + i // _REGIONS, 1 + i % _REGIONS, mask.counts, told, caption(i))
                for i in range(_IMAGES * _REGIONS)
            ),
        )


def rows() -> list[Row]:
    """Make the project and measure in the window."""
    with tempfile.TemporaryDirectory() as name, window(Settings()) as studio:
        return _measured(studio, Path(name))


def _measured(studio: Studio, folder: Path) -> list[Row]:
    path = folder / "large.garproj"
    make_project(path)
    started = time.perf_counter()
    assert studio.open_target(path)
    studio.images.view.viewport().repaint()
    opened = time.perf_counter() - started
    times = []
    for text in _WANTED:
        studio.images.filter.setText(text)
        started = time.perf_counter()
        QTest.keyClick(studio.images.filter, Qt.Key.Key_Return)
        studio.images.view.viewport().repaint()
        times.append(time.perf_counter() - started)
    studio.images.filter.clear()
    QTest.keyClick(studio.images.filter, Qt.Key.Key_Return)
    added = [_add(studio, number) for number in range(_ADDED)]
    studio.desk.close_document()
    QApplication.processEvents()
    return [
        Row("100,000 images, 1,000,000 regions: open", opened, "s", _OPEN_S, at_least=False),
        Row("… filter by text, worst of four", max(times), "s", _FILTER_S, at_least=False),
        Row("… region added to painted", statistics.median(added), "ms", _ADD_MS, at_least=False),
    ]


def _add(studio: Studio, number: int) -> float:
    """Add a region to the image in view; return the milliseconds until the window shows it."""
    image_id = studio.desk.image_id
    assert image_id is not None
    mask = Mask.from_box(5, 5, 50 + number, 50, height=480, width=640)
    QApplication.processEvents()
    started = time.perf_counter()
    assert studio.desk.do(AddRegion(image_id, mask, Provenance.by_person()))
    studio.repaint()
    return (time.perf_counter() - started) * 1000

"""Projects for tests, and everything that can be seen of one."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from gar_studio.annotation.exchange import AskedRegion, Exchange
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Caption, Provenance, Region
from gar_studio.document.commands import AddRegion
from gar_studio.document.document import Document
from gar_studio.formats.catalogue import FORMATS
from gar_studio.formats.exporting import export_project
from gar_studio.formats.report import Report
from gar_studio.images import ImageFacts
from gar_studio.store.opening import open_store

PERSON = Provenance("person", at="2026-01-02T03:04:05+00:00")
MODEL = Provenance("GAR-test", revision="r1", prompt="p", at="2026-01-02T03:04:05+00:00")

HEIGHT, WIDTH = 12, 16

LABELS = ("image", "image_state", "category", "region", "exchange", "relation")
"""The tables that hold what people made; the others hold how it came about."""


def new_document(path: Path, *, images: int = 2) -> Document:
    """Make a project with images of 16×12 pixels (no files are needed for them)."""
    document = Document(open_store(path, create=True))
    found = [(f"sub {i}/bild {i}.png", facts()) for i in range(1, images + 1)]
    document.add_images(found)
    return document


def facts(*, width: int = WIDTH, height: int = HEIGHT) -> ImageFacts:
    """Return made-up facts about an image file."""
    return ImageFacts(width=width, height=height, file_size=1, digest="0" * 64)


def box(x: int, y: int, width: int = 3, height: int = 2) -> Mask:
    """Return a box mask on a 16×12 image."""
    return Mask.from_box(x, y, x + width, y + height, height=HEIGHT, width=WIDTH)


def add_region(document: Document, image_id: int, mask: Mask | None = None) -> Region:
    """Add a region through its command and return it."""
    number = len(document.regions(image_id))
    made = box(number % 12, number % 9) if mask is None else mask
    (edit,) = document.do(AddRegion(image_id, made, PERSON))
    assert isinstance(edit.after, Region)
    return edit.after


def draft(
    document: Document, task: str, *regions: Region, answer: str, question: str = ""
) -> Exchange:
    """Record an answer about regions as a draft and return it."""
    asked = tuple(AskedRegion(region.id, region.mask.version) for region in regions)
    image_id = regions[0].image_id
    return document.record_exchange(
        Exchange(0, image_id, task, asked, question, answer, "end", MODEL, notice="random weights")
    )


def caption(text: str) -> Caption:
    """Return a caption written by a person."""
    return Caption(text, PERSON)


def export_coco(document: Document, path: Path) -> Report:
    """Export a document's file as COCO."""
    return export_project(document.path, FORMATS["coco"], path)


def labels_in_file(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the tables of labels, as another program would read them."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY id").fetchall()
            for name in LABELS
        }


def seen(document: Document) -> dict[str, Any]:
    """Return everything that a document shows."""
    per_image = {
        image.id: (
            document.regions(image.id),
            document.exchanges(image.id),
            document.relations(image.id),
            document.numbers(image.id),
            document.undo_name(image.id),
            document.redo_name(image.id),
            document.image_state(image.id),
            document.progress(image.id),
            document.region_count(image.id),
        )
        for image in document.images()
    }
    return {
        "images": document.images(),
        "categories": document.categories(),
        "sticky": document.sticky_category,
        "counts": document.region_counts(),
        "per image": per_image,
    }


def reopened(document: Document) -> dict[str, Any]:
    """Return what a document that is opened freshly on the same file shows."""
    fresh = Document(open_store(document.path, read_only=True))
    try:
        return seen(fresh)
    finally:
        fresh.close()

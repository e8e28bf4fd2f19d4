"""Captions as a table (CSV) that spreadsheets open."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from gar_studio.annotation.region import Region
from gar_studio.formats.labels import ImageLabels, Labels
from gar_studio.formats.report import Loss, Report, Tally
from gar_studio.formats.table import Tell
from gar_studio.formats.writing import lose_unheld, part_files, telling_errors

NAME = "csv"

_COLUMNS = (
    "image", "region", "category", "caption", "model", "x", "y", "width", "height", "area",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings that some spreadsheet takes for a formula's, full-width ones too."""


def export_csv(labels: Labels, path: Path, tell: Tell = lambda _done, _all: None) -> Report:
    """Write a row for each region as CSV (RFC 4180, UTF-8 with byte order mark), atomically.

    Columns: image, region (its number), category, caption, model ("person" for a person), x, y,
    width, height (the box, in pixels), area (pixels).  A text that a spreadsheet would run as a
    formula has an apostrophe before it.

    Args:
        labels: what to write.
        path: the file; parts of a split are `NAME.train.csv` and so on beside it.
        tell: called with the images done and their number; what it raises stops the export.

    Raises:
        ExportError: a file cannot be written; older files of that name are untouched.
    """
    tally = Tally()
    total = labels.image_count()
    head = b"\xef\xbb\xbf" + _line(_COLUMNS)
    with telling_errors(labels, path), part_files(path, begin=head) as files:
        for done, image in enumerate(labels.images()):
            tell(done, total)
            file = files.open(image.part)
            for region in image.regions:
                file.write(_line(_row(image, region, labels, tally)))
                tally.regions += 1
                tally.captions += region.caption is not None
                tally.lose(Loss.MASKS, image.place(region))
            tally.images += bool(image.regions)
            tally.lose(Loss.UNASKED, image.image.path, count=int(not image.regions))
            lose_unheld(tally, image, captions=True)
        tally.files = files.count
    return tally.report(path, NAME)


def _row(image: ImageLabels, region: Region, labels: Labels, tally: Tally) -> list[str | int]:
    caption = image.shown(region.caption.text) if region.caption else ""
    model = region.caption.provenance.model if region.caption else ""
    category = labels.category_of(region).name
    texts = [_harmless(text) for text in (image.image.path, category, caption, model)]
    changed = texts != [image.image.path, category, caption, model]
    tally.lose(Loss.FORMULAS, image.place(region), count=int(changed))
    number = image.numbers.get(region.id, 0)
    return [texts[0], number, *texts[1:], *region.mask.box, region.mask.area]


def _harmless(text: str) -> str:
    # Spaces before the sign do not keep a spreadsheet from it.
    risky = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if risky else text


def _line(cells: Sequence[str | int]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue().encode("utf-8", "replace")

"""Training data of GAR (and DAM): masks with conversations about them.

Read by the released `GraspAnyRegion_Dataset.py` (github.com/Haochen-Wang409/Grasp-Any-Region):
`image`, `mask_rle` (one RLE, or a list) and `conversations`; `<PromptN>` in a text is the mask at
place N of the list.  Its loader puts the line that introduces the regions before the first
question itself, and drops a `<image>` there.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gar_studio.annotation.mentions import mentioned_ids, stored_mention
from gar_studio.engines.description import MAX_REGIONS
from gar_studio.formats.labels import ImageLabels, Labels
from gar_studio.formats.prompts import PromptTexts, regions_of, requested
from gar_studio.formats.report import Loss, Report, Tally
from gar_studio.formats.table import Tell
from gar_studio.formats.writing import encode, is_named, json_arrays, lose_unheld, telling_errors

NAME = "gar-training"

_DESCRIBE = "Describe this masked region in detail."
_RELATE = "What is the relation between {}?"


def export_gar_training(
    labels: Labels, path: Path, tell: Tell = lambda _done, _all: None
) -> Report:
    """Write captions, relations and questions as GAR's training data, atomically.

    Args:
        labels: what to write.
        path: the file; parts of a split are `NAME.train.json` and so on beside it.
        tell: called with the images done and their number; what it raises stops the export.

    Raises:
        ExportError: a file cannot be written; older files of that name are untouched.
    """
    tally = Tally()
    total = labels.image_count()
    with telling_errors(labels, path), json_arrays(path) as files:
        for done, image in enumerate(labels.images()):
            tell(done, total)
            files.open(image.part)
            told = 0
            for item in _items(image, tally):
                files.write(image.part, encode(item))
                told += 1
            tally.images += bool(told)
            tally.lose(Loss.UNASKED, image.image.path, count=int(not told))
            categories = sum(is_named(r, labels) for r in image.regions)
            tally.lose(Loss.CATEGORIES, image.image.path, count=categories)
            lose_unheld(tally, image, captions=True, relations=True, questions=True)
        tally.files = files.count
    return tally.report(path, NAME)


def _items(image: ImageLabels, tally: Tally) -> Iterator[dict[str, Any]]:
    written = set[int]()
    for region in image.regions:
        if region.caption is None:
            continue
        order = requested(image, (region.id,), region.caption.text)[:MAX_REGIONS]
        question = _DESCRIBE if len(order) == 1 else "Describe <Prompt0> in detail."
        # A text that mentions its own region needs the question to introduce it, too.
        if region.id in mentioned_ids(region.caption.text):
            question = "Describe <Prompt0> in detail."
        yield _item(image, order, question, region.caption.text, tally)
        tally.captions += 1
        written.update(order)
    for relation in image.relations:
        order = requested(image, (relation.subject_id, *relation.object_ids))
        if _fits(order, image, tally):
            question = _RELATE.format(" and ".join(f"<Prompt{i}>" for i in range(len(order))))
            answer = relation.answer or sentence(relation.predicate, order)
            yield _item(image, order, question, answer, tally)
            tally.relations += 1
            written.update(order)
    for exchange in image.exchanges:
        if exchange.task != "ask":
            continue
        order = requested(image, exchange.region_ids, exchange.question, exchange.answer)
        if _fits(order, image, tally):
            text = PromptTexts(image, order, tally).write(exchange.question)
            mentioned = mentioned_ids(exchange.question)
            silent = [f"<Prompt{n}>" for n, i in enumerate(order) if i not in mentioned]
            question = f"About {', '.join(silent)}: {text}" if silent else text
            yield _item(image, order, question, exchange.answer, tally)
            tally.exchanges += 1
            written.update(order)
    tally.regions += len(written)
    for region in image.regions:
        if region.id not in written:
            tally.lose(Loss.UNCAPTIONED, image.place(region))


def _fits(order: tuple[int, ...], image: ImageLabels, tally: Tally) -> bool:
    fits = 0 < len(order) <= MAX_REGIONS
    tally.lose(Loss.LARGE, image.image.path, count=int(len(order) > MAX_REGIONS))
    tally.lose(Loss.QUESTIONS, image.image.path, count=int(not order))
    return fits


def sentence(predicate: str, order: tuple[int, ...]) -> str:
    """Return subject, predicate and objects as one sentence, mentions in stored form."""
    subject, *objects = map(stored_mention, order)
    return f"{subject} {predicate} {' and '.join(objects)}."


def _item(
    image: ImageLabels, order: tuple[int, ...], question: str, answer: str, tally: Tally
) -> dict[str, Any]:
    masks = [region.mask.to_coco() for region in regions_of(image, order)]
    text = PromptTexts(image, order, tally).write(answer)
    return {
        "image": image.image.path,
        "mask_rle": masks[0] if len(masks) == 1 else masks,
        "conversations": [
            {"from": "human", "value": f"<image>\n{question}"},
            {"from": "gpt", "value": text},
        ],
    }

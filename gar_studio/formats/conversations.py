"""Conversations about whole images (LLaVA, Qwen-VL): one JSON object a line.

`image` and `conversations`, turns of `human` and `gpt` that alternate, and `<image>` exactly once,
at the beginning of the first.  There are no masks: a region is its box in the text, as fractions of
the image, `[left, top, right, bottom]` with three decimals, as in LLaVA's own data.
"""

from collections.abc import Iterator
from pathlib import Path

from gar_studio.annotation.mentions import map_mentions, mentioned_ids, stored_mention
from gar_studio.annotation.region import Region
from gar_studio.formats.gar_training import sentence
from gar_studio.formats.labels import ImageLabels, Labels
from gar_studio.formats.prompts import without_reserved
from gar_studio.formats.report import Loss, Report, Tally
from gar_studio.formats.table import Tell
from gar_studio.formats.writing import encode, is_named, lose_unheld, part_files, telling_errors

NAME = "conversations"


def export_conversations(
    labels: Labels, path: Path, tell: Tell = lambda _done, _all: None
) -> Report:
    """Write a conversation for each image that has something to tell, atomically.

    Args:
        labels: what to write.
        path: the file; parts of a split are `NAME.train.jsonl` and so on beside it.
        tell: called with the images done and their number; what it raises stops the export.

    Raises:
        ExportError: a file cannot be written; older files of that name are untouched.
    """
    tally = Tally()
    total = labels.image_count()
    with telling_errors(labels, path), part_files(path) as files:
        for done, image in enumerate(labels.images()):
            tell(done, total)
            turns = _Turns(image, tally)
            found = list(turns.all())
            file = files.open(image.part)
            if found:
                listed = [
                    {"from": "human" if place % 2 == 0 else "gpt", "value": text}
                    for place, text in enumerate(text for turn in found for text in turn)
                ]
                listed[0]["value"] = f"<image>\n{listed[0]['value']}"
                item = {"id": image.image.id, "image": image.image.path, "conversations": listed}
                file.write(encode(item) + b"\n")
            tally.images += bool(found)
            tally.lose(Loss.UNASKED, image.image.path, count=int(not found))
            categories = sum(is_named(r, labels) for r in image.regions)
            tally.lose(Loss.CATEGORIES, image.image.path, count=categories)
            lose_unheld(tally, image, captions=True, relations=True, questions=True)
        tally.files = files.count
    return tally.report(path, NAME)


class _Turns:
    """The questions and answers about one image."""

    def __init__(self, image: ImageLabels, tally: Tally) -> None:
        self._image = image
        self._tally = tally
        self._boxes = {region.id: _box(region) for region in image.regions}
        self._written = set[int]()

    def all(self) -> Iterator[tuple[str, str]]:
        """Yield (human, gpt)."""
        image, tally = self._image, self._tally
        for region in image.regions:
            if region.caption is not None:
                self._written.add(region.id)
                tally.captions += 1
                box = self._boxes[region.id]
                yield f"Describe the region {box} in detail.", self._text(region.caption.text)
        for relation in image.relations:
            order = (relation.subject_id, *relation.object_ids)
            self._written.update(order)
            tally.relations += 1
            boxes = " and ".join(self._boxes[region_id] for region_id in order)
            answer = relation.answer or sentence(relation.predicate, order)
            yield f"What is the relation between the regions {boxes}?", self._text(answer)
        for exchange in image.exchanges:
            if exchange.task == "ask":
                self._written.update(exchange.region_ids)
                tally.exchanges += 1
                mentioned = mentioned_ids(exchange.question)
                silent = [self._boxes[i] for i in exchange.region_ids if i not in mentioned]
                text = self._text(exchange.question)
                question = f"About {' and '.join(silent)}: {text}" if silent else text
                yield question, self._text(exchange.answer)
        self._tell_rest()

    def _tell_rest(self) -> None:
        self._tally.regions += len(self._written)
        for region in self._image.regions:
            place = self._image.place(region)
            written = region.id in self._written
            self._tally.lose(Loss.MASKS if written else Loss.UNCAPTIONED, place)

    def _text(self, stored: str) -> str:
        """Return a text with regions as boxes; those that are not chosen stay `#2`."""
        path = self._image.image.path
        lost = sum(region_id not in self._boxes for region_id in mentioned_ids(stored))
        self._tally.lose(Loss.MENTIONS, path, count=lost)

        def mention(region_id: int) -> str:
            box = self._boxes.get(region_id)
            return self._image.shown(stored_mention(region_id)) if box is None else box

        return map_mentions(without_reserved(stored, self._tally, path), mention)


def _box(region: Region) -> str:
    x, y, width, height = region.mask.box
    across, down = region.mask.width, region.mask.height
    edges = (x / across, y / down, (x + width) / across, (y + height) / down)
    return "[" + ", ".join(f"{edge:.3f}" for edge in edges) + "]"

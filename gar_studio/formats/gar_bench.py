"""GAR-Bench: multiple-choice questions, simple questions, and relations: three files.

Keys as in the released benchmark (arXiv 2510.18876): `image`, `mask_rles`, and in `vqa.json`
`question`, `choices` (“A. …”), `answer` (a letter), `type`; in `caption_simple.json` `question`,
`answer`; in `caption_detailed.json` `subject_name`, `object_name`, `predicate_name`.  `<PromptN>`
in a text is the mask at place N.
"""

import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec

from gar_studio.annotation.exchange import Exchange, Relation
from gar_studio.formats.gar_training import sentence
from gar_studio.formats.labels import ImageLabels, Labels
from gar_studio.formats.prompts import PromptTexts, regions_of, requested
from gar_studio.formats.report import Loss, Report, Tally
from gar_studio.formats.table import Tell
from gar_studio.formats.writing import (
    Folder,
    PartFiles,
    encode,
    is_named,
    json_arrays,
    lose_unheld,
    telling_errors,
    whole_folder,
)

NAME = "gar-bench"

VQA = "vqa"
SIMPLE = "caption_simple"
DETAILED = "caption_detailed"
FILES = (VQA, SIMPLE, DETAILED)

OPTIONS = "\nOptions:\n"
"""Between a question and its choices, one a line, as GAR is asked."""

_CHOICE = re.compile(r"([A-Z])\. .*")


def export_gar_bench(labels: Labels, path: Path, tell: Tell = lambda _done, _all: None) -> Report:
    """Write a folder with the three files of GAR-Bench, atomically.

    A question is multiple choice where “Options:” and lines such as “A. red” end it and the
    answer is one of their letters.

    Args:
        labels: what to write.
        path: the folder; parts of a split are folders in it.
        tell: called with the images done and their number; what it raises stops the export.

    Raises:
        ExportError: it cannot be written, or something is there that must not be replaced.
    """
    tally = Tally()
    total = labels.image_count()
    with telling_errors(labels, path), whole_folder(path, NAME) as folder, ExitStack() as stack:
        parts: dict[str, dict[str, PartFiles]] = {}
        for done, image in enumerate(labels.images()):
            tell(done, total)
            if image.part not in parts:
                parts[image.part] = _open(folder, image.part, stack)
            _Writer(image, labels, parts[image.part], tally).write()
        if not parts:
            _open(folder, "", stack)
        tally.files = folder.files
    return tally.report(path, NAME)


def split_choices(question: str, answer: str) -> tuple[str, list[str]]:
    """Return a question without its choices, and the choices; none if it is no such question."""
    asked, found, listed = question.rpartition(OPTIONS)
    choices = listed.split("\n") if found else []
    letters = [match[1] for choice in choices if (match := _CHOICE.fullmatch(choice))]
    if not letters or len(letters) != len(choices) or answer not in letters:
        return question, []
    return asked, choices


def _open(folder: Folder, part: str, stack: ExitStack) -> dict[str, PartFiles]:
    prefix = f"{part}/" if part else ""
    return {
        name: stack.enter_context(json_arrays(folder.place(f"{prefix}{name}.json")))
        for name in FILES
    }


class _Writer:
    """Writes what is asked and told about one image."""

    def __init__(
        self, image: ImageLabels, labels: Labels, files: dict[str, PartFiles], tally: Tally
    ) -> None:
        self._image = image
        self._labels = labels
        self._files = files
        self._tally = tally
        self._written = set[int]()
        self._named = set[int]()

    def write(self) -> None:
        """Write all of it, and count what is left out."""
        image, tally = self._image, self._tally
        for exchange in image.exchanges:
            if exchange.task == "ask":
                self._exchange(exchange)
        for relation in image.relations:
            self._relation(relation)
        for region in image.regions:
            if region.id not in self._written:
                tally.lose(Loss.TOLD, image.place(region))
            elif region.id not in self._named and is_named(region, self._labels):
                tally.lose(Loss.CATEGORIES, image.place(region))
        tally.images += bool(self._written)
        tally.regions += len(self._written)
        tally.lose(Loss.UNASKED, image.image.path, count=int(not self._written))
        lose_unheld(tally, image, relations=True, questions=True)

    def _exchange(self, exchange: Exchange) -> None:
        image = self._image
        order = requested(image, exchange.region_ids, exchange.question, exchange.answer)
        texts = PromptTexts(image, order, self._tally)
        question, choices = split_choices(texts.write(exchange.question), exchange.answer)
        said = image.said_of("exchange", exchange.id, NAME).keys
        item = self._item(order) | {"question": question}
        if choices:
            item |= {"choices": choices}
        item |= {"answer": texts.write(exchange.answer)}
        if choices:
            item |= {"type": "other"}
        known: dict[str, Any] = msgspec.json.decode(said) if said else {}
        self._files[VQA if choices else SIMPLE].write("", encode(item | known))
        self._tally.exchanges += 1

    def _relation(self, relation: Relation) -> None:
        image, tally = self._image, self._tally
        tally.lose(Loss.SEVERAL, image.image.path, count=int(len(relation.object_ids) > 1))
        told = sentence(relation.predicate, (relation.subject_id, *relation.object_ids))
        tally.lose(Loss.ANSWERS, image.image.path, count=int(relation.answer not in ("", told)))
        for object_id in relation.object_ids:
            order = (relation.subject_id, object_id)
            subject, other = regions_of(image, order)
            item = self._item(order) | {
                "subject_name": self._labels.category_of(subject).name,
                "object_name": self._labels.category_of(other).name,
                "predicate_name": PromptTexts(image, order, tally).write(relation.predicate),
            }
            said = image.said_of("relation", relation.id, NAME).keys
            known: dict[str, Any] = msgspec.json.decode(said) if said else {}
            self._files[DETAILED].write("", encode(item | known))
            self._named.update(order)
        tally.relations += 1

    def _item(self, order: tuple[int, ...]) -> dict[str, Any]:
        self._written.update(order)
        masks = [region.mask.to_coco() for region in regions_of(self._image, order)]
        return {"image": self._image.image.path, "mask_rles": masks}

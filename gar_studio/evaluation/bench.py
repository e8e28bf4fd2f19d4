"""GAR-Bench and DLC-Bench as they are released: what is asked, and who is right.

Layouts: evaluation/EVALUATION.md of the released repository.  A file of predictions has the
annotations' fields and `model_output` beside them; DLC-Bench's has a text by annotation id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import msgspec

from gar_studio.annotation.mask import Mask
from gar_studio.engines.description import MAX_REGIONS
from gar_studio.errors import FormatError
from gar_studio.evaluation.score import Row, Score
from gar_studio.verification.benchmarks import DlcAnnotations, RunLengths, mask_of, wording
from gar_studio.verification.checkout import Checkout
from gar_studio.verification.items import Part, ReleasedItem, check_masks, stored_size

TYPES = ("color", "texture/pattern", "mirror", "ordering", "material", "shape", "relation")
"""GAR-Bench's types of question, in the order of its published table."""

_MOST_ITEMS = 100_000
_MOST_TYPES = 100
_ADVICE = "Give a file in the layout of GAR-Bench or DLC-Bench; the guide shows it."

Answers: TypeAlias = Mapping[str, str]
"""The model's words by the item's key."""


_T = TypeVar("_T")


class _Entry(msgspec.Struct, frozen=True):
    image: str
    mask_rles: list[RunLengths]
    question: str | None = None
    choices: list[str] | None = None
    answer: str | None = None
    type: str | None = None
    subject_name: str | None = None
    object_name: str | None = None
    predicate_name: str | None = None
    model_output: str | None = None


@dataclass(frozen=True, slots=True)
class BenchItem:
    """One item of a benchmark; its photo is not opened yet.

    Attributes:
        key: its place in the file, or its annotation's id: lasting, and unlike any other's.
        image: the photo's path below the folder of images.
        masks: run lengths, `<PromptN>` being number N.
        question: in the released wording; "" is the detailed caption of one region.
        answer: the right letter, or "" where no letter is asked for.
        type: the type of question, or "".
        choices: the options, if any.
        fields: the file's own fields as JSON, which a file of predictions keeps.
        output: the `model_output` that the file brought, or None.
    """

    key: str
    image: str
    masks: tuple[RunLengths, ...]
    question: str = ""
    answer: str = ""
    type: str = ""
    choices: tuple[str, ...] = ()
    fields: bytes = b"{}"
    output: str | None = None

    @property
    def too_many(self) -> bool:
        """Whether it has more regions than the model takes."""
        return len(self.masks) > MAX_REGIONS

    def load(self, images: Checkout) -> ReleasedItem:
        """Check the photo and the masks against each other, and return what is asked.

        Raises:
            ReleasedError: the photo is missing or lies outside its folder, or a mask is damaged,
                empty or of another size; its size is compared before it is decoded.
            ImageError: the photo cannot be read.
        """
        photo = images.image(self.image)
        size = stored_size(photo)
        masks: tuple[Mask, ...] = tuple(mask_of(m, size, where=self.image) for m in self.masks)
        check_masks(masks, image=photo, where=self.image)
        return ReleasedItem(
            name=self.key,
            image=photo,
            masks=masks,
            question=self.question,
            expected=self.answer,
            names_kept=bool(self.question),
            choice=bool(self.choices),
        )


@dataclass(frozen=True, slots=True)
class Bench:
    """A benchmark's file.

    Attributes:
        part: what it asks.
        items: in the file's order.
    """

    part: Part
    items: tuple[BenchItem, ...]


@dataclass(frozen=True, slots=True)
class VqaReport:
    """Letters counted.

    Attributes:
        rows: one a type; what was answered counts.
        overall: all types together.
        too_many: items by type that no model takes, because they have more than five regions.
        unanswered: other items by type without an answer.
    """

    rows: tuple[Row, ...]
    overall: Score
    too_many: Mapping[str, int]
    unanswered: Mapping[str, int]

    @property
    def of_all(self) -> Score:
        """The right ones among all items: what was not asked counts as wrong."""
        apart = sum(self.too_many.values()) + sum(self.unanswered.values())
        return Score(self.overall.right, self.overall.total + apart)


def read_gar_bench(path: Path) -> Bench:
    """Read annotations of GAR-Bench, or predictions for them.

    Raises:
        ReleasedError: the file is missing, too large, or not of that layout.
        FormatError: it mixes kinds, is empty, or has more than 100,000 items.
    """
    raws = _read(path, list[msgspec.Raw])
    _check_count(len(raws), path)
    entries = _read(path, list[_Entry])
    parts = {_part(entry, path) for entry in entries}
    if len(parts) != 1:
        raise FormatError(f"“{path.name}” mixes letters and captions.", advice=_ADVICE)
    part = parts.pop()
    if len({entry.type for entry in entries}) > _MOST_TYPES:
        raise FormatError(f"“{path.name}” has more than {_MOST_TYPES} types.", advice=_ADVICE)
    items = zip(entries, raws, strict=True)
    return Bench(part, tuple(_item(part, n, *pair) for n, pair in enumerate(items)))


def read_dlc_bench(path: Path) -> Bench:
    """Read annotations of DLC-Bench.

    Raises:
        ReleasedError: the file is missing, too large, or not of that layout.
        FormatError: an annotation's image is not listed, or there are too many.
    """
    known = _read(path, DlcAnnotations)
    _check_count(len(known.annotations), path)
    names = {image.id: image.file_name for image in known.images}
    items: dict[str, BenchItem] = {}
    for annotation in known.annotations:
        if annotation.image_id not in names:
            raise FormatError(
                f"The annotation {annotation.id} of “{path.name}” is on no image of it.",
                advice=_ADVICE,
            )
        key = str(annotation.id)
        items[key] = BenchItem(key, names[annotation.image_id], (annotation.segmentation,))
    return Bench(Part.DLC, tuple(items.values()))


def predictions_for(bench: Bench, predictions: Bench) -> dict[str, str]:
    """Return the answers of a file of predictions by the keys of the annotations.

    An item is found by its image and its question; items alike are taken in order.

    Raises:
        FormatError: the file has no answers, or answers that belong to none of the items.
    """
    waiting: dict[tuple[object, ...], list[str]] = {}
    for item in bench.items:
        waiting.setdefault(_likeness(item), []).append(item.key)
    found: dict[str, str] = {}
    for item in predictions.items:
        if item.output is None:
            continue
        keys = waiting.get(_likeness(item))
        if not keys:
            raise FormatError(
                f"There is an answer about “{item.image}” that belongs to no item.",
                advice="Give the annotations that the predictions were made for.",
            )
        found[keys.pop(0)] = item.output
    if not found:
        raise FormatError(
            "The predictions have no answers (model_output).",
            advice="Give --model to ask one, or another file.",
        )
    return found


def score(bench: Bench, answers: Answers) -> VqaReport:
    """Count right letters: exact but for case and white space around it, as published."""
    scores: dict[str, Score] = {}
    too_many: dict[str, int] = {}
    unanswered: dict[str, int] = {}
    for item in bench.items:
        scores.setdefault(item.type, Score())
        given = answers.get(item.key)
        if given is not None:
            right = given.strip().lower() == item.answer.strip().lower()
            scores[item.type] = scores[item.type].plus(right=right)
        else:
            apart = too_many if item.too_many else unanswered
            apart[item.type] = apart.get(item.type, 0) + 1
    order = {name: place for place, name in enumerate(TYPES)}
    names = sorted(scores, key=lambda name: (order.get(name, len(TYPES)), name))
    rows = tuple(Row(name, scores[name]) for name in names)
    overall = Score(sum(r.score.right for r in rows), sum(r.score.total for r in rows))
    return VqaReport(rows, overall, too_many, unanswered)


def released_layout(bench: Bench, answers: Answers) -> bytes:
    """Return a file of predictions as the published judges read it (JSON).

    GAR-Bench: a list of the answered items with `model_output` added.  DLC-Bench: an object,
    text by annotation id.
    """
    if bench.part is Part.DLC:
        return msgspec.json.encode({i.key: answers[i.key] for i in bench.items if i.key in answers})
    filled = [
        {**_fields(item), "model_output": answers[item.key]}
        for item in bench.items
        if item.key in answers
    ]
    return msgspec.json.format(msgspec.json.encode(filled), indent=1)


def _fields(item: BenchItem) -> dict[str, Any]:
    return msgspec.json.decode(item.fields, type=dict[str, Any])


def _read(path: Path, shape: type[_T]) -> _T:
    resolved = path.resolve()
    return Checkout(resolved.parent, advice=_ADVICE).json(resolved.name, shape)


def _check_count(count: int, path: Path) -> None:
    if not 1 <= count <= _MOST_ITEMS:
        raise FormatError(
            f"“{path.name}” has {count:,} items; it can have 1 to {_MOST_ITEMS:,}.", advice=_ADVICE
        )


def _part(entry: _Entry, path: Path) -> Part:
    if entry.choices and entry.question and entry.answer:
        return Part.VQA
    if entry.question and entry.choices is None:
        return Part.SIMPLE
    if entry.predicate_name is not None:
        return Part.DETAILED
    raise FormatError(
        f"The item about “{entry.image}” in “{path.name}” is neither a question with choices nor "
        "a caption of GAR-Bench.",
        advice=_ADVICE,
    )


def _item(part: Part, number: int, entry: _Entry, raw: msgspec.Raw) -> BenchItem:
    choices: Sequence[str] = entry.choices or ()
    return BenchItem(
        key=str(number),
        image=entry.image,
        masks=tuple(entry.mask_rles),
        question=wording(part, question=entry.question or "", choices=choices),
        answer=(entry.answer or "") if part is Part.VQA else "",
        type=entry.type or "",
        choices=tuple(choices),
        fields=bytes(raw),
        output=entry.model_output,
    )


def _likeness(item: BenchItem) -> tuple[object, ...]:
    return item.image, item.question, item.choices

"""The released predictions on GAR-Bench and DLC-Bench.

Layout: evaluation/EVALUATION.md of the released repository.  A GAR-Bench prediction is the
annotation with `model_output` added, so that the annotations need not be read; wordings are those
of evaluation/GAR-Bench/inference.py.
"""

import re
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from gar_studio.annotation.mask import Mask
from gar_studio.engines.description import MAX_REGIONS
from gar_studio.errors import MaskError
from gar_studio.verification.checkout import Checkout, ReleasedError
from gar_studio.verification.items import (
    Part,
    PartItems,
    ReleasedItem,
    check_mask_size,
    check_masks,
    check_names,
    stored_size,
)

GAR_BENCH = "evaluation/GAR-Bench"
DLC_BENCH = "evaluation/DLC-Bench"
DLC_IMAGES = f"{DLC_BENCH}/annotations/images"

_DETAILED = "Describe <Prompt0> in detail, including the relationship with <Prompt1>."
_LETTER = "Answer with the correct option's letter directly."
_PREDICTIONS = re.compile(r"\w[\w.-]{0,99}")
_MODEL = re.compile(r"gar[-_]?([18]b)", re.IGNORECASE)

_T = TypeVar("_T")


class RunLengths(msgspec.Struct, frozen=True):
    """A mask as the files have it; `size` is (height, width) in pixels."""

    size: tuple[int, int]
    counts: str


class _Prediction(msgspec.Struct, frozen=True):
    image: str
    mask_rles: list[RunLengths]
    model_output: str
    question: str = ""
    choices: list[str] = []


class _Image(msgspec.Struct, frozen=True):
    id: int
    file_name: str


class DlcAnnotation(msgspec.Struct, frozen=True):
    """A region of DLC-Bench: COCO's annotation."""

    id: int
    image_id: int
    segmentation: RunLengths


class DlcAnnotations(msgspec.Struct, frozen=True):
    """DLC-Bench's file: COCO's layout."""

    images: list[_Image]
    annotations: list[DlcAnnotation]


def predictions_of(model: str) -> str:
    """Return whose predictions a model's are held against by its name: "gar_1b", or "".

    Args:
        model: a folder or hub id; the last "GAR-1B" or "GAR-8B" in it counts.
    """
    found = _MODEL.findall(model)
    return f"gar_{found[-1].lower()}" if found else ""


def gar_bench(checkout: Checkout, part: Part, *, predictions: str, most: int) -> PartItems:
    """Return items of GAR-Bench, evenly spread over the file.

    Args:
        checkout: the released repository.
        part: `VQA`, `SIMPLE` or `DETAILED`.
        predictions: whose, such as "gar_1b".
        most: at most so many items; 0 for all.

    Raises:
        ReleasedError: a file is missing, damaged or not as known.
        ImageError: a photo cannot be read.
        MaskError: run lengths are damaged.
    """
    path = f"{GAR_BENCH}/model_outputs/{_checked(predictions)}_{part}.json"
    every = checkout.json(path, list[_Prediction])
    askable = [item for item in every if len(item.mask_rles) <= MAX_REGIONS]
    items = tuple(_bench_item(checkout, part, item) for item in spread(askable, most))
    if not items:
        raise ReleasedError(f"“{path}” has no item that can be asked.")
    return PartItems(part, items, available=len(every), left_out=len(every) - len(askable))


def dlc_bench(
    checkout: Checkout, *, predictions: str, most: int, images: Checkout | None = None
) -> PartItems:
    """Return items of DLC-Bench, evenly spread by annotation id.

    The photos are not in the repository; they belong into `DLC_IMAGES`.

    Args:
        checkout: the released repository.
        predictions: whose, such as "gar_1b".
        most: at most so many items; 0 for all.
        images: a folder with the photos; None for their place in the checkout.

    Raises:
        ReleasedError, ImageError, MaskError: as `gar_bench`.
    """
    path = f"{DLC_BENCH}/model_outputs/{_checked(predictions)}.json"
    answers = checkout.json(path, dict[int, str])
    known = checkout.json(f"{DLC_BENCH}/annotations/annotations.json", DlcAnnotations)
    names = {image.id: image.file_name for image in known.images}
    annotations = {annotation.id: annotation for annotation in known.annotations}
    items = []
    for number in spread(sorted(answers), most):
        annotation = annotations.get(number)
        if annotation is None or annotation.image_id not in names:
            raise ReleasedError(f"“{path}” has an answer for {number}, which is not annotated.")
        name = names[annotation.image_id]
        photo = checkout.image(f"{DLC_IMAGES}/{name}") if images is None else images.image(name)
        where = f"DLC-Bench's {number}"
        mask = mask_of(annotation.segmentation, stored_size(photo), where=where)
        check_masks([mask], image=photo, where=where)
        items.append(
            ReleasedItem(
                name=str(number),
                image=photo,
                masks=(mask,),
                question="",
                expected=answers[number].strip(),
                names_kept=False,
            )
        )
    if not items:
        raise ReleasedError(f"“{path}” has no item.")
    return PartItems(Part.DLC, tuple(items), available=len(answers))


def spread(every: Sequence[_T], most: int) -> list[_T]:
    """Return at most `most` elements at equal distances, in order; all for 0."""
    count = min(most, len(every)) if most else len(every)
    return [every[index * len(every) // count] for index in range(count)]


def _bench_item(checkout: Checkout, part: Part, prediction: _Prediction) -> ReleasedItem:
    where = f"GAR-Bench's {prediction.image}"
    photo = checkout.image(f"{GAR_BENCH}/annotations/{prediction.image}")
    size = stored_size(photo)
    masks = tuple(mask_of(lengths, size, where=where) for lengths in prediction.mask_rles)
    check_masks(masks, image=photo, where=where)
    question = wording(part, question=prediction.question, choices=prediction.choices)
    check_names(question, regions=len(masks), where=where)
    return ReleasedItem(
        name=photo.stem,
        image=photo,
        masks=masks,
        question=question,
        expected=prediction.model_output.strip(),
        names_kept=True,
        choice=part is Part.VQA,
    )


def wording(part: Part, *, question: str, choices: Sequence[str]) -> str:
    """Return what the released script asks for an item: `<PromptN>` names region N.

    Args:
        part: `VQA`, `SIMPLE` or `DETAILED`.
        question: the item's own question; unused for `DETAILED`, whose wording is one for all.
        choices: the options of `VQA`, such as "A. red".
    """
    if part is Part.DETAILED:
        return _DETAILED
    if part is Part.SIMPLE:
        return question
    options = "".join(f"\n{choice}" for choice in choices)
    return f"Question: {question}\nOptions:{options}\n{_LETTER}"


def mask_of(lengths: RunLengths, size: tuple[int, int], *, where: str) -> Mask:
    """Return a mask of the photo's size, (height, width), which is checked first.

    Raises:
        ReleasedError: the size is another, or the run lengths are damaged.
    """
    check_mask_size(lengths.size, size, where=where)
    try:
        return Mask.from_coco(lengths.size, lengths.counts)
    except MaskError as error:
        raise ReleasedError(f"A mask of {where} is damaged: {error.what}") from error


def _checked(predictions: str) -> str:
    if not _PREDICTIONS.fullmatch(predictions):
        raise ReleasedError(f"“{predictions}” is no name of predictions.", advice="Say gar_1b.")
    return predictions

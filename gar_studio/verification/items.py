"""What the released scripts asked, and what they got: one frozen item an answer."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from PIL import Image

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import escape, stored_mention
from gar_studio.engines.description import RegionInput, Task
from gar_studio.engines.protocol import ImageData
from gar_studio.images import read_facts, read_image
from gar_studio.verification.checkout import ReleasedError

_NAME = re.compile(r"<Prompt(\d{1,3})>")
_CAPTION_NUMBER = 1
"""The prompt number of a caption's only region (evaluation/eval_dataset.py)."""
_ORIENTATION_TAG = 0x0112


class Part(StrEnum):
    """What of the released repository is asked again."""

    README = "readme"
    README_SAM = "readme-sam"
    VQA = "vqa"
    SIMPLE = "simple"
    DETAILED = "detailed"
    DLC = "dlc"


@dataclass(frozen=True, slots=True)
class ReleasedItem:
    """A question that the released code was asked, with its answer.

    Attributes:
        name: how people find it: "vqa_17", or an annotation's id.
        image: the photo's file, inside the checkout.
        masks: of the photo's stored size; mask i is `<Prompti>` in `question`.
        question: the words with `<PromptN>`; "" is the detailed caption of one region, for which
            the released code has its own wording and `<Prompt1>`.
        expected: the released answer, without white space at its ends.
        names_kept: whether the answer was decoded with `<PromptN>` in it; the scripts for single
            captions leave special tokens out.
        choice: whether the answer is the letter of an option.
    """

    name: str
    image: Path
    masks: tuple[Mask, ...]
    question: str
    expected: str
    names_kept: bool
    choice: bool = False

    @property
    def task(self) -> Task:
        """What is asked of an engine."""
        return Task.ASK if self.question else Task.DESCRIBE

    @property
    def regions(self) -> tuple[RegionInput, ...]:
        """The regions in order; each one's id is its prompt number."""
        first = 0 if self.question else _CAPTION_NUMBER
        return tuple(RegionInput(number, mask) for number, mask in enumerate(self.masks, first))

    @property
    def stored_question(self) -> str:
        """The question with mentions in stored form, as engines take it."""
        pieces = _NAME.split(self.question)
        return "".join(
            stored_mention(int(piece)) if index % 2 else escape(piece)
            for index, piece in enumerate(pieces)
        )


@dataclass(frozen=True, slots=True)
class PartItems:
    """The items of one part that are asked again.

    Attributes:
        part: which part.
        items: those that are asked, in the file's order.
        available: how many the checkout has.
        left_out: how many of them no engine takes, because they have too many regions.
    """

    part: Part
    items: tuple[ReleasedItem, ...]
    available: int
    left_out: int = 0


def check_names(question: str, *, regions: int, where: str) -> None:
    """Check that a question names each region, and no other one.

    The released code asserts the number; all released questions name `<Prompt0>` and so on.

    Raises:
        ReleasedError: they do not.
    """
    if {int(number) for number in _NAME.findall(question)} != set(range(regions)):
        raise ReleasedError(
            f"The question of {where} does not name its {regions} regions <Prompt0> and so on."
        )


def check_masks(masks: Sequence[Mask], *, image: Path, where: str) -> None:
    """Check that masks lie on an image.

    Raises:
        ImageError: the image cannot be read.
        ReleasedError: there is no mask, or one is empty or of another size.
    """
    height, width = stored_size(image)
    if not masks:
        raise ReleasedError(f"{where} has no mask.")
    for mask in masks:
        check_mask_size(mask.size, (height, width), where=where)
        if mask.is_empty:
            raise ReleasedError(f"A mask of {where} is empty.")


def check_mask_size(mask: tuple[int, int], image: tuple[int, int], *, where: str) -> None:
    """Check that two sizes, (height, width) in pixels, are equal.

    Raises:
        ReleasedError: they are not.
    """
    if mask != image:
        raise ReleasedError(
            f"A mask of {where} has {mask[1]}×{mask[0]} pixels, its photo {image[1]}×{image[0]}."
        )


def stored_size(path: Path) -> tuple[int, int]:
    """Return (height, width) of an image as it is stored, in pixels.

    Raises:
        ImageError: the image cannot be read.
    """
    read_facts(path)  # one clear error for all that can be wrong with the file
    with Image.open(path) as image:
        return image.height, image.width


def read_as_released(path: Path) -> ImageData:
    """Decode an image as the released code does: Pillow's RGB, and nothing else.

    The studio lays transparent pixels on white and turns a photo as its camera says; the released
    code does neither, which matters for `assets/demo_image_1.png` (it is transparent at an edge).

    Raises:
        ImageError: the file is missing, cut off, no image or too large.
    """
    usual = read_image(path)
    with Image.open(path) as image:
        if image.mode == "RGB" and image.getexif().get(_ORIENTATION_TAG, 1) == 1:
            return usual
        pixels = np.array(image.convert("RGB"))
    pixels.flags.writeable = False
    return ImageData(
        key=hashlib.sha256(f"released {usual.key}".encode()).hexdigest(), pixels=pixels
    )

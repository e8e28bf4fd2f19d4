from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gar_studio.annotation.mask import Mask
from gar_studio.engines.description import DescribeRequest, Task
from gar_studio.verification.checkout import ReleasedError
from gar_studio.verification.items import (
    ReleasedItem,
    check_masks,
    check_names,
    read_as_released,
)
from models.gar.prompt import plan_prompt

SLOTS = [f"<|reserved_special_token_{number}|>" for number in range(2, 7)]
MASK = Mask.from_box(1, 1, 3, 3, height=8, width=10)


def item(question: str, regions: int) -> ReleasedItem:
    return ReleasedItem("x", Path("x.png"), (MASK,) * regions, question, "", names_kept=True)


def message(asked: ReleasedItem) -> str:
    """Return what the engine makes of an item's request."""
    request = DescribeRequest(1, "key", asked.task, asked.regions, asked.stored_question)
    return plan_prompt(request, slot_texts=SLOTS, neutralise=lambda text: text).text


def test_a_caption_is_asked_in_the_released_words() -> None:
    asked = item("", 1)
    assert asked.task is Task.DESCRIBE
    # evaluation/eval_dataset.py, SingleRegionCaptionDataset
    assert message(asked) == (
        "There are some objects I am curious about: <Prompt1>;\n"
        f"<Prompt1>: {SLOTS[1]}Describe this masked region in detail."
    )


def test_a_question_is_asked_in_the_released_words() -> None:
    # evaluation/eval_dataset.py, MultiRegionDataset; one region is <Prompt0> there
    assert message(item("Is <Prompt0> ⟨red⟩?", 1)) == (
        "There are some objects I am curious about: <Prompt0>; \n"
        f"<Prompt0>: {SLOTS[0]}\n\nIs <Prompt0> ⟨red⟩?"
    )
    assert message(item("<Prompt1> on <Prompt0>?", 2)) == (
        "There are some objects I am curious about: <Prompt0>; <Prompt1>; \n"
        f"<Prompt0>: {SLOTS[0]}\n<Prompt1>: {SLOTS[1]}\n\n<Prompt1> on <Prompt0>?"
    )


def test_a_question_names_each_region_and_no_other() -> None:
    check_names("<Prompt1> and <Prompt0> and <Prompt1>", regions=2, where="x")
    for question in ("<Prompt0>", "<Prompt0> <Prompt1> <Prompt2>", "<Prompt1> <Prompt2>", ""):
        with pytest.raises(ReleasedError, match="does not name its 2 regions"):
            check_names(question, regions=2, where="x")


def test_a_photo_is_decoded_as_the_released_code_does(tmp_path: Path) -> None:
    pixels = np.full((8, 10, 4), 90, dtype=np.uint8)
    pixels[:4, :, 3] = 0  # the studio shows white here
    Image.fromarray(pixels).save(tmp_path / "clear.png")
    assert (read_as_released(tmp_path / "clear.png").pixels == 90).all()

    turned = Image.fromarray(np.arange(240, dtype=np.uint8).reshape(8, 10, 3))
    exif = Image.Exif()
    exif[0x0112] = 3
    turned.save(tmp_path / "turned.png", exif=exif)
    read = read_as_released(tmp_path / "turned.png")
    assert np.array_equal(read.pixels, np.asarray(turned))
    assert not read.pixels.flags.writeable


def test_masks_have_to_lie_on_their_photo(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.new("RGB", (10, 8)).save(photo)
    check_masks([MASK], image=photo, where="item 7")
    wrong = Mask.from_box(1, 1, 3, 3, height=10, width=8)
    empty = Mask.empty(height=8, width=10)
    for masks, said in (([MASK, wrong], "8×10 pixels"), ([empty], "is empty"), ([], "no mask")):
        with pytest.raises(ReleasedError, match=f"item 7.*{said}"):
            check_masks(masks, image=photo, where="item 7")

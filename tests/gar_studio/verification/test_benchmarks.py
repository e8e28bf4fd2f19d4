import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gar_studio.errors import GarStudioError
from gar_studio.verification.benchmarks import dlc_bench, gar_bench, predictions_of, spread
from gar_studio.verification.checkout import Checkout, ReleasedError
from gar_studio.verification.items import Part
from tests.gar_studio.verification import checkouts
from tests.gar_studio.verification.checkouts import change


def vqa(checkout: Checkout, most: int = 0) -> Any:
    return gar_bench(checkout, Part.VQA, predictions="gar_8b", most=most)


def test_questions_have_the_released_wording(checkout: Checkout) -> None:
    read = vqa(checkout)
    assert read.items[1].question == (
        "Question: Which of <Prompt0> and <Prompt1> is in the mirror?\nOptions:\nA. <Prompt0>\n"
        "B. <Prompt1>\nAnswer with the correct option's letter directly."
    )
    assert [len(item.masks) for item in read.items] == [1, 2, 1]
    assert all(item.choice and item.names_kept for item in read.items)
    (simple,) = gar_bench(checkout, Part.SIMPLE, predictions="gar_8b", most=9).items
    assert simple.question == "How is <Prompt1> to <Prompt0>?"
    (detailed,) = gar_bench(checkout, Part.DETAILED, predictions="gar_8b", most=9).items
    assert detailed.question.startswith("Describe <Prompt0> in detail, including")
    assert detailed.expected == "caption_detailed_0: Describe <Pr"
    assert not detailed.choice


def test_items_with_more_regions_than_gar_takes_are_left_out_and_counted(
    checkout: Checkout,
) -> None:
    read = vqa(checkout)
    assert (len(read.items), read.available, read.left_out) == (3, 4, 1)


def test_items_are_spread_over_the_file() -> None:
    assert spread(range(100), 4) == [0, 25, 50, 75]
    assert spread(range(3), 5) == [0, 1, 2]
    assert spread(range(3), 0) == [0, 1, 2]


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("HaochenWang/GAR-8B", "gar_8b"),
        ("/models/gar_1b/", "gar_1b"),
        ("/gar-8b-cache/models--X--GAR-1B/snapshots/abc", "gar_1b"),
        ("/models/mine", ""),
    ],
)
def test_a_model_s_name_says_whose_predictions_it_has_to_equal(model: str, name: str) -> None:
    assert predictions_of(model) == name


def test_captions_of_dlc_bench_are_found_by_their_annotation(checkout: Checkout) -> None:
    read = dlc_bench(checkout, predictions="gar_8b", most=0)
    assert [item.name for item in read.items] == ["77", "905", "1203"]
    assert [item.expected for item in read.items] == [
        "objects_77: a thing",
        "objects_905: a thing",
        "objects_1203: a thing",
    ]
    assert read.items[1].masks[0].box == (4, 5, 16, 13)
    assert not any(item.names_kept for item in read.items)


def test_photos_of_dlc_bench_may_lie_elsewhere(checkout: Checkout, tmp_path: Path) -> None:
    elsewhere = tmp_path / "photos"
    shutil.move(checkout.folder / checkouts.DLC_PHOTOS, elsewhere)
    with pytest.raises(ReleasedError, match="no file"):
        dlc_bench(checkout, predictions="gar_8b", most=1)
    read = dlc_bench(checkout, predictions="gar_8b", most=1, images=Checkout(elsewhere))
    assert read.items[0].image.parent == elsewhere


def first(**values: object) -> Any:
    return lambda predictions: predictions[0].update(values)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (first(image="../../../../secret.png"), "leads out"),
        (first(image="images/none.png"), "no file"),
        (first(mask_rles=[{"size": [9999999, 9999999], "counts": "0"}]), "9999999×9999999 pixels"),
        (first(mask_rles=[{"size": [48, 64], "counts": "no"}]), "is damaged"),
        (first(mask_rles=[{"size": [48, 64], "counts": "P`2"}]), "is damaged"),
        (first(mask_rles=[]), "no mask"),
        (first(model_output=3), "not what the released repository"),
        (first(question="What is it?"), "does not name"),
        (lambda predictions: predictions.clear(), "no item"),
    ],
)
def test_a_damaged_prediction_is_one_sentence(checkout: Checkout, edit: Any, said: str) -> None:
    Image.new("RGB", (64, 48)).save(checkout.folder.parent / "secret.png")
    change(checkout.folder / checkouts.VQA, edit)
    with pytest.raises(GarStudioError, match=said) as caught:
        vqa(checkout)
    assert "\n" not in str(caught.value)


def test_an_answer_without_annotation_is_said(checkout: Checkout) -> None:
    change(checkout.folder / checkouts.DLC, lambda answers: answers.update({"4": "A cup."}))
    with pytest.raises(ReleasedError, match="answer for 4, which is not annotated"):
        dlc_bench(checkout, predictions="gar_8b", most=0)


@pytest.mark.parametrize("name", ["../gar_8b", "", "a/b", "."])
def test_a_name_of_predictions_is_no_path(checkout: Checkout, name: str) -> None:
    with pytest.raises(ReleasedError, match="no name of predictions"):
        gar_bench(checkout, Part.VQA, predictions=name, most=1)

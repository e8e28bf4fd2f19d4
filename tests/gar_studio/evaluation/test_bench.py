"""The published table, from the predictions that GAR's authors released with their code.

`gar_1b_vqa_excerpt.json` is a part of them (Haochen-Wang409/Grasp-Any-Region, Apache-2.0).
"""

import json
from pathlib import Path
from typing import Any

import pytest

from gar_studio.errors import FormatError, GarStudioError
from gar_studio.evaluation.bench import (
    TYPES,
    predictions_for,
    read_dlc_bench,
    read_gar_bench,
    released_layout,
    score,
)
from gar_studio.evaluation.score import Score
from gar_studio.verification.checkout import Checkout, ReleasedError
from gar_studio.verification.items import Part
from tests.gar_studio.evaluation.benches import captions, dlc, photo, rle, vqa, write

EXCERPT = Path(__file__).with_name("gar_1b_vqa_excerpt.json")
RELEASED = Path(__file__).parents[4] / "shared" / "data" / "gar_bench"
WHOLE = RELEASED / "gar_1b_vqa_predictions.json"

EXCERPT_RIGHT = 24

PUBLISHED = {
    "color": (34, 69),
    "texture/pattern": (17, 29),
    "mirror": (36, 61),
    "ordering": (13, 64),
    "material": (14, 36),
    "shape": (32, 64),
    "relation": (57, 101),
}


def table(path: Path) -> tuple[dict[str, tuple[int, int]], Score]:
    bench = read_gar_bench(path)
    report = score(bench, predictions_for(bench, bench))
    return {row.name: (row.score.right, row.score.total) for row in report.rows}, report.overall


@pytest.mark.skipif(not WHOLE.exists(), reason="the released predictions are not here")
def test_the_released_predictions_give_the_published_table() -> None:
    rows, overall = table(WHOLE)
    assert rows == PUBLISHED
    assert tuple(rows) == TYPES
    assert overall == Score(203, 424)
    assert round(100 * (overall.share or 0), 1) == 47.9


def test_a_part_of_the_released_predictions_is_scored_as_published() -> None:
    items = json.loads(EXCERPT.read_text(encoding="utf-8"))
    right = dict.fromkeys(TYPES, 0)
    for item in items:
        right[item["type"]] += item["model_output"].lower() == item["answer"].lower()
    rows, overall = table(EXCERPT)
    assert {name: count for name, (count, _) in rows.items()} == right
    assert overall == Score(EXCERPT_RIGHT, 43)


def test_case_and_white_space_do_not_count_and_a_sentence_is_no_letter(tmp_path: Path) -> None:
    items = [vqa(answer="B", output=said) for said in ("b", " B\n", "B.", "B. green", "A", "")]
    path = write(tmp_path / "a.json", [{**i, "image": f"{n}.png"} for n, i in enumerate(items)])
    _, overall = table(path)
    assert overall == Score(2, 6)


def test_items_without_an_answer_and_with_too_many_regions_are_counted_apart(
    tmp_path: Path,
) -> None:
    many = vqa(output=None, regions=6, kind="shape")
    path = write(tmp_path / "a.json", [vqa(answer="A", output="A"), vqa(output=None), many])
    bench = read_gar_bench(path)
    report = score(bench, {"0": "A"})
    assert report.overall == Score(1, 1)
    assert (report.too_many, report.unanswered) == ({"shape": 1}, {"color": 1})
    assert report.of_all == Score(1, 3)


def test_predictions_find_their_items_in_any_order(tmp_path: Path) -> None:
    items = [vqa(answer=letter, image=f"{letter}.png") for letter in "ABC"]
    annotations = read_gar_bench(write(tmp_path / "a.json", items))
    given = [{**item, "model_output": item["answer"], "mask_rles": []} for item in items[::-1]]
    found = predictions_for(annotations, read_gar_bench(write(tmp_path / "p.json", given)))
    assert found == {"0": "A", "1": "B", "2": "C"}


def test_predictions_of_other_annotations_are_refused(tmp_path: Path) -> None:
    annotations = read_gar_bench(write(tmp_path / "a.json", [vqa(image="a.png")]))
    other = read_gar_bench(write(tmp_path / "p.json", [vqa(image="b.png", output="A")]))
    with pytest.raises(FormatError, match=r"b\.png"):
        predictions_for(annotations, other)
    with pytest.raises(FormatError, match="no answers"):
        predictions_for(annotations, annotations)


def test_a_file_of_predictions_keeps_all_fields_of_the_annotations(tmp_path: Path) -> None:
    items = [vqa(extra={"own": [1, None]})]
    bench = read_gar_bench(write(tmp_path / "a.json", items))
    assert json.loads(released_layout(bench, {"0": "A"})) == [{**items[0], "model_output": "A"}]


@pytest.mark.parametrize(("number", "part"), [(0, Part.SIMPLE), (1, Part.DETAILED)])
def test_captions_are_told_from_letters(tmp_path: Path, number: int, part: Part) -> None:
    bench = read_gar_bench(write(tmp_path / "a.json", [captions()[number]]))
    assert bench.part is part
    (entry,) = json.loads(released_layout(bench, {"0": "<Prompt0> is left."}))
    assert entry["model_output"] == "<Prompt0> is left."


def test_dlc_bench_is_written_as_text_by_annotation_id(tmp_path: Path) -> None:
    bench = read_dlc_bench(write(tmp_path / "a.json", dlc()))
    assert [item.key for item in bench.items] == ["905", "77"]
    assert json.loads(released_layout(bench, {"77": "A cup."})) == {"77": "A cup."}


BAD: dict[str, Any] = {
    "no list": {"a": 1},
    "nothing": [],
    "no masks": [{"image": "a.png"}],
    "two kinds": [vqa(), captions()[0]],
    "no kind": [{"image": "a.png", "mask_rles": []}],
    "no text": [{**vqa(), "answer": 3}],
}


@pytest.mark.parametrize("name", BAD)
def test_files_of_other_layouts_are_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(GarStudioError) as caught:
        read_gar_bench(write(tmp_path / "a.json", BAD[name]))
    assert caught.value.advice


def test_an_annotation_on_no_image_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="905"):
        read_dlc_bench(write(tmp_path / "a.json", {**dlc(), "images": []}))


@pytest.mark.parametrize("image", ["../secret.png", "/etc/hostname", "link.png"])
def test_no_image_outside_the_folder_is_opened(tmp_path: Path, image: str) -> None:
    folder = tmp_path / "images"
    photo(tmp_path / "secret.png")
    folder.mkdir()
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (item,) = read_gar_bench(write(tmp_path / "a.json", [vqa(image=image)])).items
    with pytest.raises(ReleasedError, match="leads out"):
        item.load(Checkout(folder))


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        ({"size": [2_000_000_000, 2_000_000_000], "counts": "0"}, "2000000000×2000000000"),
        ({"size": [30, 40], "counts": "zzzz"}, "damaged"),
        ({"size": [30, 40], "counts": ""}, "damaged"),
        (rle(0, 0, 0, 0), "empty"),
    ],
)
def test_a_mask_that_does_not_fit_its_photo_is_never_decoded(
    tmp_path: Path, mask: dict[str, Any], words: str
) -> None:
    photo(tmp_path / "a.png")
    entry = {**vqa(), "mask_rles": [mask]}
    (item,) = read_gar_bench(write(tmp_path / "a.json", [entry])).items
    with pytest.raises(GarStudioError, match=words):
        item.load(Checkout(tmp_path))

"""COCO files of others come in as they are, and go out again with their ids, masks and keys."""

import io
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from benchmarks.data_fuzz import mutated, mutated_rle, read
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Caption, Provenance
from gar_studio.annotation.review import ImageState, Review, Verdict
from gar_studio.document.commands import AcceptAnswer, AssignNewCategory, SetCaption
from gar_studio.document.document import Document
from gar_studio.document.review_commands import ReviewRegions, SetImageState
from gar_studio.errors import FormatError
from gar_studio.formats.catalogue import FORMATS
from gar_studio.formats.coco_import import open_coco
from gar_studio.formats.exporting import export_project
from gar_studio.formats.importing import ImportResult, apply_import, plan_import
from gar_studio.formats.plan import Fate, ImportPlan
from gar_studio.formats.selection import Selection
from gar_studio.store.opening import open_store
from tests.helpers.masks import BoolArray, mask_arrays, ring_and_part
from tests.helpers.projects import HEIGHT, WIDTH, add_region, draft, export_coco

Make = Callable[..., dict[str, Any]]

RLE = {"size": [HEIGHT, WIDTH], "counts": ring_and_part(HEIGHT, WIDTH).counts.decode()}


def photo(path: Path, shade: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((HEIGHT, WIDTH, 3), shade, np.uint8)).save(path)


def coco(*annotations: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a file of two images that are called the same in two folders."""
    return {
        "images": [
            {"id": 7, "file_name": "a/Bild 图.png", "width": WIDTH, "height": HEIGHT},
            {"id": 9, "file_name": "b/Bild 图.png", "width": WIDTH, "height": HEIGHT},
        ],
        "categories": [
            {"id": 1, "name": "person", "supercategory": "being"},
            {"id": 4, "name": "car", "supercategory": "none"},
        ],
        "annotations": [
            {"image_id": 7, "category_id": 1, "segmentation": RLE, "iscrowd": 0, **one}
            for one in annotations
        ],
        **more,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    photo(tmp_path / "a" / "Bild 图.png", 10)
    photo(tmp_path / "b" / "Bild 图.png", 20)
    return tmp_path


@pytest.fixture
def document(folder: Path) -> Iterator[Document]:
    made = Document(open_store(folder / "p.garproj", create=True))
    yield made
    made.close()


def plan(document: Document, content: dict[str, Any]) -> ImportPlan:
    folder = document.path.parent
    path = folder / "in.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return plan_import(document, open_coco(path, folder), folder)


def take_in(document: Document, content: dict[str, Any]) -> ImportResult:
    return apply_import(document, plan(document, content))


def exported(document: Document) -> dict[str, Any]:
    path = document.path.parent / "out.json"
    export_coco(document, path)
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def by_id(content: dict[str, Any], table: str = "annotations") -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in content[table]}


# --- masks --------------------------------------------------------------------------------------


def test_every_kind_of_mask_is_what_pycocotools_reads(document: Document) -> None:
    rings = [[1, 1, 9, 1, 9, 9, 1, 9], [10, 10, 14, 10, 14.5, 11.5]]
    content = coco(
        {"id": 1, "segmentation": rings},
        {"id": 2, "segmentation": RLE},
        {"id": 3, "segmentation": {"size": [HEIGHT, WIDTH], "counts": [10, 6, 176]}},
        {
            "id": 4,
            "segmentation": {"size": [HEIGHT, WIDTH], "counts": [0, 0, 9, 3, 180]},
            "iscrowd": 1,
        },
        {"id": 5, "segmentation": [[0, 0, 16, 0, 16, 12, 0, 12]], "image_id": 9},
    )
    take_in(document, content)
    with redirect_stdout(io.StringIO()):
        theirs = COCO(str(document.path.parent / "in.json"))
    for image_id in (7, 9):
        for region in document.regions(image_id):
            array = theirs.annToMask(theirs.loadAnns([region.id])[0])
            assert np.array_equal(region.mask.to_array(), array.astype(bool))
    assert by_id(exported(document))[4]["iscrowd"] == 1
    assert by_id(exported(document))[2]["iscrowd"] == 0


arrays = mask_arrays(height=HEIGHT, width=WIDTH).filter(lambda array: bool(array.any()))


@given(st.lists(st.tuples(arrays, st.booleans(), st.sampled_from([7, 9])), max_size=6))
@settings(max_examples=25, deadline=None)
def test_out_in_and_out_again_is_the_same_file(
    made: list[tuple[BoolArray, bool, int]],
) -> None:
    rows = []
    for number, (array, compressed, image_id) in enumerate(made, start=3):
        mask = Mask.from_array(array)
        runs = np.diff(np.concatenate(([0], mask.turns, [HEIGHT * WIDTH]))).tolist()
        counts = mask.counts.decode() if compressed else runs
        shape = {"size": [HEIGHT, WIDTH], "counts": counts}
        rows.append(
            {"id": number, "image_id": image_id, "segmentation": shape, "area": 0, "bbox": []}
        )
    content = coco(*rows)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photo(folder / "a" / "Bild 图.png", 10)
        photo(folder / "b" / "Bild 图.png", 20)
        first = Document(open_store(folder / "p.garproj", create=True))
        take_in(first, content)
        once = exported(first)
        first.close()
        assert set(by_id(once)) == {row["id"] for row in rows}
        for row, (array, _, _) in zip(rows, made, strict=True):
            shape = by_id(once)[row["id"]]["segmentation"]
            assert np.array_equal(coco_mask.decode(shape).astype(bool), array)
        second = Document(open_store(folder / "q.garproj", create=True))
        take_in(second, once)
        twice = exported(second)
        second.close()
    assert {**once, "info": 0} == {**twice, "info": 0}


# --- ids and keys -------------------------------------------------------------------------------


def test_ids_and_unknown_keys_go_out_as_they_came_in(document: Document) -> None:
    content = coco(
        {"id": 900, "attributes": {"occluded": True, "n": 1.5}},
        {"id": 3, "image_id": 9, "category_id": 4, "score": 0.25},
        info={"year": 2020, "url": "u"},
        licenses=[{"id": 1, "name": "CC"}],
        videos=[1, {"x": None}],
    )
    content["images"][0]["coco_url"] = "somewhere"
    content["categories"][0]["keypoints"] = ["nose"]
    take_in(document, content)
    assert [image.id for image in document.images()] == [7, 9]
    found = exported(document)
    assert set(by_id(found)) == {900, 3}
    assert by_id(found)[900]["attributes"] == {"occluded": True, "n": 1.5}
    assert by_id(found)[3]["score"] == 0.25
    assert by_id(found)[3]["category_id"] == 4
    assert by_id(found, "images")[7]["coco_url"] == "somewhere"
    assert found["categories"] == [
        {"id": 1, "name": "person", "supercategory": "being", "keypoints": ["nose"]},
        {"id": 4, "name": "car", "supercategory": "none"},
    ]
    assert (found["videos"], found["licenses"]) == ([1, {"x": None}], [{"id": 1, "name": "CC"}])
    assert found["info"]["year"] == 2020
    assert found["info"]["contributor"] == "GAR Studio"


def test_ids_that_are_taken_are_given_anew_and_never_twice(document: Document) -> None:
    take_in(document, coco({"id": 1}, {"id": 2, "category_id": 4}))
    other = coco(
        {"id": 2, "segmentation": [[0, 0, 5, 0, 5, 5]]},
        {"id": 5, "segmentation": [[0, 0, 6, 0, 6, 6]]},
        {"id": 5, "segmentation": [[0, 0, 7, 0, 7, 7]]},
        {"id": 0, "segmentation": [[0, 0, 8, 0, 8, 8]]},
        {"id": 2**40, "segmentation": [[0, 0, 9, 0, 9, 9]]},
    )
    take_in(document, other)
    ids = [region.id for region in document.regions(7)]
    assert ids == [1, 2, 6, 5, 7, 8, 9]
    written = [row["id"] for row in exported(document)["annotations"]]
    assert written == [1, 2, 6, 5, 7, 8, 2**40], "0 reads as unmatched; the large one is free"
    assert add_region(document, 7).id == 10


def test_what_is_there_already_stays_as_it_is(document: Document) -> None:
    content = coco({"id": 1}, {"id": 2, "category_id": 4, "caption": "theirs"})
    take_in(document, content)
    document.do(SetCaption(7, 1, Caption("mine", Provenance("person"))))
    before = document.regions(7)
    content["annotations"][0]["caption"] = "a model's words"
    again = plan(document, content)
    assert (again.regions, again.present) == (0, 2)
    assert apply_import(document, again) == ImportResult()
    assert document.regions(7) == before


def test_a_region_without_words_gets_those_of_the_file(document: Document) -> None:
    take_in(document, coco({"id": 1}))
    result = take_in(document, coco({"id": 1, "caption": "A car."}))
    assert (result.regions, result.filled) == (0, 1)
    (region,) = document.regions(7)
    assert region.caption is not None
    assert region.caption.text == "A car."
    assert document.undo(7) == "import labels"
    assert document.regions(7)[0].caption is None


def test_each_image_is_undone_by_itself(document: Document) -> None:
    take_in(document, coco({"id": 1}, {"id": 2, "category_id": 4}, {"id": 3, "image_id": 9}))
    assert document.undo_name(7) == "import 2 regions"
    document.undo(7)
    assert document.regions(7) == ()
    assert len(document.regions(9)) == 1
    assert document.redo(7) == "import 2 regions"
    assert [region.id for region in document.regions(7)] == [1, 2]


def test_everything_of_ours_comes_back(document: Document, folder: Path) -> None:
    document.add_images([])
    take_in(document, coco())
    first, second = add_region(document, 7), add_region(document, 7, ring_and_part(HEIGHT, WIDTH))
    document.do(AssignNewCategory(7, (first.id,), "animal/狗"))
    for task, answer in (
        ("relate", f"⟨region:{first.id}⟩ by ⟨region:{second.id}⟩."),
        ("ask", "Yes."),
    ):
        question = document.stored(7, "Is #2 by #1?") if task == "ask" else ""
        made = draft(document, task, first, second, answer=answer, question=question)
        document.do(AcceptAnswer(7, made.id))
    document.do(SetCaption(7, second.id, Caption(f"By ⟨region:{first.id}⟩", Provenance("m", "r1"))))
    document.do(ReviewRegions(7, (first.id,), Review(Verdict.FLAGGED, "why", "Ana", "now")))
    document.do(SetImageState(ImageState(9, done=True, note="n", by="Ana", at="now")))
    once = exported(document)
    other = Document(open_store(folder / "other.garproj", create=True))
    take_in(other, once)
    assert other.regions(7)[1].caption == document.regions(7)[1].caption
    assert other.regions(7)[0].review == document.regions(7)[0].review
    assert other.image_state(9) == document.image_state(9)
    assert {**exported(other), "info": 0} == {**once, "info": 0}
    other.close()


def test_numbers_in_texts_keep_their_meaning_when_others_are_left_out(
    document: Document, folder: Path
) -> None:
    take_in(document, coco({"id": 1}, {"id": 2, "category_id": 4}, {"id": 3, "image_id": 9}))
    document.do(SetCaption(7, 2, Caption("⟨region:2⟩ is not ⟨region:1⟩", Provenance("person"))))
    cars = Selection(categories=frozenset({4}))
    export_project(document.path, FORMATS["coco"], folder / "cars.json", selection=cars)
    content = json.loads((folder / "cars.json").read_text(encoding="utf-8"))
    assert content["annotations"][0]["caption"] == "#2 is not #1"
    other = Document(open_store(folder / "other.garproj", create=True))
    take_in(other, content)
    (region,) = other.regions(7)
    assert region.caption is not None
    assert other.shown(7, region.caption.text) == "#1 is not #(deleted)"
    other.close()


# --- the plan -----------------------------------------------------------------------------------


def test_the_plan_says_what_becomes_of_images(document: Document, folder: Path) -> None:
    content = coco(
        {"id": 1}, {"id": 2, "image_id": 9}, {"id": 3, "image_id": 11}, {"id": 4, "image_id": 12}
    )
    take_in(document, coco())
    photo(folder / "small.png")
    content["images"] += [
        {"id": 11, "file_name": "none.png", "width": WIDTH, "height": HEIGHT},
        {"id": 12, "file_name": "small.png", "width": 5, "height": 5},
        {"id": 13, "file_name": "small.png", "width": WIDTH, "height": HEIGHT},
        {"id": 14, "file_name": "./small.png", "width": WIDTH, "height": HEIGHT},
    ]
    found = plan(document, content)
    known, new, gone, other, twice = (
        Fate.KNOWN,
        Fate.NEW,
        Fate.MISSING,
        Fate.OTHER_SIZE,
        Fate.REPEATED,
    )
    assert [image.fate for image in found.images] == [known, known, gone, other, new, twice]
    assert (found.regions, found.left_out) == (2, 1)  # the mask of the fourth is of another size
    assert found.problems == {"annotations with a broken mask": 1}
    assert document.regions(7) == ()


def test_a_photo_that_was_moved_is_known_by_its_bytes(document: Document, folder: Path) -> None:
    take_in(document, coco({"id": 1}))
    (folder / "moved").mkdir()
    (folder / "a" / "Bild 图.png").rename(folder / "moved" / "new name.png")
    content = coco({"id": 1})
    content["images"][0]["file_name"] = "moved/new name.png"
    found = plan(document, content)
    assert found.images[0].image_id == 7
    assert found.present == 1


def test_clashes_of_categories_are_shown(document: Document) -> None:
    take_in(document, coco({"id": 1}))
    content = coco(
        {"id": 5, "category_id": 8}, {"id": 6, "category_id": 77}, {"id": 7, "category_id": 9}
    )
    content["categories"] += [{"id": 8, "name": "Car"}, {"id": 9, "name": " / "}]
    found = plan(document, content)
    assert found.new_categories == ("Car",)
    assert found.alike == (("Car", "car"),)
    assert set(found.present_categories) == {"person", "car"}
    assert found.unusable == ("/",)
    assert found.problems["annotations of unknown categories"] == 1


def test_a_category_is_known_below_its_parent_too(document: Document) -> None:
    take_in(document, coco())
    region = add_region(document, 7)
    document.do(AssignNewCategory(7, (region.id,), "being/robot"))
    content = coco({"id": 5, "category_id": 8})
    content["categories"] = [{"id": 8, "name": "robot", "supercategory": "being"}]
    assert plan(document, content).present_categories == {"robot": "being/robot"}


def test_an_import_that_is_stopped_changes_nothing(document: Document) -> None:
    made = plan(document, coco({"id": 1}, {"id": 2, "image_id": 9}))

    def stop(done: int, _: int) -> None:
        if done:
            raise KeyboardInterrupt

    before = document.path.stat().st_size
    with pytest.raises(KeyboardInterrupt):
        apply_import(document, made, stop)
    assert (document.images(), len(document.categories())) == ((), 1)
    assert document.path.stat().st_size == before
    assert apply_import(document, made).regions == 2


def test_rows_that_are_not_sound_are_counted_and_the_others_come_in(document: Document) -> None:
    content = coco(
        {"id": 1},
        {"id": 2, "segmentation": {"size": [HEIGHT, WIDTH], "counts": "ooo"}},
        {"id": 3, "segmentation": [[1, 2, 3]]},
        {"id": "four"},
        {"id": 5, "segmentation": [], "bbox": [1, 1, 3, 4]},
        {"id": 6, "image_id": 1000},
        {"id": 8, "caption": 7, "category_id": 4},
        {"id": 9, "segmentation": {"size": [HEIGHT, WIDTH], "counts": [192]}},
        relations=[{"image_id": 7, "subject_id": 1, "predicate": "by", "object_id": 99}],
    )
    found = plan(document, content)
    assert found.regions == 3
    assert found.problems == {
        "annotations that are not as expected": 1,
        "captions and reviews of another kind than ours": 1,
        "annotations with a broken mask": 2,
        "annotations with a box only, taken as a filled box": 1,
        "annotations without a pixel": 1,
        "relations of unknown regions": 1,
        "annotations of unknown images": 1,
    }


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", '{"images": []}', '{"images": 1, "annotations": []}', "nope", "[" * 100_000],
)
def test_what_is_no_coco_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(FormatError) as caught:
        open_coco(path, tmp_path)
    assert "a.json" in caught.value.what
    assert caught.value.advice


def test_no_photo_outside_the_folder_is_opened(document: Document, folder: Path) -> None:
    photo(folder.parent / "secret.png")
    content = coco({"id": 1})
    content["images"][0]["file_name"] = "../secret.png"
    found = plan(document, content)
    assert found.images[0].fate is Fate.MISSING
    assert found.problems == {"names of photos that lead out of the folder": 1}


# --- malformed files ----------------------------------------------------------------------------


def fuzz(count: int, folder: Path) -> None:
    for files in (mutated(count, seed=11), mutated_rle(count, seed=12)):
        found = read(files, folder)
        assert found.untyped == []
        assert found.refused + found.read == count


def test_malformed_files_raise_errors_of_ours_only(tmp_path: Path) -> None:
    fuzz(600, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_very_many_malformed_files(tmp_path: Path) -> None:
    fuzz(50_000, tmp_path)

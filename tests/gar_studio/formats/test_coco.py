"""COCO files: what pycocotools reads is what people drew, bit for bit."""

import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from gar_studio import files
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.review import ImageState, Review, Verdict
from gar_studio.document.commands import (
    AcceptAnswer,
    AssignNewCategory,
    DeleteRegions,
    MergeCategories,
    MoveRegion,
    SetCaption,
    SetCategory,
)
from gar_studio.document.document import Document
from gar_studio.document.review_commands import ReviewRegions, SetImageState
from gar_studio.errors import ExportError, StoreError
from gar_studio.store.opening import open_store
from gar_studio.store.project import ProjectStore
from tests.helpers.masks import BoolArray, mask_arrays, ring_and_part
from tests.helpers.projects import (
    HEIGHT,
    MODEL,
    PERSON,
    WIDTH,
    add_region,
    box,
    caption,
    draft,
    export_coco,
    facts,
    new_document,
)


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    made = new_document(tmp_path / "Straße 图.garproj", images=3)
    yield made
    made.close()


def load(path: Path) -> COCO:
    with redirect_stdout(io.StringIO()):  # it talks while it reads
        return COCO(str(path))


def exported(document: Document) -> dict[str, Any]:
    path = document.path.parent / "out.json"
    export_coco(document, path)
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


arrays = mask_arrays(height=HEIGHT, width=WIDTH).filter(lambda array: bool(array.any()))


@given(st.lists(arrays, min_size=1, max_size=6))
@settings(max_examples=30)
def test_pycocotools_gives_back_every_mask_bit_for_bit(masks: list[BoolArray]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        document = new_document(Path(folder) / "a.garproj")
        kept = {
            add_region(document, 1 + number % 2, Mask.from_array(array)).id: array
            for number, array in enumerate(masks)
        }
        export_coco(document, Path(folder) / "a.json")
        document.close()
        coco = load(Path(folder) / "a.json")
        assert set(coco.getAnnIds()) == set(kept)
        for region_id, array in kept.items():
            (annotation,) = coco.loadAnns([region_id])
            assert np.array_equal(coco.annToMask(annotation).astype(bool), array)
            assert annotation["area"] == int(array.sum())
            ys, xs = np.nonzero(array)
            x, y = int(xs.min()), int(ys.min())
            assert annotation["bbox"] == [x, y, int(xs.max()) - x + 1, int(ys.max()) - y + 1]


def test_the_fields_that_readers_stumble_over(document: Document) -> None:
    add_region(document, 2, ring_and_part(HEIGHT, WIDTH))
    content = exported(document)
    (annotation,) = content["annotations"]
    assert annotation["id"] == 1
    assert annotation["image_id"] == 2
    assert annotation["category_id"] == 1
    assert annotation["iscrowd"] == 0
    assert type(annotation["iscrowd"]) is int
    assert annotation["segmentation"]["size"] == [HEIGHT, WIDTH]
    assert type(annotation["segmentation"]["counts"]) is str
    assert type(annotation["area"]) is int
    assert [image["id"] for image in content["images"]] == [1, 2, 3]
    assert content["images"][0]["file_name"] == "sub 1/bild 1.png"
    assert (content["images"][0]["width"], content["images"][0]["height"]) == (WIDTH, HEIGHT)
    assert content["categories"] == [{"id": 1, "name": "object", "supercategory": ""}]


def test_images_without_regions_are_there(document: Document) -> None:
    report = export_coco(document, document.path.parent / "out.json")
    assert (report.images, report.regions) == (3, 0)
    coco = load(report.path)
    assert coco.getImgIds() == [1, 2, 3]
    assert coco.getAnnIds() == []


def test_a_project_without_images(tmp_path: Path) -> None:
    document = new_document(tmp_path / "a.garproj", images=0)
    assert exported(document)["images"] == []
    load(tmp_path / "out.json")
    document.close()


def test_ids_stay_the_same_from_export_to_export(document: Document) -> None:
    regions = [add_region(document, 1) for _ in range(4)]
    document.do(AssignNewCategory(1, (regions[0].id,), "dog"))
    first = exported(document)
    again = exported(document)
    assert {**first, "info": 0} == {**again, "info": 0}
    document.do(DeleteRegions(1, (regions[1].id,)))
    document.do(MoveRegion(1, regions[3].id, 1))
    add_region(document, 2)
    document.close()
    with_others = Document(open_store(document.path))
    third = exported(with_others)
    with_others.close()

    def masks(content: dict[str, Any]) -> dict[int, str]:
        return {a["id"]: a["segmentation"]["counts"] for a in content["annotations"]}

    kept = masks(first).items() & masks(third).items()
    assert {region_id for region_id, _ in kept} == {1, 3, 4}
    assert set(masks(third)) == {1, 3, 4, 5}
    assert third["images"] == first["images"]
    assert third["categories"] == first["categories"]


def test_unicode_everywhere(document: Document) -> None:
    document.add_images([("Ordner/图像 é “1”\n.png", facts())])
    region = add_region(document, 4)
    document.do(AssignNewCategory(4, (region.id,), "狗 & “Hund”"))
    document.do(SetCaption(4, region.id, caption('eine „Straße“ \\ "x" 💐\u2028')))
    content = exported(document)
    assert content["images"][-1]["file_name"] == "Ordner/图像 é “1”\n.png"
    assert content["categories"][-1]["name"] == "狗 & “Hund”"
    assert content["annotations"][0]["caption"] == 'eine „Straße“ \\ "x" 💐\u2028'
    assert content["info"]["description"] == "Straße 图"


def test_reviews_and_states_leave_as_additions(document: Document) -> None:
    region = add_region(document, 1)
    document.do(ReviewRegions(1, (region.id,), Review(Verdict.REJECTED, "cut off", "Ana", "now")))
    document.do(SetImageState(ImageState(2, done=True, by="Ana")))
    data = exported(document)
    reviewed = {a["id"]: a["review"] for a in data["annotations"] if "review" in a}
    said = {"verdict": "rejected", "reason": "cut off", "by": "Ana", "at": "now"}
    assert reviewed == {region.id: said}
    states = {i["id"]: i["state"] for i in data["images"] if "state" in i}
    assert list(states) == [2]
    assert states[2]["done"] is True
    assert states[2]["by"] == "Ana"


def test_merged_categories_leave_as_the_one_that_took_their_place(document: Document) -> None:
    regions = [add_region(document, 1) for _ in range(2)]
    document.do(AssignNewCategory(1, (regions[0].id,), "dog"))
    document.do(AssignNewCategory(1, (regions[1].id,), "animal/hound"))
    document.do(MergeCategories(2, 3))
    content = exported(document)
    listed = {c["id"]: c for c in content["categories"]}
    assert set(listed) == {1, 3}
    assert listed[3]["supercategory"] == "animal"
    assert [a["category_id"] for a in content["annotations"]] == [3, 3]


def test_captions_relations_and_questions_leave_with_the_numbers_people_see(
    document: Document,
) -> None:
    first, second, third = (add_region(document, 1) for _ in range(3))
    on = f"⟨region:{first.id}⟩ sits on ⟨region:{third.id}⟩."
    for task, text in (("describe", "A dog."), ("relate", on), ("ask", f"Yes, {on}")):
        question = document.stored(1, "Is #1 on #3?") if task == "ask" else ""
        asked = (first,) if task == "describe" else (first, third)
        made = draft(document, task, *asked, answer=text, question=question)
        document.do(AcceptAnswer(1, made.id))
    draft(document, "ask", second, answer="nobody accepted this")
    document.do(SetCaption(1, second.id, caption(document.stored(1, "next to #3"))))
    document.do(DeleteRegions(1, (second.id,)))
    document.undo(1)
    document.do(MoveRegion(1, third.id, 1))
    report = export_coco(document, document.path.parent / "out.json")
    assert (report.captions, report.relations, report.exchanges, report.drafts) == (2, 1, 1, 1)
    content = exported(document)
    by_id = {a["id"]: a for a in content["annotations"]}
    assert by_id[first.id]["caption"] == "A dog."
    assert by_id[first.id]["captions"][0]["text"] == "A dog."
    assert by_id[first.id]["captions"][0]["provenance"]["model"] == MODEL.model
    assert by_id[first.id]["provenance"]["model"] == PERSON.model
    assert by_id[second.id]["caption"] == "next to #1"
    assert "caption" not in by_id[third.id]
    (relation,) = content["relations"]
    assert relation["id"] == 1
    assert relation["image_id"] == 1
    assert relation["subject_id"] == first.id
    assert relation["predicate"] == "sits on"
    assert relation["object_id"] == third.id
    assert relation["object_ids"] == [third.id]
    assert relation["answer"] == "#2 sits on #1."
    (exchange,) = content["qa"]
    assert exchange["annotation_ids"] == [first.id, third.id]
    assert exchange["question"] == "Is #2 on #1?"
    assert exchange["answer"] == "Yes, #2 sits on #1."
    assert exchange["image_id"] == 1
    assert "⟨" not in json.dumps(content, ensure_ascii=False)


def test_every_id_that_is_mentioned_is_there(document: Document) -> None:
    first, second = (add_region(document, 1) for _ in range(2))
    for task in ("relate", "ask"):
        document.do(AcceptAnswer(1, draft(document, task, first, second, answer="Both.").id))
    document.do(SetCategory(1, (first.id,), 1))
    document.do(DeleteRegions(1, (second.id,)))
    content = exported(document)
    assert content["relations"] == []
    assert content["qa"][0]["annotation_ids"] == [first.id]


def test_evaluated_against_itself_the_file_is_perfect(document: Document) -> None:
    for number in range(8):
        region = add_region(document, 1 + number % 3, box(number, number % 5, 4, 5))
        if number % 2:
            document.do(SetCategory(region.image_id, (region.id,), 1))
        else:
            document.do(AssignNewCategory(region.image_id, (region.id,), f"c{number}"))
    add_region(document, 1, ring_and_part(HEIGHT, WIDTH))
    export_coco(document, document.path.parent / "out.json")
    truth = load(document.path.parent / "out.json")
    results = [
        {key: a[key] for key in ("image_id", "category_id", "segmentation")} | {"score": 0.9}
        for a in truth.dataset["annotations"]
    ]
    with redirect_stdout(io.StringIO()):
        evaluation = COCOeval(truth, truth.loadRes(results), "segm")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    assert evaluation.stats[0] == pytest.approx(1.0)


# --- writing ------------------------------------------------------------------------------------


def entries(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if "garproj" not in path.name}


def test_an_export_that_fails_leaves_the_older_file(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = add_region(document, 1)
    path = document.path.parent / "out.json"
    export_coco(document, path)
    older = path.read_bytes()
    document.do(SetCaption(1, region.id, caption("new")))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        with pytest.raises(ExportError, match="No space left") as caught:
            export_coco(document, path)
    assert "older file" in caught.value.kept
    assert caught.value.advice
    assert path.read_bytes() == older
    assert entries(path.parent) == {"out.json"}

    def unreadable(*_: object) -> None:
        raise StoreError("The drive is gone.")

    with monkeypatch.context() as patch:
        patch.setattr(ProjectStore, "each", unreadable)
        with pytest.raises(StoreError):
            export_coco(document, path)
    assert path.read_bytes() == older
    assert entries(path.parent) == {"out.json"}
    export_coco(document, path)
    assert path.read_bytes() != older


@pytest.mark.parametrize("name", ["nowhere/out.json", "folder.json"])
def test_a_place_that_cannot_be_written_to(document: Document, name: str) -> None:
    (document.path.parent / "folder.json").mkdir()
    with pytest.raises(ExportError) as caught:
        export_coco(document, document.path.parent / name)
    assert "out.json" in caught.value.what or "folder.json" in caught.value.what
    assert entries(document.path.parent) == {"folder.json"}


def test_the_project_is_not_written_over(document: Document, tmp_path: Path) -> None:
    add_region(document, 1)
    before = document.path.read_bytes()
    for path in (document.path, tmp_path / "." / "x" / ".." / document.path.name):
        (tmp_path / "x").mkdir(exist_ok=True)
        with pytest.raises(ExportError, match="project itself"):
            export_coco(document, path)
    assert document.path.read_bytes() == before


def test_a_project_that_is_open_for_reading_only_can_be_exported(document: Document) -> None:
    add_region(document, 1)
    content = exported(document)
    second = Document(open_store(document.path))
    assert second.read_only
    assert {**exported(second), "info": 0} == {**content, "info": 0}
    second.close()

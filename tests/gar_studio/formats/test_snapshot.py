"""What leaves: what was chosen, as it was at one moment, whatever a window writes meanwhile."""

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

import pytest

from gar_studio.annotation.review import ImageState, Progress, Review, Verdict
from gar_studio.document.commands import AcceptAnswer, AssignNewCategory, DeleteRegions
from gar_studio.document.document import Document
from gar_studio.document.review_commands import ReviewRegions, SetImageState
from gar_studio.errors import ExportError, StoreError
from gar_studio.formats.catalogue import FORMATS
from gar_studio.formats.coco import part_path
from gar_studio.formats.exporting import export_project
from gar_studio.formats.labels import ImageLabels
from gar_studio.formats.report import Loss, report_path
from gar_studio.formats.selection import Selection, Split
from gar_studio.formats.snapshot import project_labels
from gar_studio.formats.table import Format
from gar_studio.images import ImageFacts
from tests.helpers.projects import HEIGHT, WIDTH, add_region, box, draft, new_document


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    made = new_document(tmp_path / "a.garproj", images=3)
    for number in range(4):
        add_region(made, 1 + number % 2, box(number, number))
    made.do(AssignNewCategory(1, (1,), "animal/dog"))
    yield made
    made.close()


def chosen(document: Document, **fields: object) -> dict[int, list[int]]:
    with project_labels(document.path, Selection(**fields)) as labels:  # type: ignore[arg-type]
        return {one.image.id: [region.id for region in one.regions] for one in labels.images()}


def test_everything_leaves_in_order(document: Document) -> None:
    assert chosen(document) == {1: [1, 3], 2: [2, 4], 3: []}


def test_the_labels_are_those_that_the_document_shows(document: Document) -> None:
    document.do(AcceptAnswer(1, draft(document, "ask", *document.regions(1), answer="Yes.").id))
    with project_labels(document.path) as labels:
        for one in labels.images():
            image_id = one.image.id
            assert one.regions == document.regions(image_id)
            assert one.exchanges == document.exchanges(image_id)
            assert one.numbers == document.numbers(image_id)
            assert one.state == document.image_state(image_id)
            assert one.file == document.image_path(image_id)
            assert [r.mask.area for r in one.regions] == [
                int(r.mask.to_array().sum()) for r in document.regions(image_id)
            ]


def test_by_category_state_verdict_and_image(document: Document) -> None:
    document.do(ReviewRegions(2, (4,), Review(Verdict.ACCEPTED)))
    document.do(SetImageState(ImageState(2, done=True)))
    assert chosen(document, categories=frozenset({2})) == {1: [1], 2: [], 3: []}
    assert chosen(document, categories=frozenset({2}), empty_images=False) == {1: [1]}
    assert chosen(document, states=frozenset({Progress.DONE})) == {2: [2, 4]}
    assert chosen(document, states=frozenset({Progress.EMPTY})) == {3: []}
    accepted = chosen(document, verdicts=frozenset({Verdict.ACCEPTED}), empty_images=False)
    assert accepted == {2: [4]}
    assert chosen(document, images=frozenset({2, 3})) == {2: [2, 4], 3: []}


def test_what_hangs_on_a_region_that_stays_here_stays_too(document: Document) -> None:
    first, second = document.regions(1)
    for task in ("relate", "ask"):
        document.do(AcceptAnswer(1, draft(document, task, first, second, answer="Both.").id))
    draft(document, "ask", first, answer="nobody accepted this")
    with project_labels(document.path, Selection(categories=frozenset({2}))) as labels:
        one: ImageLabels = next(labels.images())
    assert (one.relations, one.exchanges, one.drafts) == ((), (), 1)
    assert one.left_out == 3  # the relation, its answer, and the question
    assert one.numbers == {1: 1, 3: 2}


def test_a_deleted_region_is_dropped_from_the_questions_about_it(document: Document) -> None:
    first, second = document.regions(1)
    document.do(AcceptAnswer(1, draft(document, "ask", first, second, answer="Both.").id))
    document.do(DeleteRegions(1, (second.id,)))
    with project_labels(document.path) as labels:
        one = next(labels.images())
    assert [e.region_ids for e in one.exchanges] == [(first.id,)]


def test_nothing_changes_while_an_export_reads(document: Document) -> None:
    with project_labels(document.path) as labels:
        images = labels.images()
        seen = [next(images).image.id]
        add_region(document, 3)
        document.do(DeleteRegions(2, (2, 4)))
        later = {one.image.id: len(one.regions) for one in images}
    assert (seen, later) == ([1], {2: 2, 3: 0})
    assert chosen(document) == {1: [1, 3], 2: [], 3: [5]}


def test_on_another_thread(document: Document) -> None:
    found: list[dict[int, list[int]]] = []
    thread = threading.Thread(target=lambda: found.append(chosen(document)))
    thread.start()
    thread.join()
    assert found == [{1: [1, 3], 2: [2, 4], 3: []}]


# --- splitting and reports ----------------------------------------------------------------------


def test_a_split_is_one_file_a_part_and_always_the_same(tmp_path: Path) -> None:
    document = new_document(tmp_path / "a.garproj", images=0)
    facts = (ImageFacts(WIDTH, HEIGHT, 1, f"{i:064x}") for i in range(60))
    document.add_images((f"{i}.png", one) for i, one in enumerate(facts))
    add_region(document, 5)
    path = tmp_path / "out.json"

    def parts(split: Split) -> dict[str, list[str]]:
        report = export_project(
            document.path, FORMATS["coco"], path, selection=Selection(split=split)
        )
        assert (report.images, report.regions, report.files) == (60, 1, 3)
        assert not path.exists()
        files = {
            part: json.loads(part_path(path, part).read_text()) for part in ("train", "val", "test")
        }
        return {part: [i["file_name"] for i in one["images"]] for part, one in files.items()}

    first = parts(Split(0.5, 0.3, 0.2, seed=1))
    assert first == parts(Split(0.5, 0.3, 0.2, seed=1))
    assert first != parts(Split(0.5, 0.3, 0.2, seed=2))
    assert Counter(chain.from_iterable(first.values())) == Counter(f"{i}.png" for i in range(60))
    document.close()


def test_what_is_lost_is_listed_beside_the_export(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    export_project(document.path, FORMATS["coco"], path)
    assert not report_path(path).exists()
    made = draft(document, "ask", document.regions(1)[0], answer="nobody accepted this")
    report = export_project(document.path, FORMATS["coco"], path)
    assert report.losses == {Loss.DRAFTS: 1}
    listed = json.loads(report_path(path).read_text(encoding="utf-8"))["lost"]
    assert listed == [{"what": Loss.DRAFTS.value, "count": 1, "for_example": ["sub 1/bild 1.png"]}]
    document.do(AcceptAnswer(1, made.id))
    export_project(document.path, FORMATS["coco"], path)
    assert json.loads(report_path(path).read_text(encoding="utf-8"))["lost"] == []


def test_a_format_that_only_comes_in_is_not_exported(document: Document, tmp_path: Path) -> None:
    with pytest.raises(ExportError):
        export_project(document.path, Format("x", "X", "", ".x"), tmp_path / "a.x")


def test_other_programs_read_the_file(tmp_path: Path) -> None:
    import supervision

    from tests.helpers.images import save, scene

    document = new_document(tmp_path / "a.garproj", images=2)
    regions = [add_region(document, 1 + n % 2, box(n, n)) for n in range(4)]
    for image in document.images():
        save(tmp_path / image.path, scene(WIDTH, HEIGHT))
    export_project(document.path, FORMATS["coco"], tmp_path / "out.json")
    read = supervision.DetectionDataset.from_coco(
        images_directory_path=str(tmp_path),
        annotations_path=str(tmp_path / "out.json"),
        force_masks=True,
    )
    assert read.classes == ["object"]
    found = {
        Path(path).relative_to(tmp_path).as_posix(): detections for path, _, detections in read
    }
    for region in regions:
        image = document.image(region.image_id)
        masks = found[image.path].mask
        assert any((mask == region.mask.to_array()).all() for mask in masks)
    document.close()


@pytest.mark.parametrize(
    "damage",
    [
        f"UPDATE region SET mask_height = {2**62}, mask_width = {2**62}",
        f"UPDATE region SET mask_height = {-(2**62)}, mask_width = {2**62}",
        "UPDATE region SET mask_height = 'tall'",
        "ALTER TABLE region RENAME COLUMN mask_width TO width",
    ],
)
def test_a_damaged_mask_is_said_in_a_sentence(tmp_path: Path, damage: str) -> None:
    path = _damaged(tmp_path, damage)
    with pytest.raises(StoreError, match="damaged"):
        export_project(path, FORMATS["coco"], tmp_path / "out.json")
    assert not (tmp_path / "out.json").exists()


def test_categories_merged_in_a_ring_are_written_as_the_first(tmp_path: Path) -> None:
    path = _damaged(tmp_path, "UPDATE category SET merged_into = 1 WHERE id = 1")
    export_project(path, FORMATS["coco"], tmp_path / "out.json")
    written = json.loads((tmp_path / "out.json").read_bytes())
    assert {row["category_id"] for row in written["annotations"]} == {1}
    assert [row["id"] for row in written["categories"]] == [1]


def _damaged(folder: Path, statement: str) -> Path:
    document = new_document(folder / "a.garproj", images=1)
    add_region(document, document.images()[0].id)
    document.close()
    with closing(sqlite3.connect(folder / "a.garproj")) as connection, connection:
        connection.execute(statement)
    return folder / "a.garproj"

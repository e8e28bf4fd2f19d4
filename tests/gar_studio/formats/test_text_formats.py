"""Formats of words: COCO captions, training data, conversations, Visual Genome and tables."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools.coco import COCO

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import stored_mention
from gar_studio.annotation.region import Caption
from gar_studio.formats.captions_csv import export_csv
from gar_studio.formats.coco_captions import export_coco_captions
from gar_studio.formats.conversations import export_conversations
from gar_studio.formats.gar_training import export_gar_training
from gar_studio.formats.labels import ImageLabels
from gar_studio.formats.report import Loss
from gar_studio.formats.visual_genome import export_visual_genome
from tests.gar_studio.formats.test_round_trips import folders
from tests.helpers.labels import PERSON, MemoryLabels, ask, image_labels, label_sets, relation
from tests.helpers.masks import ring_and_part


def box(x: int, y: int, width: int = 4, height: int = 3) -> Mask:
    return Mask.from_box(x, y, x + width, y + height, height=12, width=16)


def captioned(image: ImageLabels, *captions: str | None) -> ImageLabels:
    regions = tuple(
        replace(region, caption=None if text is None else Caption(text, PERSON))
        for region, text in zip(image.regions, captions, strict=True)
    )
    return replace(image, regions=regions)


@pytest.fixture
def pair() -> ImageLabels:
    """An image of two regions, the first with a caption that mentions the second."""
    image = image_labels(1, "sub/a.jpg", [box(0, 0), box(8, 6)])
    return captioned(image, f"A dog beside {stored_mention(102)}", None)


def test_coco_captions_are_read_by_pycocotools(pair: ImageLabels, tmp_path: Path) -> None:
    report = export_coco_captions(MemoryLabels((pair,)), tmp_path / "c.json")
    with redirect_stdout(io.StringIO()):
        coco = COCO(str(tmp_path / "c.json"))
    (annotation,) = coco.loadAnns(coco.getAnnIds(imgIds=[1]))
    assert annotation["caption"] == "A dog beside #2"
    assert annotation["bbox"] == [0, 0, 4, 3]
    assert coco.loadImgs(1)[0]["file_name"] == "sub/a.jpg"
    assert report.losses[Loss.UNCAPTIONED] == 1


def test_training_data_numbers_its_masks(pair: ImageLabels, tmp_path: Path) -> None:
    first, second = pair.regions
    image = replace(
        pair,
        relations=(relation(1, pair, 1, "is behind", 0),),
        exchanges=(ask(1, pair, [1], "What is this?", "A cat."),),
    )
    export_gar_training(MemoryLabels((image,)), tmp_path / "t.json")
    caption, related, asked = json.loads((tmp_path / "t.json").read_text())

    rle = first.mask.to_coco(), second.mask.to_coco()
    assert caption["mask_rle"] == list(rle)
    assert caption["conversations"] == [
        {"from": "human", "value": "<image>\nDescribe <Prompt0> in detail."},
        {"from": "gpt", "value": "A dog beside <Prompt1>"},
    ]
    assert related["mask_rle"] == list(reversed(rle))
    assert related["conversations"][1]["value"] == "<Prompt0> is behind <Prompt1>."
    assert asked["mask_rle"] == rle[1], "one mask is no list"
    assert asked["conversations"][0]["value"] == "<image>\nAbout <Prompt0>: What is this?"


def test_a_caption_alone_is_written_as_the_loader_asks(tmp_path: Path) -> None:
    image = captioned(image_labels(1, "a.jpg", [box(0, 0)]), "A <image> of <Prompt3>")
    report = export_gar_training(MemoryLabels((image,)), tmp_path / "t.json")
    (item,) = json.loads((tmp_path / "t.json").read_text())
    assert isinstance(item["mask_rle"], dict)
    assert item["conversations"][0]["value"] == "<image>\nDescribe this masked region in detail."
    # What a person wrote must not read as a token.
    assert item["conversations"][1]["value"] == "A ‹image> of ‹Prompt3>"
    assert report.losses[Loss.RESERVED] == 1


def test_more_regions_than_gar_has_prompts_are_counted(tmp_path: Path) -> None:
    image = image_labels(1, "a.jpg", [box(x, 0, 1) for x in range(6)])
    image = replace(image, exchanges=(ask(1, image, list(range(6)), "Which?", "None."),))
    report = export_gar_training(MemoryLabels((image,)), tmp_path / "t.json")
    assert json.loads((tmp_path / "t.json").read_text()) == []
    assert report.losses[Loss.LARGE] == 1


@given(st.data())
def test_conversations_have_one_image_and_turns_that_alternate(data: st.DataObject) -> None:
    with folders() as (photos, out):
        labels = data.draw(label_sets(photos))
        report = export_conversations(labels, out)
        lines = [json.loads(line) for line in out.read_bytes().split(b"\n") if line]
        told = [
            i
            for i in labels.found
            if i.relations or i.exchanges or any(r.caption for r in i.regions)
        ]
        assert [line["image"] for line in lines] == [image.image.path for image in told]
        for line in lines:
            turns = line["conversations"]
            assert [t["from"] for t in turns] == ["human", "gpt"] * (len(turns) // 2)
            assert "".join(t["value"] for t in turns).count("<image>") == 1
            assert turns[0]["value"].startswith("<image>\n")
        assert report.images == len(told)


def test_regions_in_conversations_are_boxes(pair: ImageLabels, tmp_path: Path) -> None:
    export_conversations(MemoryLabels((pair,)), tmp_path / "c.jsonl")
    (line,) = (tmp_path / "c.jsonl").read_text(encoding="utf-8").splitlines()
    human, answer = json.loads(line)["conversations"]
    assert human["value"] == (
        "<image>\nDescribe the region [0.000, 0.000, 0.250, 0.250] in detail."
    )
    assert answer["value"] == "A dog beside [0.500, 0.500, 0.750, 0.750]"


def test_visual_genome_has_objects_and_relationships(pair: ImageLabels, tmp_path: Path) -> None:
    image = replace(pair, relations=(relation(7, pair, 0, "beside", 1),))
    report = export_visual_genome(MemoryLabels((image,)), tmp_path / "vg")
    ((of_image,), (objects,)) = (
        json.loads((tmp_path / f"vg/{name}.json").read_text())
        for name in ("relationships", "objects")
    )
    (relationship,) = of_image["relationships"]
    assert relationship["relationship_id"] == 7
    assert relationship["predicate"] == "beside"
    assert relationship["subject"] in objects["objects"]
    assert relationship["object"] == {
        "object_id": 102, "x": 8, "y": 6, "w": 4, "h": 3, "names": ["object"],
    }  # fmt: skip
    assert report.losses[Loss.MASKS] == 2


@given(st.data())
def test_tables_are_what_the_csv_module_reads(data: st.DataObject) -> None:
    with folders() as (photos, out):
        labels = data.draw(label_sets(photos))
        export_csv(labels, out)
        text = out.read_bytes().decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        regions = [(i, r) for i in labels.found for r in i.regions]
        assert len(rows) == len(regions)
        for row, (image, region) in zip(rows, regions, strict=True):
            caption = image.shown(region.caption.text) if region.caption else ""
            assert row["caption"] in (caption, f"'{caption}")
            assert row["area"] == str(region.mask.area)
            assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row.values())


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", " =1", "\n=1", "＝1"])
def test_no_cell_is_a_formula(text: str, tmp_path: Path) -> None:
    image = captioned(image_labels(1, "a.jpg", [box(0, 0)]), text)
    report = export_csv(MemoryLabels((image,)), tmp_path / "t.csv")
    data = (tmp_path / "t.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfimage,")
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert row["caption"] == f"'{text}"
    assert report.losses[Loss.FORMULAS] == 1


@pytest.mark.parametrize(
    "export", [export_coco_captions, export_gar_training, export_conversations, export_csv]
)
def test_each_part_of_a_split_has_its_file(
    export: Callable[..., object], pair: ImageLabels, tmp_path: Path
) -> None:
    other = captioned(image_labels(2, "b.jpg", [ring_and_part(12, 16)], part="val"), "another text")
    export(MemoryLabels((replace(pair, part="train"), other)), tmp_path / "x.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.train.json", "x.val.json"]
    assert "another text" in (tmp_path / "x.val.json").read_text(encoding="utf-8")
    assert "another text" not in (tmp_path / "x.train.json").read_text(encoding="utf-8")

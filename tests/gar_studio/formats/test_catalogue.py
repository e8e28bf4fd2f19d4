"""Every format on the way that people go: from one project over files into a new one."""

from pathlib import Path

import pytest

from gar_studio.annotation.exchange import Exchange
from gar_studio.document.commands import (
    AcceptAnswer,
    AssignNewCategory,
    SetCaption,
    SetCategory,
)
from gar_studio.document.document import Document
from gar_studio.formats.catalogue import FORMATS
from gar_studio.formats.exporting import export_project
from gar_studio.formats.importing import apply_import, plan_import
from gar_studio.formats.report import report_path
from gar_studio.formats.selection import Selection, Split
from gar_studio.images import read_facts
from gar_studio.store.opening import open_store
from tests.helpers.images import save, scene
from tests.helpers.masks import ring_and_part
from tests.helpers.projects import HEIGHT, WIDTH, add_region, box, caption, draft

PHOTOS = ("a.png", "sub/a.png", "sub/Straße 图.jpg", "leer.png")
LEAVING = [name for name, form in FORMATS.items() if form.export]
BOTH_WAYS = [name for name, form in FORMATS.items() if form.export and form.open]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "photos" / "p.garproj"
    for number, name in enumerate(PHOTOS):
        pixels = scene(WIDTH, HEIGHT)
        pixels[0, 0] = number  # so that no two photos are the same file
        save(tmp_path / "photos" / name, pixels)
    document = Document(open_store(path, create=True))
    document.add_images([(name, read_facts(tmp_path / "photos" / name)) for name in PHOTOS])
    dog = 0
    for image in document.images()[:3]:
        ring = add_region(document, image.id, ring_and_part(HEIGHT, WIDTH))
        other = add_region(document, image.id, box(5, 4))
        if dog:
            document.do(SetCategory(image.id, (other.id,), dog))
        else:
            document.do(AssignNewCategory(image.id, (other.id,), "animal/dog"))
            dog = document.region(image.id, other.id).category_id
        document.do(SetCaption(image.id, ring.id, caption("A ring, “schön”")))
        found: Exchange = draft(document, "ask", ring, other, question="What?", answer="A ring.")
        document.do(AcceptAnswer(image.id, found.id))
    document.close()
    return path


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_a_new_project_gets_what_the_format_holds(name: str, project: Path, tmp_path: Path) -> None:
    form = FORMATS[name]
    out = tmp_path / f"out{form.suffix}"
    export_project(project, form, out)
    assert form.open is not None
    document = Document(open_store(project.with_name("new.garproj"), create=True))
    plan = plan_import(document, form.open(out, project.parent), project.parent)
    apply_import(document, plan)

    assert not plan.problems
    names = {image.path for image in document.images()}
    assert names == set(PHOTOS if name != "gar-bench" else PHOTOS[:3])
    masks = {ring_and_part(HEIGHT, WIDTH), box(5, 4)}
    for image in document.images():
        if image.path == "leer.png":
            assert not document.regions(image.id)
            continue
        found = document.regions(image.id)
        if name in ("coco", "labelme", "gar-bench"):
            assert {region.mask for region in found} == masks
        elif name == "yolo":  # the ring and its part are two
            assert len(found) == 3
        if name in ("coco", "labelme", "yolo", "png"):
            assert "animal/dog" in {document.category(r.category_id).name for r in found}
        if name in ("coco", "labelme"):
            assert [r.caption.text for r in found if r.caption] == ["A ring, “schön”"]
        if name in ("coco", "gar-bench"):
            assert [e.answer for e in document.exchanges(image.id)] == ["A ring."]
    document.close()


@pytest.mark.parametrize("name", LEAVING)
def test_parts_of_a_split_together_are_everything(name: str, project: Path, tmp_path: Path) -> None:
    form = FORMATS[name]
    whole = export_project(project, form, tmp_path / f"whole{form.suffix}")
    split = Selection(split=Split(0.4, 0.3, 0.3, seed=2))
    parts = export_project(project, form, tmp_path / f"parts{form.suffix}", selection=split)
    assert (parts.images, parts.regions, parts.captions) == (
        whole.images, whole.regions, whole.captions,
    )  # fmt: skip
    assert parts.losses == whole.losses
    if whole.losses:
        assert report_path(tmp_path / f"whole{form.suffix}").is_file()


@pytest.mark.parametrize("name", [name for name in BOTH_WAYS if not FORMATS[name].suffix])
def test_a_split_comes_in_as_one(name: str, project: Path, tmp_path: Path) -> None:
    form = FORMATS[name]
    split = Selection(split=Split(0.4, 0.3, 0.3, seed=2))
    export_project(project, form, tmp_path / "out", selection=split)
    assert form.open is not None
    images = list(form.open(tmp_path / "out", project.parent).images())
    expected = PHOTOS if name != "gar-bench" else PHOTOS[:3]
    assert {image.name for image in images} == set(expected)
    assert all(image.path is not None for image in images)

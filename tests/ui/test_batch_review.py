"""A batch that was killed and went on: its answers wait in the window as drafts."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Caption
from gar_studio.document.commands import AddRegions, SetCaption
from gar_studio.workspace import add_images, open_project
from tests.helpers.projects import PERSON, labels_in_file
from tests.ui.conftest import press
from ui.studio import Studio

ROOT = Path(__file__).parents[2]
BENCH = ROOT.parent / "shared" / "data" / "gar_bench"
SCENES = ROOT / "resources" / "scenes"


def photos_with_masks(folder: Path) -> dict[Path, list[Mask]]:
    """Copy three photos and return their masks: GAR-Bench's, or boxes on the program's scenes."""
    found: dict[Path, list[Mask]] = {}
    if BENCH.is_dir():
        for item in json.loads((BENCH / "vqa_subset.json").read_text(encoding="utf-8"))[:3]:
            name = Path(shutil.copy(BENCH / item["image"], folder))
            masks = [Mask.from_coco(tuple(m["size"]), m["counts"]) for m in item["mask_rles"]]
            found[name] = masks[:3]
        return found
    for source in sorted(SCENES.glob("*.jpg")):
        size = {"height": 480, "width": 720}
        name = Path(shutil.copy(source, folder))
        found[name] = [Mask.from_box(x, 90, x + 120, 240, **size) for x in (60, 300, 520)]
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    found = photos_with_masks(folder)
    document = open_project(folder / "photos.garproj", create=True)
    try:
        for image_id, path in zip(add_images(document, found).image_ids, found, strict=True):
            image = document.image(image_id)
            size = {"height": image.height, "width": image.width}
            masks = found[path]
            if masks[0].size != (image.height, image.width):
                masks = [
                    Mask.from_box(9, 9, 99, 99, **size),
                    Mask.from_box(120, 9, 199, 99, **size),
                ]
            document.do(AddRegions(image_id, tuple(masks), PERSON))
        document.do(SetCaption(1, 1, Caption("Mine.", PERSON)))
    finally:
        document.close()
    return folder / "photos.garproj"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is a POSIX signal")
def test_drafts_of_a_killed_batch_are_reviewed_in_the_window(
    project: Path, studio: Studio, qtbot: QtBot
) -> None:
    words = [sys.executable, "main.py", "batch", str(project), "--model", "gar-nano"]
    words += ["--segment", "given", "--json"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        end = time.monotonic() + 120
        while not labels_in_file(project)["exchange"] and time.monotonic() < end:
            time.sleep(0.01)
        child.kill()
    before = labels_in_file(project)["exchange"]
    assert before
    done = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["captioned"] == 1
    assert report["done_before"] == len(before)

    studio.open_target(project)
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    document = studio.desk.document
    assert document is not None
    for image in document.images():
        asked = [one.region_ids for one in document.exchanges(image.id)]
        bare = [(r.id,) for r in document.regions(image.id) if r.caption is None]
        assert sorted(asked) == bare
    cards = studio.talk.cards()
    assert cards
    assert not any(card.exchange.accepted for card in cards)
    press(studio, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    studio.drafts.accept_all()
    regions = studio.desk.regions()
    assert all(region.caption is not None for region in regions)
    mine = regions[0].caption
    assert mine is not None
    assert mine.text == "Mine."
    assert {r.caption.provenance.model for r in regions[1:] if r.caption} <= {"gar-nano"}

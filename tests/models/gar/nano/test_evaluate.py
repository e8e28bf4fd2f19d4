"""The evaluation: what it asks, how it counts, and that blanking the picture tells."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gar_studio.annotation.mask import Mask
from gar_studio.engines.description import (
    DescribeEvent,
    DescribeRequest,
    Finished,
    StopReason,
    Task,
)
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData
from gar_studio.errors import Cancelled, GarStudioError
from models.gar.nano.colours import dominant
from models.gar.nano.evaluate import NAMES, SCENES, colours_on_photos


class Looker:
    """Answers by looking at the pixels under the mask, as far as that is enough.

    It stands in for a trained model: it says colours and yes.
    """

    info = EngineInfo("looker", "0", "cpu", "none")

    def __init__(self) -> None:
        self.requests: list[DescribeRequest] = []

    def describe(
        self, image: ImageData, request: DescribeRequest, cancel: CancelToken
    ) -> Iterator[DescribeEvent]:
        self.requests.append(request)
        text = "Yes."
        if "olo" in request.question and len(request.regions) == 1:
            region = request.regions[0]
            colour, _ = dominant(image.pixels, region.mask.to_array())
            text = f"⟨region:{region.region_id}⟩ is {colour}."
        yield Finished(text, StopReason.END, 3, 0.1, 0.25)

    def close(self) -> None:
        """Nothing to free."""


def run(looker: Looker, *, seed: int = 3, count: int = 120, photos: Path | None = None):
    return SCENES.run(
        looker,
        seed=seed,
        count=count,
        photos=photos,
        progress=lambda _done, _total: None,
        cancel=CancelToken(),
    )


def test_who_sees_colours_is_right_about_them_and_blind_without_a_picture() -> None:
    report = run(Looker())
    rows = {row.name: row for row in report.rows}
    colour = rows["colour of a region"]
    assert colour.score.share == 1.0
    assert colour.blind is not None
    assert colour.blind.share is not None
    assert colour.blind.share < 0.5, "only what is gray is right now"
    assert colour.passed
    assert rows["shape of a region"].score.right == 0
    assert not report.passed
    assert report.seconds == 0.25


def test_the_kinds_come_equally_often_and_every_question_twice() -> None:
    looker = Looker()
    report = run(looker, count=90)
    asked = Counter({row.name: row.score.total for row in report.rows})
    assert asked.total() == 90
    assert set(asked) == set(NAMES.values())
    assert max(asked.values()) - min(asked.values()) <= 3
    assert len(looker.requests) == 2 * 90
    for request in looker.requests:
        described = request.task is Task.DESCRIBE
        assert not described or len(request.regions) == 1
        assert "<Prompt" not in request.question


def test_a_seed_asks_the_same_and_another_seed_other_questions() -> None:
    def questions(seed: int) -> list[str]:
        looker = Looker()
        run(looker, seed=seed, count=40)
        return [request.question for request in looker.requests]

    assert questions(5) == questions(5)
    assert questions(5) != questions(6)


def test_slices_tell_backgrounds_sizes_and_hidden_regions_apart() -> None:
    names = {row.name for row in run(Looker()).slices}
    assert {"background: photo", "partly hidden", "not hidden", "size: tiny"} <= names


def test_a_cancel_ends_it() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        SCENES.run(Looker(), seed=1, count=8, photos=None, progress=lambda *_: None, cancel=cancel)


def photo_folder(folder: Path, *, image: str = "images/a.png") -> Path:
    """Write a photo that is red on its left, blue on its right, and noise below."""
    pixels = np.random.default_rng(1).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    pixels[:15, :20] = (220, 20, 30)
    pixels[:15, 20:] = (30, 80, 200)
    (folder / "images").mkdir()
    Image.fromarray(pixels).save(folder / "images" / "a.png")
    masks = [
        Mask.from_box(*box, height=30, width=40)
        for box in ((0, 0, 20, 15), (20, 0, 40, 15), (0, 15, 40, 30))
    ]
    rles = [{"size": list(mask.size), "counts": mask.counts.decode()} for mask in masks]
    annotations = [{"image": image, "mask_rles": rles, "question": "?"}]
    (folder / "vqa_subset.json").write_text(json.dumps(annotations), encoding="utf-8")
    return folder


def test_real_regions_of_one_colour_are_asked_about(tmp_path: Path) -> None:
    looker = Looker()
    score = colours_on_photos(looker, photo_folder(tmp_path), CancelToken())
    assert (score.right, score.total) == (2, 2), "the noisy region has no colour"


def test_a_folder_without_annotations_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GarStudioError, match="none of GAR-Bench"):
        colours_on_photos(Looker(), tmp_path, CancelToken())


def test_an_image_outside_the_folder_is_not_opened(tmp_path: Path) -> None:
    folder = photo_folder(tmp_path, image="../secret.png")
    with pytest.raises(GarStudioError, match="leads out"):
        colours_on_photos(Looker(), folder, CancelToken())

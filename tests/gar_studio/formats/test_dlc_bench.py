"""DLC-Bench: regions come with what models wrote about them."""

import json
from pathlib import Path

import pytest

from gar_studio.errors import FormatError
from gar_studio.formats.dlc_bench import open_dlc_bench
from tests.helpers.images import save, scene


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    content = {
        "images": [{"id": 5, "file_name": "a.png", "width": 16, "height": 12, "license": 3}],
        "annotations": [
            {
                "id": 11,
                "image_id": 5,
                "category_id": 2,
                "segmentation": {"size": [12, 16], "counts": [0, 24, 168]},
                "score": 1,
            },
            {"id": 12, "image_id": 5, "segmentation": [[1, 1, 5, 1, 5, 5]]},
            {"id": 13, "image_id": 6, "segmentation": [[1, 1, 5, 1, 5, 5]]},
            {"id": 14, "image_id": 5, "segmentation": {"size": [1, 1], "counts": [0, 1]}},
        ],
        "categories": [{"id": 2, "name": "dog"}],
    }
    (tmp_path / "annotations.json").write_text(json.dumps(content))
    (tmp_path / "gar_1b.json").write_text(json.dumps({"11": "A brown dog.", "99": "Nothing."}))
    (tmp_path / "qa.json").write_text(json.dumps({"11": [{"question": "Is it brown?"}]}))
    (tmp_path / "class_names.json").write_text(json.dumps({"12": "cat"}))
    save(tmp_path / "images/a.png", scene(16, 12))
    return tmp_path


def test_predictions_are_captions_of_their_model(bench: Path) -> None:
    opened = open_dlc_bench(bench, bench)
    (image,) = opened.images()
    assert image.name == "images/a.png"
    dog, cat = image.regions
    assert (dog.category, dog.caption, dog.caption_model) == ("dog", "A brown dog.", "gar_1b")
    assert (dog.source_id, dog.mask.area, dog.extra) == (11, 24, b'{"score":1}')
    assert (cat.category, cat.caption) == ("cat", "")
    assert opened.problems.counts["annotations of unknown images"] == 1
    assert sum(opened.problems.counts.values()) == 2


def test_a_file_of_another_kind_is_refused(bench: Path) -> None:
    with pytest.raises(FormatError):
        open_dlc_bench(bench / "qa.json", bench)
    with pytest.raises(FormatError):
        open_dlc_bench(bench / "none.json", bench)

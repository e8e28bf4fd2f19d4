"""Small files in the layouts of GAR-Bench and DLC-Bench, with photos of 40×30 pixels."""

import json
from pathlib import Path
from typing import Any

from gar_studio.annotation.mask import Mask
from tests.helpers.images import save, scene


def rle(x0: int, y0: int, x1: int, y1: int) -> dict[str, Any]:
    return Mask.from_box(x0, y0, x1, y1, height=30, width=40).to_coco()


def vqa(
    *,
    answer: str = "A",
    output: str | None = None,
    image: str = "a.png",
    regions: int = 1,
    kind: str = "color",
    extra: dict[str, Any] | None = None,
) -> dict[str, Any]:
    names = " ".join(f"<Prompt{number}>" for number in range(regions))
    item: dict[str, Any] = {
        "mask_rles": [rle(3 * n, 2, 3 * n + 3, 9) for n in range(regions)],
        "question": f"What colour are {names}?",
        "choices": ["A. red", "B. green"],
        "answer": answer,
        "type": kind,
        "image": image,
        **(extra or {}),
    }
    return item if output is None else {**item, "model_output": output}


def captions() -> list[dict[str, Any]]:
    """Return a simple and a detailed one."""
    masks = [rle(1, 1, 9, 9), rle(12, 3, 30, 20)]
    return [
        {
            "mask_rles": masks,
            "question": "How is <Prompt1> to <Prompt0>?",
            "answer": "<Prompt1> is right of <Prompt0>.",
            "image": "a.png",
        },
        {
            "image": "a.png",
            "subject_name": "person",
            "object_name": "skateboard",
            "predicate_name": "beside",
            "mask_rles": masks,
        },
    ]


def dlc() -> dict[str, Any]:
    return {
        "images": [{"id": 5, "file_name": "a.png"}],
        "annotations": [
            {"id": 905, "image_id": 5, "segmentation": rle(1, 1, 9, 9), "bbox": [1, 1, 8, 8]},
            {"id": 77, "image_id": 5, "segmentation": rle(12, 3, 30, 20)},
        ],
    }


def photo(path: Path) -> Path:
    return save(path, scene(40, 30))


def write(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path
